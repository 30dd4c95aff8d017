"""Who may do what, and what e-mails, names and passwords will do."""

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import NOON
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.accounts import IDLE, Account, Credential, check_days, is_fresh
from odyssee.domain.errors import (
    Forbidden,
    OtpEnrolmentRequired,
    PasswordChangeRequired,
    SessionNeeded,
)
from odyssee.domain.people import (
    ROLES,
    Caller,
    Duty,
    Kind,
    Office,
    Person,
    Role,
    admit,
    check_email,
    check_name,
    check_new_password,
    check_office,
    check_place,
    check_role,
    email_key,
    guessable_words,
    includes,
    lower_of,
    name_of,
    needs_otp,
)

roles = st.sampled_from(ROLES)


def a_person(
    role: Role = "editor", *, otp: bool = True, start: bool = False, disabled: bool = False
) -> Person:
    return Person(
        id="herbage",
        email="Zoé@Œuvré.example",
        name="Zoé de l’Étang",
        role=role,
        office="perche",
        has_otp=otp,
        must_change_password=start,
        disabled=disabled,
        created_at=NOON,
        version=1,
    )


def a_caller(person: Person, role: Role | None = None, kind: Kind = "session") -> Caller:
    return Caller(
        person=person, role=role or person.role, credential="c", kind=kind, signed_in_at=NOON
    )


@given(roles, roles, roles)
def test_roles_stand_in_one_order(one: Role, other: Role, third: Role) -> None:
    assert includes(one, one)
    assert includes(one, other) or includes(other, one)
    if includes(one, other) and includes(other, third):
        assert includes(one, third)
    assert {lower_of(one, other), lower_of(other, one)} <= {one, other}
    assert includes(one, lower_of(one, other))
    assert includes(other, lower_of(one, other))


@given(roles, roles)
def test_a_higher_role_never_passes_less(role: Role, needed: Role) -> None:
    caller = a_caller(a_person(role))
    if ROLES.index(role) >= ROLES.index(needed):
        admit(caller, needed)
    else:
        with pytest.raises(Forbidden):
            admit(caller, needed)


def test_publishers_and_admins_need_codes() -> None:
    assert [role for role in ROLES if needs_otp(role)] == ["publisher", "admin"]


@given(roles, st.booleans(), st.booleans(), st.sampled_from([(), ("password",), ("otp",)]))
def test_duties_come_first_in_their_order(
    role: Role,
    otp: bool,  # noqa: FBT001 - as generated
    start: bool,  # noqa: FBT001 - as generated
    before: tuple[Duty, ...],
) -> None:
    person = a_person(role, otp=otp, start=start)
    left = [duty for duty in person.duties if duty not in before]
    expected = {"password": PasswordChangeRequired, "otp": OtpEnrolmentRequired}
    if left:
        with pytest.raises(expected[left[0]]):
            admit(a_caller(person), "contributor", before=before)
    else:
        admit(a_caller(person), "contributor", before=before)
    assert ("otp" in person.duties) == (needs_otp(role) and not otp)


def test_a_token_does_not_pass_where_a_session_is_needed() -> None:
    with pytest.raises(SessionNeeded):
        admit(a_caller(a_person("admin"), kind="token"), "contributor", by=("session",))


def test_a_token_of_a_lower_role_counts_as_that() -> None:
    with pytest.raises(Forbidden):
        admit(a_caller(a_person("admin"), role="editor", kind="token"), "publisher")


def test_the_audit_names_people_by_their_id() -> None:
    assert name_of(a_caller(a_person())) == "herbage"
    assert name_of("command line") == "command line"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zoé@perche.example", "ZOE\u0301@PERCHE.example"),
        ("STRASSE@perche.example", "straße@perche.example"),
    ],
)
def test_spellings_of_one_address_have_one_key(one: str, other: str) -> None:
    assert email_key(one) == email_key(other)


@given(st.text())
def test_a_key_is_the_key_of_itself(text: str) -> None:
    assert email_key(email_key(text)) == email_key(text)


@pytest.mark.parametrize("email", ["zoé@œuvré.example", "a+b@perche.example", "a@b.c"])
def test_an_address_is_taken(email: str) -> None:
    assert check_email(email) == []


@pytest.mark.parametrize(
    ("email", "code"),
    [
        ("", "bad_email"),
        ("zoé", "bad_email"),
        ("zoé@perche", "bad_email"),
        ("zoé@perche.", "bad_email"),
        ("@perche.example", "bad_email"),
        ("z o é@perche.example", "bad_email"),
        ("zoé@perche.example\n", "bad_email"),
        ("zo\0é@perche.example", "bad_email"),
        ("zo\u202eé@perche.example", "bad_email"),
        ("zo\ud800@perche.example", "bad_email"),
        ("a@b@perche.example", "bad_email"),
        ("a" * 250 + "@b.c", ""),
        ("a" * 251 + "@b.c", "too_long"),
        ("ﬃ" * 200 + "@perche.example", "too_long"),  # three letters each where case is folded
    ],
)
def test_what_is_no_address_is_told(email: str, code: str) -> None:
    assert [problem.code for problem in check_email(email)] == ([code] if code else [])


@pytest.mark.parametrize(
    ("name", "empty", "code"),
    [
        ("Zoé de l’Étang", False, ""),
        ("", True, ""),
        ("  ", False, "too_short"),
        ("Zoé\nde l’Étang", False, "bad_character"),
        ("é" * 101, False, "too_long"),
    ],
)
def test_a_name_is_one_line(name: str, empty: bool, code: str) -> None:  # noqa: FBT001 - a column
    found = check_name(name, empty=empty)
    assert [problem.code for problem in found] == ([code] if code else [])


def test_an_office_has_a_slug_and_a_name() -> None:
    assert check_office(Office("perche", "Office du Perche")) == []
    found = check_office(Office("Le Perche", " "))
    assert [(p.where, p.code) for p in found] == [("slug", "bad_slug"), ("name", "too_short")]


def test_everybody_but_an_admin_belongs_to_an_office() -> None:
    assert [role for role in ROLES if check_place(role, None)] == list(ROLES[:3])
    assert [role for role in ROLES if check_place(role, "perche")] == []


def test_a_role_is_one_of_four_and_not_above_the_giver() -> None:
    assert check_role("editor", highest="editor") == []
    for role in ("publisher", "root"):
        (problem,) = check_role(role, highest="editor")
        assert problem.values == {"expected": "contributor, editor"}


@pytest.mark.parametrize(
    ("new", "score", "code"),
    [
        ("douze lettres"[:12], 4, ""),
        ("onze lettre", 4, "too_short"),
        ("é" * 128, 3, ""),
        ("é" * 129, 4, "too_long"),
        ("n’importe quoi", 2, "weak_password"),
        ("Perche-Odyssée 2026", 4, "weak_password"),
        ("Zoé ŒUVRÉ zoé de l’étang", 4, "weak_password"),
        ("le cidre du Perche est frais", 3, ""),
        ("le même qu’avant", 4, "same_password"),
    ],
)
def test_a_new_password_is_long_hard_to_guess_and_new(new: str, score: int, code: str) -> None:
    words = guessable_words(a_person())
    found = check_new_password(new, old="le même qu’avant", score=score, words=words)
    assert [problem.code for problem in found] == ([code] if code else [])
    assert not any(new in told for problem in found for told in problem.values.values())


def test_tokens_live_a_day_to_a_year() -> None:
    assert [days for days in (0, 1, 365, 366) if not check_days(days)] == [1, 365]


def test_codes_are_renewed_within_ten_minutes_of_a_sign_in() -> None:
    assert is_fresh(NOON, NOON + timedelta(minutes=9, seconds=59))
    assert not is_fresh(NOON, NOON + timedelta(minutes=10))


def a_credential(kind: Kind = "session", *, disabled: bool = False) -> Credential:
    return Credential(
        id="c",
        kind=kind,
        role=None,
        signed_in_at=NOON,
        expires_at=NOON + timedelta(hours=12),
        last_seen_at=NOON,
        person=a_person(disabled=disabled),
    )


def test_a_session_ends_after_two_idle_hours_and_a_token_does_not() -> None:
    for kind, alive in (("session", False), ("token", True)):
        credential = a_credential(kind)  # type: ignore[arg-type] # one of both kinds
        assert credential.lives(NOON + IDLE - timedelta(seconds=1))
        assert credential.lives(NOON + IDLE) is alive


def test_nothing_lives_past_its_end_or_its_persons() -> None:
    used = replace(a_credential(), last_seen_at=NOON + timedelta(hours=11))
    assert used.lives(NOON + timedelta(hours=12) - timedelta(seconds=1))
    assert not used.lives(NOON + timedelta(hours=12))
    assert not a_credential("token", disabled=True).lives(NOON)


def an_account() -> Account:
    return Account(
        person=a_person(start=True),
        password_hash="une empreinte",  # noqa: S106 - of nothing
        password_expires_at=NOON + timedelta(days=7),
        password_used_at=None,
        otp_sealed="une clé scellée",
        otp_step=None,
    )


def test_a_one_time_password_counts_once_and_for_a_week() -> None:
    account = an_account()
    assert account.password_counts(NOON + timedelta(days=7) - timedelta(seconds=1))
    assert not account.password_counts(NOON + timedelta(days=7))
    assert not replace(account, password_used_at=NOON).password_counts(NOON)
    assert replace(account, password_expires_at=None).password_counts(NOON + timedelta(days=9999))


def test_an_account_that_is_printed_tells_no_secret() -> None:
    assert "empreinte" not in repr(an_account())
    assert "scellée" not in repr(an_account())
