"""Staffing: who works here, in which role and office; what was done by whom."""

import unicodedata
from dataclasses import dataclass, field, replace
from typing import TypedDict, Unpack

from odyssee.actions import credentials
from odyssee.actions.tools import Tools
from odyssee.db import audit, offices, people
from odyssee.db import credentials as kept
from odyssee.db.session import Tx
from odyssee.domain.accounts import START_PASSWORD, Account
from odyssee.domain.audit import Entry
from odyssee.domain.errors import (
    EmailTaken,
    InputInvalid,
    LastAdmin,
    NotFound,
    OfficeTaken,
    Problem,
    Stale,
    refuse,
)
from odyssee.domain.paging import DEFAULT_LIMIT, Page, bad_cursor, check_limit, page_of
from odyssee.domain.people import (
    By,
    Caller,
    Office,
    Person,
    Role,
    admit,
    check_email,
    check_name,
    check_office,
    check_place,
    check_role,
    name_of,
    needs_otp,
)


@dataclass(frozen=True, slots=True)
class Added:
    """What is handed over to a person; told now and never again."""

    person: Person
    password: str = field(repr=False)
    """A one-time password, good for one sign-in within 7 days."""
    otp_secret: str | None = field(repr=False)
    """Null where the role needs none, or what the person has still counts."""
    otpauth_url: str | None = field(repr=False)


class Changes(TypedDict, total=False):
    """What may be changed of a person; what is not named stays."""

    role: Role
    office: str | None
    name: str
    disabled: bool


def list_people(
    tools: Tools, caller: Caller, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page[Person]:
    """Everybody, the disabled too, in the order of their e-mails.

    Raises:
        InputInvalid: the limit is not 1 to 200, or the cursor is of another list.
        Forbidden: only an admin may, by a session.
    """
    _admit(caller)
    check_limit(limit)
    with tools.desk.db.reading() as tx:
        try:
            found = people.list_people(tx, limit + 1, cursor)
        except NotFound:
            raise bad_cursor() from None
    return page_of(found, limit, [person.id for person in found])


def add_person(
    tools: Tools, by: By, email: str, role: Role, office: str | None = None, name: str = ""
) -> Added:
    """Add somebody, with a one-time password, and one-time codes where the role needs them.

    Raises:
        InputInvalid: something of it will not do; all is told at once.
        EmailTaken: somebody has that e-mail.
        Forbidden: only an admin may, by a session, or the command line.
        Unavailable: too many passwords wait for their turn.
    """
    _admit(by)
    refuse(check_email(email) + check_role(role) + _check_given(role, office, name))
    now, given = tools.clock(), _make(otp=needs_otp(role))
    person = Person(
        id=credentials.new_id(),
        email=unicodedata.normalize("NFC", email),
        name=name,
        role=role,
        office=office,
        has_otp=given.otp_secret is not None,
        must_change_password=True,
        disabled=False,
        created_at=now,
        version=1,
    )
    account = Account(
        person=person,
        password_hash=credentials.hash_password(given.password),
        password_expires_at=now + START_PASSWORD,
        password_used_at=None,
        otp_sealed=given.seal(tools),
        otp_step=None,
    )
    with tools.desk.db.transaction() as tx:
        _check_office(tx, office)
        if not people.add_account(tx, account):
            raise EmailTaken
        detail = {"role": role, "office": office}
        audit.add_entry(tx, now, name_of(by), "person_added", f"people/{person.id}", detail)
    return given.handed_to(person)


def change_person(
    tools: Tools, caller: Caller, person_id: str, version: int, **changes: Unpack[Changes]
) -> Person:
    """Change role, office, name or whether somebody is disabled, who is then out at once.

    Raises:
        NotFound: there is no such person.
        Stale: the person is at another version.
        InputInvalid: something of it will not do; all is told at once.
        LastAdmin: no admin would be left.
        Forbidden: only an admin may, by a session.
    """
    _admit(caller)
    now = tools.clock()
    with tools.desk.db.transaction() as tx:
        admins = people.lock_admins(tx)
        before = people.lock_account(tx, person_id).person
        if before.version != version:
            raise Stale(person=person_id)
        after = replace(before, **changes)
        refuse(check_role(after.role) + _check_given(after.role, after.office, after.name))
        if admins == [person_id] and (after.disabled or after.role != "admin"):
            raise LastAdmin
        changed = {name: new for name, new in changes.items() if getattr(before, name) != new}
        if not changed:
            return before
        if "office" in changed:
            _check_office(tx, after.office)
        people.change_person(tx, person_id, **changed)
        if after.disabled:
            kept.revoke_everything(tx, person_id)
        audit.add_entry(tx, now, name_of(caller), "person_changed", f"people/{person_id}", changed)
    return replace(after, version=version + 1)


def reset_person(tools: Tools, by: By, person_id: str, *, otp: bool = False) -> Added:
    """Hand a new one-time password over; every session and token of the person ends.

    Args:
        tools: The desk.
        by: Who does it.
        person_id: For whom.
        otp: Whether the phone is lost: new one-time codes where the role needs
            them, none where it does not; the recovery codes end.

    Raises:
        NotFound: there is no such person.
        Forbidden: only an admin may, by a session, or the command line.
        Unavailable: too many passwords wait for their turn.
    """
    _admit(by)
    now, given = tools.clock(), _make(otp=otp)
    hashed = credentials.hash_password(given.password)
    with tools.desk.db.transaction() as tx:
        person = people.lock_account(tx, person_id).person
        people.change_person(
            tx,
            person_id,
            password_hash=hashed,
            password_expires_at=now + START_PASSWORD,
            password_used_at=None,
        )
        if otp:
            given = given if needs_otp(person.role) else replace(given, otp_secret=None)
            people.set_otp(tx, person_id, given.seal(tools), ())
        kept.revoke_everything(tx, person_id)
        audit.add_entry(tx, now, name_of(by), "person_reset", f"people/{person_id}", {"otp": otp})
        return given.handed_to(people.lock_account(tx, person_id).person)


def show_person(tools: Tools, caller: Caller, person_id: str) -> Person:
    """One person, as they are now.

    Raises:
        NotFound: there is no such person.
        Forbidden: only an admin may, by a session.
    """
    _admit(caller)
    with tools.desk.db.reading() as tx:
        return people.get_account(tx, person_id).person


def get_person(tools: Tools, email: str) -> Person:
    """The person of that e-mail, in any spelling; for the command line.

    Raises:
        NotFound: there is none.
    """
    with tools.desk.db.reading() as tx:
        account = None if check_email(email) else people.find_account(tx, email)
    if account is None:
        raise NotFound(email=email)
    return account.person


def has_people(tools: Tools) -> bool:
    """Whether there is anybody yet."""
    with tools.desk.db.reading() as tx:
        return people.has_people(tx)


def list_offices(
    tools: Tools, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page[Office]:
    """The offices, in the order of their slugs.

    Raises:
        InputInvalid: the limit is not 1 to 200.
    """
    check_limit(limit)
    with tools.desk.db.reading() as tx:
        found = offices.list_offices(tx, limit + 1, cursor)
    return page_of(found, limit, [office.slug for office in found])


def add_office(tools: Tools, by: By, slug: str, name: str) -> Office:
    """Add an office that people can belong to.

    Raises:
        InputInvalid: the slug or the name will not do; all is told at once.
        OfficeTaken: there is an office of that slug.
        Forbidden: only an admin may, by a session, or the command line.
    """
    _admit(by)
    office = Office(slug, name)
    refuse(check_office(office))
    now = tools.clock()
    with tools.desk.db.transaction() as tx:
        if not offices.add_office(tx, office, now):
            raise OfficeTaken
        audit.add_entry(tx, now, name_of(by), "office_added", f"offices/{slug}", {"name": name})
    return office


def list_audit(tools: Tools, limit: int = DEFAULT_LIMIT, cursor: str | None = None) -> Page[Entry]:
    """Who did what, the newest first.

    Raises:
        InputInvalid: the limit is not 1 to 200, or the cursor is of another list.
    """
    check_limit(limit)
    if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise bad_cursor()
    before = None if cursor is None else int(cursor)
    with tools.desk.db.reading() as tx:
        found = audit.list_entries(tx, before=before, limit=limit + 1)
    return page_of(found, limit, [str(entry.id) for entry in found])


@dataclass(frozen=True, slots=True)
class _Given:
    """The secrets of one hand-over."""

    password: str = field(repr=False)
    otp_secret: str | None = field(repr=False)

    def seal(self, tools: Tools) -> str | None:
        return (
            None if self.otp_secret is None else credentials.seal(tools.desk.key, self.otp_secret)
        )

    def handed_to(self, person: Person) -> Added:
        secret = self.otp_secret
        url = None if secret is None else credentials.otpauth_url(secret, person.email)
        return Added(person, self.password, secret, url)


def _make(*, otp: bool) -> _Given:
    secret = credentials.new_otp_secret() if otp else None
    return _Given(credentials.new_start_password(), secret)


def _admit(by: By) -> None:
    """Let an admin pass who is signed in, or the command line."""
    if isinstance(by, Caller):
        admit(by, "admin", by=("session",))


def _check_given(role: str, office: str | None, name: str) -> list[Problem]:
    return check_name(name, empty=True) + check_place(role, office)


def _check_office(tx: Tx, slug: str | None) -> None:
    if slug is not None and not offices.has_office(tx, slug):
        raise InputInvalid([Problem("office", "unknown_office")])
