"""Admins add people, change them and hand new passwords over; one of them is always left."""

import threading
from collections.abc import Callable

import pytest
from people_builders import (
    HERE,
    OFFICE,
    PASSWORD,
    SetClock,
    Somebody,
    add_somebody,
    settle_somebody,
)
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from odyssee.actions import accounts, entering, staffing
from odyssee.actions.tools import Tools
from odyssee.domain.errors import (
    EmailTaken,
    Forbidden,
    InputInvalid,
    LastAdmin,
    NotFound,
    NotSignedIn,
    OfficeTaken,
    SignInFailed,
    Stale,
)
from odyssee.domain.people import COMMAND_LINE, Role


@pytest.fixture
def admin(staff: Tools, clock: SetClock) -> Somebody:
    return settle_somebody(staff, clock, "admin", "admin@perche.example")


def told(refused: InputInvalid) -> list[tuple[str, str]]:
    return [(problem.where, problem.code) for problem in refused.problems]


@pytest.mark.parametrize("role", ["contributor", "editor", "publisher", "admin"])
def test_an_admin_adds_somebody_who_then_signs_in(
    staff_on_both: Tools, clock: SetClock, role: Role
) -> None:
    admin = settle_somebody(staff_on_both, clock, "admin", "admin@perche.example")
    added = staffing.add_person(staff_on_both, admin.caller, "Zoé@Œuvré.example", role, OFFICE)
    zoe = Somebody(staff_on_both, clock, added, added.password)
    assert (added.otp_secret is not None) is (role in {"publisher", "admin"})
    zoe.sign_in()
    zoe.choose(PASSWORD)
    assert zoe.caller.person.duties == ()
    assert (zoe.caller.role, zoe.caller.person.office) == (role, OFFICE)
    entry = next(e for e in staffing.list_audit(staff_on_both).items if e.deed == "person_added")
    assert (entry.who, entry.what) == (admin.person.id, f"people/{added.person.id}")
    assert entry.detail == {"role": role, "office": OFFICE}


def test_everything_that_is_wrong_with_somebody_new_is_told_at_once(
    staff: Tools, admin: Somebody
) -> None:
    with pytest.raises(InputInvalid) as refused:
        staffing.add_person(staff, admin.caller, "zoé", "root", None, "Zoé\n")  # type: ignore[arg-type] # as a body may say
    assert told(refused.value) == [
        ("email", "bad_email"),
        ("role", "not_allowed"),
        ("name", "bad_character"),
        ("office", "office_needed"),
    ]
    with pytest.raises(InputInvalid) as refused:
        staffing.add_person(staff, admin.caller, "zoe@perche.example", "editor", "nulle-part")
    assert told(refused.value) == [("office", "unknown_office")]


def test_an_email_and_an_office_are_added_once(staff: Tools, admin: Somebody) -> None:
    with pytest.raises(EmailTaken):
        staffing.add_person(staff, admin.caller, "ADMIN@perche.example", "editor", OFFICE)
    with pytest.raises(OfficeTaken):
        staffing.add_office(staff, admin.caller, OFFICE, "Un autre")
    with pytest.raises(InputInvalid) as refused:
        staffing.add_office(staff, admin.caller, "Le Perche", "")
    assert told(refused.value) == [("slug", "bad_slug"), ("name", "too_short")]


@pytest.mark.parametrize("role", ["contributor", "editor", "publisher"])
def test_only_an_admin_staffs(staff: Tools, clock: SetClock, role: Role) -> None:
    zoe = settle_somebody(staff, clock, role)
    deeds: list[Callable[[], object]] = [
        lambda: staffing.list_people(staff, zoe.caller),
        lambda: staffing.add_person(staff, zoe.caller, "x@y.example", "editor", OFFICE),
        lambda: staffing.change_person(staff, zoe.caller, zoe.person.id, 2, role="admin"),
        lambda: staffing.reset_person(staff, zoe.caller, zoe.person.id),
        lambda: staffing.add_office(staff, zoe.caller, "huisne", "Pays d’Huisne"),
    ]
    for deed in deeds:
        with pytest.raises(Forbidden):
            deed()


def test_somebody_is_changed_and_the_audit_says_how(staff: Tools, admin: Somebody) -> None:
    staffing.add_office(staff, admin.caller, "huisne", "Pays d’Huisne")
    zoe = staffing.add_person(staff, admin.caller, "z@y.example", "editor", OFFICE).person
    after = staffing.change_person(
        staff, admin.caller, zoe.id, 1, role="publisher", office="huisne", name="Zoé"
    )
    assert (after.role, after.office, after.name, after.version) == (
        "publisher",
        "huisne",
        "Zoé",
        2,
    )
    page = staffing.list_people(staff, admin.caller)
    assert page.items[-1] == after
    entry = staffing.list_audit(staff, 1).items[0]
    assert (entry.deed, entry.what) == ("person_changed", f"people/{zoe.id}")
    assert entry.detail == {"role": "publisher", "office": "huisne", "name": "Zoé"}
    assert staffing.change_person(staff, admin.caller, zoe.id, 2, name="Zoé") == after


def test_a_change_of_what_was_changed_meanwhile_is_refused(staff: Tools, admin: Somebody) -> None:
    zoe = staffing.add_person(staff, admin.caller, "z@y.example", "editor", OFFICE).person
    staffing.change_person(staff, admin.caller, zoe.id, 1, name="Zoé")
    with pytest.raises(Stale):
        staffing.change_person(staff, admin.caller, zoe.id, 1, name="Zoë")
    with pytest.raises(NotFound):
        staffing.change_person(staff, admin.caller, "personne", 1, name="Zoë")


def test_a_change_that_will_not_do_is_told(staff: Tools, admin: Somebody) -> None:
    zoe = staffing.add_person(staff, admin.caller, "z@y.example", "editor", OFFICE).person
    with pytest.raises(InputInvalid) as refused:
        staffing.change_person(staff, admin.caller, zoe.id, 1, office=None, name="é" * 101)
    assert told(refused.value) == [("name", "too_long"), ("office", "office_needed")]
    with pytest.raises(InputInvalid) as refused:
        staffing.change_person(staff, admin.caller, zoe.id, 1, office="nulle-part")
    assert told(refused.value) == [("office", "unknown_office")]


def test_who_is_disabled_is_out_at_once_and_may_come_back(
    staff_on_both: Tools, clock: SetClock
) -> None:
    admin = settle_somebody(staff_on_both, clock, "admin", "admin@perche.example")
    zoe = settle_somebody(staff_on_both, clock)
    _token, secret = accounts.add_token(staff_on_both, zoe.caller, "relevés")
    version = zoe.caller.person.version
    gone = staffing.change_person(
        staff_on_both, admin.caller, zoe.person.id, version, disabled=True
    )
    for token in (zoe.token, secret):
        with pytest.raises(NotSignedIn):
            entering.identify(staff_on_both, token)
    with pytest.raises(SignInFailed):
        zoe.sign_in()
    staffing.change_person(staff_on_both, admin.caller, zoe.person.id, gone.version, disabled=False)
    with pytest.raises(NotSignedIn):
        entering.identify(staff_on_both, secret)
    zoe.sign_in()


def test_the_last_admin_stays_one(staff: Tools, clock: SetClock, admin: Somebody) -> None:
    mine, version = admin.person.id, admin.caller.person.version
    with pytest.raises(LastAdmin):
        staffing.change_person(staff, admin.caller, mine, version, disabled=True)
    with pytest.raises(LastAdmin):
        staffing.change_person(staff, admin.caller, mine, version, role="editor", office=OFFICE)
    other = settle_somebody(staff, clock, "admin", "autre@perche.example")
    staffing.change_person(staff, admin.caller, mine, version, disabled=True)
    with pytest.raises(LastAdmin):
        staffing.change_person(
            staff, other.caller, other.person.id, other.caller.person.version, disabled=True
        )


def test_two_admins_who_disable_each_other_at_once_leave_one(
    staff_on_both: Tools, clock: SetClock
) -> None:
    first = settle_somebody(staff_on_both, clock, "admin", "un@perche.example")
    second = settle_somebody(staff_on_both, clock, "admin", "deux@perche.example")
    answers: list[str] = []
    together = threading.Barrier(2)

    def disable(mine: Somebody, other: Somebody) -> None:
        caller, version = mine.caller, other.caller.person.version
        together.wait()
        try:
            staffing.change_person(staff_on_both, caller, other.person.id, version, disabled=True)
        except (LastAdmin, Stale, NotSignedIn):
            answers.append("refused")
        else:
            answers.append("done")

    pairs = ((first, second), (second, first))
    threads = [threading.Thread(target=disable, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["done", "refused"]


def test_a_reset_hands_a_new_password_over_and_ends_what_was(
    staff_on_both: Tools, clock: SetClock
) -> None:
    admin = settle_somebody(staff_on_both, clock, "admin", "admin@perche.example")
    zoe = settle_somebody(staff_on_both, clock, "publisher")
    before = zoe.token
    again = staffing.reset_person(staff_on_both, admin.caller, zoe.person.id)
    assert (again.otp_secret, again.otpauth_url) == (None, None)
    assert again.person.must_change_password
    with pytest.raises(NotSignedIn):
        entering.identify(staff_on_both, before)
    with pytest.raises(SignInFailed):
        zoe.sign_in()
    zoe.password = again.password
    zoe.sign_in()  # with the codes of before
    zoe.choose(PASSWORD)


def test_who_lost_the_phone_gets_new_codes_or_none(
    staff: Tools, clock: SetClock, admin: Somebody
) -> None:
    zoe = settle_somebody(staff, clock, "publisher")
    recovery = accounts.renew_otp(staff, zoe.caller).recovery_codes[0]
    again = staffing.reset_person(staff, admin.caller, zoe.person.id, otp=True)
    assert again.otp_secret is not None
    with pytest.raises(SignInFailed):
        entering.sign_in(staff, zoe.person.email, again.password, recovery, address=HERE)
    back = Somebody(staff, clock, again, again.password)
    back.sign_in()
    editor = settle_somebody(staff, clock, "editor", "e@perche.example")
    accounts.renew_otp(staff, editor.caller)
    without = staffing.reset_person(staff, admin.caller, editor.person.id, otp=True)
    assert without.otp_secret is None
    assert not without.person.has_otp
    Somebody(staff, clock, without, without.password).sign_in()


def test_people_are_found_by_email_and_listed_in_pages(
    staff_on_both: Tools, clock: SetClock
) -> None:
    admin = settle_somebody(staff_on_both, clock, "admin", "b@perche.example")
    for letter in "dca":
        add_somebody(staff_on_both, clock, email=f"{letter}@perche.example")
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = staffing.list_people(staff_on_both, admin.caller, 3, cursor)
        seen += [person.email[0] for person in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == ["a", "b", "c", "d"]
    assert staffing.get_person(staff_on_both, "D@PERCHE.example").email == "d@perche.example"
    for unknown in ("x@perche.example", "pas une adresse", "\0"):
        with pytest.raises(NotFound):
            staffing.get_person(staff_on_both, unknown)


def test_a_list_refuses_what_is_no_page_of_it(staff: Tools, admin: Somebody) -> None:
    for limit in (0, 201, -1):
        for ask in (
            lambda limit=limit: staffing.list_people(staff, admin.caller, limit),
            lambda limit=limit: staffing.list_offices(staff, limit),
            lambda limit=limit: staffing.list_audit(staff, limit),
        ):
            with pytest.raises(InputInvalid) as refused:
                ask()
            assert told(refused.value) == [("limit", "out_of_range")]
    for cursor in ("personne", "", "\0", "٣", "9" * 30, "-1"):
        with pytest.raises(InputInvalid) as refused:
            staffing.list_audit(staff, cursor=cursor)
        assert told(refused.value) == [("cursor", "bad_cursor")]


def test_the_audit_is_read_on_from_where_one_stopped(staff: Tools, admin: Somebody) -> None:
    everything = staffing.list_audit(staff).items
    assert admin.person.id in {entry.who for entry in everything}
    first = staffing.list_audit(staff, 2)
    rest = staffing.list_audit(staff, 200, first.next)
    assert first.items + rest.items == everything
    assert rest.next is None


def test_the_audit_is_neither_changed_nor_shortened(staff_on_both: Tools, clock: SetClock) -> None:
    settle_somebody(staff_on_both, clock)
    for deed in ("DELETE FROM audit", "UPDATE audit SET who = 'personne'"):
        with pytest.raises(DBAPIError, match="frozen"), staff_on_both.desk.db.transaction() as tx:
            tx.execute(text(deed))


def test_offices_are_listed_by_slug_in_pages(staff: Tools) -> None:
    for slug in ("c", "a", "b"):
        staffing.add_office(staff, COMMAND_LINE, slug, slug.upper())
    first = staffing.list_offices(staff, 2)
    assert [office.slug for office in first.items] == ["a", "b"]
    assert [office.slug for office in staffing.list_offices(staff, 2, first.next).items] == ["c"]


def test_whoever_is_there_is_not_the_first(staff: Tools, clock: SetClock) -> None:
    assert not staffing.has_people(staff)
    add_somebody(staff, clock)
    assert staffing.has_people(staff)
