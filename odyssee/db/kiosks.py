"""Kiosks: what the office says of each, what proves it, and what it told of itself last."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Select, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from odyssee.db.fleet_tables import KioskRow
from odyssee.db.session import Tx
from odyssee.domain.errors import KeyTaken, NotFound
from odyssee.domain.kiosks import Health, Kiosk, KioskProfile

_PROFILE = TypeAdapter(KioskProfile)
_HEALTH = TypeAdapter(Health)
_ALL = select(KioskRow.__table__)


def add_kiosk(tx: Tx, kiosk: Kiosk, code_sha256: str) -> None:
    """Keep a new kiosk that waits for its one-time code."""
    row = {
        "id": kiosk.id,
        "name": kiosk.name,
        "office": kiosk.office,
        "profile": _PROFILE.dump_python(kiosk.profile, mode="json"),
        "machine": kiosk.machine,
        "code_sha256": code_sha256,
        "code_expires_at": kiosk.code_expires_at,
        "created_at": kiosk.created_at,
        "refused": kiosk.refused,
        "version": kiosk.version,
    }
    tx.execute(insert(KioskRow).values(row))


def get_kiosk(tx: Tx, kiosk_id: str) -> Kiosk:
    """The kiosk of that id.

    Raises:
        NotFound: there is none.
    """
    return _get(tx, kiosk_id, _ALL)


def lock_kiosk(tx: Tx, kiosk_id: str) -> Kiosk:
    """As `get_kiosk`, held by this transaction: nobody else changes it meanwhile."""
    return _get(tx, kiosk_id, _ALL.with_for_update())


def _get(tx: Tx, kiosk_id: str, wanted: Select[Any]) -> Kiosk:
    found = _find(tx, wanted, KioskRow.id == kiosk_id)
    if found is None:
        raise NotFound(kiosk=kiosk_id)
    return found


def find_by_key(tx: Tx, public_key: str) -> Kiosk | None:
    """The kiosk that signs with this key, revoked or not."""
    return _find(tx, _ALL, KioskRow.public_key == public_key)


def _find(tx: Tx, wanted: Select[Any], where: ColumnElement[bool]) -> Kiosk | None:
    row = tx.execute(wanted.where(where)).first()
    return None if row is None else _kiosk(row)


def list_kiosks(tx: Tx, limit: int, after: str | None = None) -> list[Kiosk]:
    """Kiosks in the order of their names, those of one name by their ids.

    Args:
        tx: Any transaction.
        limit: At most so many.
        after: Only those that come after the kiosk of this id.

    Raises:
        NotFound: there is no kiosk of the id `after`.
    """
    wanted = _ALL.order_by(KioskRow.name, KioskRow.id).limit(limit)
    if after is not None:
        last = tx.scalar(select(KioskRow.name).where(KioskRow.id == after))
        if last is None:
            raise NotFound(kiosk=after)
        later_of_name = (KioskRow.name == last) & (KioskRow.id > after)
        wanted = wanted.where(or_(KioskRow.name > last, later_of_name))
    return [_kiosk(row) for row in tx.execute(wanted)]


def change_kiosk(tx: Tx, kiosk_id: str, **values: Any) -> None:
    """Set columns of the kiosk, whose version rises; ask for it under a lock first."""
    if "profile" in values:
        values["profile"] = _PROFILE.dump_python(values["profile"], mode="json")
    one = update(KioskRow).where(KioskRow.id == kiosk_id)
    tx.execute(one.values(version=KioskRow.version + 1, **values))


def spend_code(
    tx: Tx, code_sha256: str, public_key: str, machine: str, now: datetime
) -> tuple[Kiosk | None, bool]:
    """Take a one-time code for a key; of two who show one code at once, one gets it.

    Who shows the code again with the very key that it was taken for is given the kiosk again:
    the first answer may have been lost.

    Returns:
        The kiosk, null when there is no such code that counts; whether it was taken now.

    Raises:
        KeyTaken: another kiosk has this key.
    """
    counts = (
        KioskRow.code_sha256 == code_sha256,
        KioskRow.code_used_at.is_(None),
        KioskRow.code_expires_at > now,
        KioskRow.revoked_at.is_(None),
    )
    taken = update(KioskRow).where(*counts).returning(KioskRow.id)
    values = {
        "public_key": public_key,
        "machine": machine,
        "code_used_at": now,
        "enrolled_at": now,
        "version": KioskRow.version + 1,
    }
    try:
        is_now = tx.scalar(taken.values(values)) is not None
    except IntegrityError as fault:
        raise KeyTaken from fault
    same = (KioskRow.code_sha256 == code_sha256) & (KioskRow.public_key == public_key)
    return _find(tx, _ALL, same & KioskRow.code_used_at.is_not(None)), is_now


def note_call(tx: Tx, kiosk_id: str, now: datetime) -> None:
    """Note that the kiosk called."""
    tx.execute(update(KioskRow).where(KioskRow.id == kiosk_id).values(last_seen_at=now))


def set_health(tx: Tx, kiosk_id: str, health: Health, now: datetime) -> None:
    """Keep the kiosk's last report."""
    told = {"health": _HEALTH.dump_python(health, mode="json"), "health_at": now}
    tx.execute(update(KioskRow).where(KioskRow.id == kiosk_id).values(told))


def add_refused(tx: Tx, kiosk_id: str, refused: int) -> None:
    """Note visits that were counted under days that cannot be."""
    more = KioskRow.refused + refused
    tx.execute(update(KioskRow).where(KioskRow.id == kiosk_id).values(refused=more))


def _kiosk(row: Any) -> Kiosk:
    return Kiosk(
        id=row.id,
        name=row.name,
        office=row.office,
        profile=_PROFILE.validate_python(row.profile),
        machine=row.machine,
        public_key=row.public_key,
        code_expires_at=None if row.code_used_at else row.code_expires_at,
        created_at=row.created_at,
        enrolled_at=row.enrolled_at,
        revoked_at=row.revoked_at,
        last_seen_at=row.last_seen_at,
        health=None if row.health is None else _HEALTH.validate_python(row.health),
        health_at=row.health_at,
        refused=row.refused,
        version=row.version,
    )
