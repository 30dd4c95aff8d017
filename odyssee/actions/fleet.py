"""The fleet: kiosks as the office adds, watches, changes and revokes them."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypedDict, Unpack

from odyssee.actions import credentials
from odyssee.actions.tools import Tools
from odyssee.db import audit, kiosks, offices
from odyssee.db.session import Tx
from odyssee.domain.errors import InputInvalid, KioskEnded, NotFound, Problem, Stale, refuse
from odyssee.domain.kiosks import CODE_LIFETIME, Delivery, Kiosk, KioskProfile, check_kiosk
from odyssee.domain.paging import DEFAULT_LIMIT, Page, bad_cursor, check_limit, page_of
from odyssee.domain.people import By, Caller, admit, name_of

_DEFAULT = KioskProfile()


@dataclass(frozen=True, slots=True)
class Issued:
    """A one-time code, told now and never again."""

    kiosk: Kiosk
    code: str = field(repr=False)
    expires_at: datetime


class Changes(TypedDict, total=False):
    """What may be changed of a kiosk; what is not named stays."""

    name: str
    office: str | None
    profile: KioskProfile


def list_kiosks(
    tools: Tools, by: By, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page[Kiosk]:
    """Every kiosk, the revoked too, in the order of their names.

    Raises:
        InputInvalid: the limit is not 1 to 200, or the cursor is of another list.
        Forbidden: only an admin may, or the command line.
    """
    _admit(by)
    check_limit(limit)
    with tools.desk.db.reading() as tx:
        try:
            found = kiosks.list_kiosks(tx, limit + 1, cursor)
        except NotFound:
            raise bad_cursor() from None
    return page_of(found, limit, [kiosk.id for kiosk in found])


def show_kiosk(tools: Tools, by: By, kiosk_id: str) -> Kiosk:
    """One kiosk, as it is now.

    Raises:
        NotFound: there is none of that id.
        Forbidden: only an admin may, or the command line.
    """
    _admit(by)
    with tools.desk.db.reading() as tx:
        return kiosks.get_kiosk(tx, kiosk_id)


def add_kiosk(
    tools: Tools,
    by: By,
    name: str,
    office: str | None = None,
    profile: KioskProfile = _DEFAULT,
    delivery: Delivery = "online",
) -> Issued:
    """Add a kiosk, with the one-time code that it enrols with.

    Raises:
        InputInvalid: something of it will not do; all is told at once.
        Forbidden: only an admin may, or the command line.
    """
    _admit(by)
    refuse(check_kiosk(name, profile))
    now, code = tools.clock(), credentials.new_enrolment_code()
    expires_at = now + CODE_LIFETIME[delivery]
    kiosk = Kiosk(
        id=credentials.new_id(),
        name=name,
        office=office,
        profile=profile,
        machine="",
        public_key=None,
        code_expires_at=expires_at,
        created_at=now,
        enrolled_at=None,
        revoked_at=None,
        last_seen_at=None,
        health=None,
        health_at=None,
        refused=0,
        version=1,
    )
    with tools.desk.db.transaction() as tx:
        _check_office(tx, office)
        kiosks.add_kiosk(tx, kiosk, credentials.sha256_of_secret(code))
        _tell(tools, tx, by, "kiosk_added", kiosk.id, name=name, office=office, code=delivery)
    return Issued(kiosk, code, expires_at)


def change_kiosk(
    tools: Tools, by: By, kiosk_id: str, version: int, **changes: Unpack[Changes]
) -> Kiosk:
    """Change name, office or profile; the kiosk learns its profile at its next report.

    Raises:
        NotFound: there is none of that id.
        Stale: the kiosk is at another version.
        InputInvalid: something of it will not do; all is told at once.
        Forbidden: only an admin may, or the command line.
    """
    _admit(by)
    with tools.desk.db.transaction() as tx:
        before = _lock(tx, kiosk_id, version)
        after = replace(before, **changes)
        refuse(check_kiosk(after.name, after.profile))
        changed: dict[str, Any] = {
            name: new for name, new in changes.items() if getattr(before, name) != new
        }
        if not changed:
            return before
        if "office" in changed:
            _check_office(tx, after.office)
        kiosks.change_kiosk(tx, kiosk_id, **changed)
        _tell(tools, tx, by, "kiosk_changed", kiosk_id, changed=sorted(changed))
    return replace(after, version=version + 1)


def issue_code(tools: Tools, by: By, kiosk_id: str, delivery: Delivery = "online") -> Issued:
    """Give a new one-time code; the one before counts no more.

    A kiosk that is enrolled stays so until the code is used: its new key then takes the place of
    the old one.

    Raises:
        NotFound: there is none of that id.
        KioskEnded: it is revoked.
        Forbidden: only an admin may, or the command line.
    """
    _admit(by)
    code = credentials.new_enrolment_code()
    expires_at = tools.clock() + CODE_LIFETIME[delivery]
    with tools.desk.db.transaction() as tx:
        if kiosks.lock_kiosk(tx, kiosk_id).revoked_at is not None:
            raise KioskEnded
        kiosks.change_kiosk(
            tx,
            kiosk_id,
            code_sha256=credentials.sha256_of_secret(code),
            code_expires_at=expires_at,
            code_used_at=None,
        )
        _tell(tools, tx, by, "kiosk_code_issued", kiosk_id, code=delivery)
        return Issued(kiosks.get_kiosk(tx, kiosk_id), code, expires_at)


def revoke_kiosk(tools: Tools, by: By, kiosk_id: str, version: int) -> Kiosk:
    """End a kiosk for good: its next call is refused; what it counted stays. Twice is harmless.

    Raises:
        NotFound: there is none of that id.
        Stale: the kiosk is at another version.
        Forbidden: only an admin may, or the command line.
    """
    _admit(by)
    with tools.desk.db.transaction() as tx:
        kiosk = _lock(tx, kiosk_id, version)
        if kiosk.revoked_at is not None:
            return kiosk
        now = tools.clock()
        # Its code must not bring it back.
        kiosks.change_kiosk(tx, kiosk_id, revoked_at=now, code_sha256=None, code_expires_at=None)
        _tell(tools, tx, by, "kiosk_revoked", kiosk_id, name=kiosk.name)
        return kiosks.get_kiosk(tx, kiosk_id)


def _lock(tx: Tx, kiosk_id: str, version: int) -> Kiosk:
    kiosk = kiosks.lock_kiosk(tx, kiosk_id)
    if kiosk.version != version:
        raise Stale(kiosk=kiosk_id)
    return kiosk


def _admit(by: By) -> None:
    """Let an admin pass who is signed in or has a token, or the command line."""
    if isinstance(by, Caller):
        admit(by, "admin")


def _check_office(tx: Tx, slug: str | None) -> None:
    if slug is not None and not offices.has_office(tx, slug):
        raise InputInvalid([Problem("office", "unknown_office")])


def _tell(tools: Tools, tx: Tx, by: By, deed: str, kiosk_id: str, **detail: Any) -> None:
    audit.add_entry(tx, tools.clock(), name_of(by), deed, f"kiosks/{kiosk_id}", detail)
