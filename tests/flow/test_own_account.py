"""One's own account: the password, the codes, the tokens of programs."""

from datetime import timedelta

import pyotp
import pytest
from people_builders import HERE, PASSWORD, SetClock, Somebody, add_somebody, settle_somebody

from odyssee.actions import accounts, entering, staffing
from odyssee.actions.tools import Tools
from odyssee.domain.accounts import MAX_TOKENS
from odyssee.domain.errors import (
    Forbidden,
    InputInvalid,
    NotFound,
    NotSignedIn,
    OtpEnrolmentRequired,
    PasswordChangeRequired,
    SessionNeeded,
    SignInAgain,
    SignInFailed,
    TooManyAttempts,
    TooManyTokens,
)
from odyssee.domain.people import COMMAND_LINE, Caller, Role

OTHER = "La procession passe par Bréviaires à minuit"


@pytest.fixture
def zoe(staff: Tools, clock: SetClock) -> Somebody:
    return settle_somebody(staff, clock)


def told(refused: InputInvalid) -> list[tuple[str, str]]:
    return [(problem.where, problem.code) for problem in refused.problems]


def last_deed(tools: Tools) -> tuple[str, str, dict[str, object]]:
    entry = staffing.list_audit(tools, 1).items[0]
    return entry.who, entry.deed, dict(entry.detail)


# --- The password


def test_a_new_password_replaces_the_old_one_and_ends_other_sessions(
    staff_on_both: Tools, clock: SetClock
) -> None:
    zoe = settle_somebody(staff_on_both, clock)
    elsewhere = zoe.sign_in().token
    mine = zoe.sign_in().token
    zoe.choose(OTHER)
    assert entering.identify(staff_on_both, mine).person.version == 3
    with pytest.raises(NotSignedIn):
        entering.identify(staff_on_both, elsewhere)
    with pytest.raises(SignInFailed):
        entering.sign_in(staff_on_both, zoe.person.email, PASSWORD, address=HERE)
    zoe.sign_in()
    assert last_deed(staff_on_both)[1] == "signed_in"


def test_everything_that_is_wrong_with_a_change_is_told_at_once(
    staff: Tools, zoe: Somebody
) -> None:
    with pytest.raises(InputInvalid) as refused:
        accounts.change_password(staff, zoe.caller, "faux", "court")
    assert told(refused.value) == [("old", "wrong_password"), ("new", "too_short")]
    for new, code in ((PASSWORD, "same_password"), ("Zoé de l’Étang", "weak_password")):
        with pytest.raises(InputInvalid) as refused:
            accounts.change_password(staff, zoe.caller, PASSWORD, new)
        assert told(refused.value) == [("new", code)]
    zoe.sign_in()  # nothing was changed


def test_whoever_holds_a_session_cannot_guess_the_password_by_it(
    staff: Tools, clock: SetClock, zoe: Somebody
) -> None:
    for _ in range(5):
        with pytest.raises(InputInvalid):
            accounts.change_password(staff, zoe.caller, "faux", OTHER)
    with pytest.raises(TooManyAttempts):
        accounts.change_password(staff, zoe.caller, PASSWORD, OTHER)
    clock.go(seconds=2)
    zoe.choose(OTHER)


def test_a_one_time_password_opens_nothing_but_its_change(staff: Tools, clock: SetClock) -> None:
    admin = add_somebody(staff, clock, "admin")
    admin.sign_in()
    caller = admin.caller
    for deed in (
        lambda: accounts.renew_otp(staff, caller),
        lambda: accounts.add_token(staff, caller, "relevés"),
        lambda: staffing.list_people(staff, caller),
        lambda: staffing.add_office(staff, caller, "huisne", "Pays d’Huisne"),
    ):
        with pytest.raises(PasswordChangeRequired):
            deed()
    with pytest.raises(InputInvalid) as refused:
        admin.choose(admin.password)
    assert told(refused.value) == [("new", "same_password")]
    admin.choose(PASSWORD)
    assert staffing.list_people(staff, admin.caller).items


def test_a_session_that_was_ended_meanwhile_changes_nothing(staff: Tools, zoe: Somebody) -> None:
    stolen = zoe.caller
    entering.sign_out(staff, stolen)
    with pytest.raises(NotSignedIn):
        accounts.change_password(staff, stolen, PASSWORD, OTHER)
    with pytest.raises(NotSignedIn):
        accounts.renew_otp(staff, stolen)
    with pytest.raises(NotSignedIn):
        accounts.add_token(staff, stolen, "relevés")
    zoe.sign_in()


# --- One-time codes


def test_new_codes_replace_the_old_ones_and_end_other_sessions(
    staff_on_both: Tools, clock: SetClock
) -> None:
    zoe = settle_somebody(staff_on_both, clock, "publisher")
    old = accounts.renew_otp(staff_on_both, zoe.caller)
    elsewhere = entering.sign_in(
        staff_on_both, zoe.person.email, PASSWORD, old.recovery_codes[0], address=HERE
    )
    new = accounts.renew_otp(staff_on_both, zoe.caller)
    with pytest.raises(NotSignedIn):
        entering.identify(staff_on_both, elsewhere.token)
    clock.go(minutes=1)
    for code in (zoe.code, pyotp.TOTP(old.otp_secret).at(clock()), old.recovery_codes[1]):
        with pytest.raises(SignInFailed):
            entering.sign_in(staff_on_both, zoe.person.email, PASSWORD, code, address=HERE)
    code = pyotp.TOTP(new.otp_secret).at(clock())
    assert pyotp.parse_uri(new.otpauth_url).secret == new.otp_secret
    entering.sign_in(staff_on_both, zoe.person.email, PASSWORD, code, address=HERE)
    assert len(set(new.recovery_codes)) == 10


def test_codes_are_renewed_just_after_a_sign_in_only(
    staff: Tools, clock: SetClock, zoe: Somebody
) -> None:
    clock.go(minutes=10)
    with pytest.raises(SignInAgain):
        accounts.renew_otp(staff, zoe.caller)
    zoe.sign_in()
    accounts.renew_otp(staff, zoe.caller)


def test_whoever_is_promoted_enrols_before_anything_else(
    staff: Tools, clock: SetClock, zoe: Somebody
) -> None:
    admin = settle_somebody(staff, clock, "admin", "admin@perche.example")
    version = zoe.caller.person.version
    staffing.change_person(staff, admin.caller, zoe.person.id, version, role="publisher")
    with pytest.raises(OtpEnrolmentRequired):
        accounts.add_token(staff, zoe.caller, "relevés")
    zoe.sign_in()
    zoe.choose(OTHER)
    enrolment = accounts.renew_otp(staff, zoe.caller)
    accounts.add_token(staff, zoe.caller, "relevés")
    clock.go(minutes=1)
    with pytest.raises(SignInFailed):
        zoe.sign_in()
    code = pyotp.TOTP(enrolment.otp_secret).at(clock())
    entering.sign_in(staff, zoe.person.email, OTHER, code, address=HERE)


# --- Personal tokens


def make(tools: Tools, somebody: Somebody, role: Role | None = None) -> tuple[str, Caller]:
    _token, secret = accounts.add_token(tools, somebody.caller, "relevés", role=role)
    return secret, entering.identify(tools, secret)


def test_a_token_lives_its_days_and_is_listed(staff_on_both: Tools, clock: SetClock) -> None:
    zoe = settle_somebody(staff_on_both, clock)
    token, secret = accounts.add_token(staff_on_both, zoe.caller, "relevés de l’été", 30)
    assert secret.startswith("ody_t_")
    assert (token.name, token.role) == ("relevés de l’été", "editor")
    assert token.expires_at == clock() + timedelta(days=30)
    assert accounts.list_tokens(staff_on_both, zoe.caller) == [token]
    clock.go(days=29, hours=23)
    caller = entering.identify(staff_on_both, secret)
    assert (caller.kind, caller.role) == ("token", "editor")
    clock.go(hours=1)
    with pytest.raises(NotSignedIn):
        entering.identify(staff_on_both, secret)
    zoe.sign_in()
    assert accounts.list_tokens(staff_on_both, zoe.caller) == []


def test_a_token_is_revoked_at_once_by_its_person_alone(
    staff: Tools, clock: SetClock, zoe: Somebody
) -> None:
    other = settle_somebody(staff, clock, email="max@perche.example")
    secret, caller = make(staff, zoe)
    with pytest.raises(NotFound):
        accounts.revoke_token(staff, other.caller, caller.credential)
    with pytest.raises(NotFound):
        accounts.revoke_token(staff, zoe.caller, zoe.caller.credential)  # that is a session
    accounts.revoke_token(staff, zoe.caller, caller.credential)
    with pytest.raises(NotSignedIn):
        entering.identify(staff, secret)
    assert last_deed(staff) == (zoe.person.id, "token_revoked", {"token": caller.credential})


def test_a_token_makes_nothing_that_outlives_it(staff: Tools, clock: SetClock) -> None:
    admin = settle_somebody(staff, clock, "admin")
    _secret, caller = make(staff, admin)
    for deed in (
        lambda: accounts.add_token(staff, caller, "encore"),
        lambda: accounts.change_password(staff, caller, PASSWORD, OTHER),
        lambda: accounts.renew_otp(staff, caller),
        lambda: staffing.list_people(staff, caller),
        lambda: staffing.add_person(staff, caller, "x@y.example", "admin"),
        lambda: staffing.change_person(staff, caller, admin.person.id, 2, role="editor"),
        lambda: staffing.reset_person(staff, caller, admin.person.id),
        lambda: staffing.add_office(staff, caller, "huisne", "Pays d’Huisne"),
    ):
        with pytest.raises(SessionNeeded):
            deed()


def test_a_token_has_a_lower_role_and_never_rises(staff: Tools, clock: SetClock) -> None:
    admin = settle_somebody(staff, clock, "admin", "admin@perche.example")
    zoe = settle_somebody(staff, clock)
    secret, caller = make(staff, zoe)
    lower, low_caller = make(staff, zoe, "contributor")
    assert (caller.role, low_caller.role) == ("editor", "contributor")
    version = zoe.caller.person.version
    raised = staffing.change_person(staff, admin.caller, zoe.person.id, version, role="publisher")
    assert entering.identify(staff, secret).role == "editor"
    staffing.change_person(staff, admin.caller, zoe.person.id, raised.version, role="contributor")
    assert entering.identify(staff, secret).role == "contributor"
    assert entering.identify(staff, lower).role == "contributor"


def test_everything_that_is_wrong_with_a_token_is_told_at_once(staff: Tools, zoe: Somebody) -> None:
    with pytest.raises(InputInvalid) as refused:
        accounts.add_token(staff, zoe.caller, " ", 366, "publisher")
    assert told(refused.value) == [
        ("name", "too_short"),
        ("days", "out_of_range"),
        ("role", "not_allowed"),
    ]


def test_nobody_has_more_than_fifty_tokens(staff: Tools, zoe: Somebody) -> None:
    for _ in range(MAX_TOKENS):
        _secret, caller = make(staff, zoe)
    with pytest.raises(TooManyTokens):
        make(staff, zoe)
    accounts.revoke_token(staff, zoe.caller, caller.credential)
    make(staff, zoe)


def test_a_reset_ends_tokens_too(staff: Tools, zoe: Somebody) -> None:
    secret, _caller = make(staff, zoe)
    staffing.reset_person(staff, COMMAND_LINE, zoe.person.id)
    with pytest.raises(NotSignedIn):
        entering.identify(staff, secret)


def test_a_contributor_stays_one(staff: Tools, clock: SetClock) -> None:
    zoe = settle_somebody(staff, clock, "contributor")
    with pytest.raises(Forbidden):
        staffing.list_people(staff, zoe.caller)
