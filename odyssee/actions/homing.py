"""Telling home: after it looked for something new, a kiosk brings its counts and how it stands."""

from datetime import datetime
from importlib.metadata import version
from typing import Any

from odyssee.actions.carrying import TakenBack, load_stick, take_receipts
from odyssee.actions.delivering import deliver
from odyssee.actions.kiosk_upkeep import look_at_kiosk
from odyssee.db.counter import open_counter
from odyssee.domain.errors import KioskRevoked, OdysseeError
from odyssee.files.head_office import HeadOffice
from odyssee.files.kiosk_folder import KioskFolder
from odyssee.files.kiosk_identity import KioskIdentity
from odyssee.files.stick import Stick

_MAX_DETAIL = 200


def tell_home(folder: KioskFolder, server: str, now: datetime) -> str | None:
    """Bring counts and health to the office; a kiosk that is not enrolled tells nothing.

    Content and counts are apart: whatever is wrong here changes nothing of what is served.

    Returns:
        The code of what stood in the way; null when nothing did.
    """
    identity = KioskIdentity(folder.root)
    if identity.membership() is None:
        return None
    office = HeadOffice(server, identity.key())
    counter = open_counter(identity.counts)
    try:
        deliver(counter, office)
        identity.keep_membership(office.send_health(health_report(folder, now)))
    except KioskRevoked as revoked:
        return revoked.code
    except OdysseeError as trouble:
        return trouble.code
    finally:
        counter.close()
        office.close()
    return None


def health_report(folder: KioskFolder, now: datetime) -> dict[str, Any]:
    """How the kiosk stands, as `/kiosk/v1/health` takes it."""
    state = look_at_kiosk(folder, now)
    report: dict[str, Any] = {
        "packs": state.packs,
        "content": state.content,
        "free_bytes": state.free_bytes,
        "clock_trusted": state.clock_trusted,
        "software": version("perche-odyssee"),
    }
    if state.last_sync is not None:
        detail = state.last_sync["detail"][:_MAX_DETAIL] or None
        report["last_sync"] = {**state.last_sync, "detail": detail}
    if state.scrubbed_at is not None:
        report["scrub"] = {"at": state.scrubbed_at, "bad": state.bad_objects}
    return report


def load_outbox(folder: KioskFolder, stick: Stick) -> int:
    """Put what waits for the office on a stick; see `carrying.load_stick`."""
    identity = KioskIdentity(folder.root)
    counter = open_counter(identity.counts)
    try:
        return load_stick(identity, counter, stick)
    finally:
        counter.close()


def take_back(folder: KioskFolder, stick: Stick) -> TakenBack | None:
    """Take the office's answers from a stick; see `carrying.take_receipts`.

    Returns:
        Null for a kiosk that never asked to join: it counts nothing for anybody.
    """
    identity = KioskIdentity(folder.root)
    if identity.membership() is None and identity.asked() is None:
        return None
    counter = open_counter(identity.counts)
    try:
        return take_receipts(identity, counter, stick)
    finally:
        counter.close()
