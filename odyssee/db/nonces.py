"""Nonces that kiosks spent: each counts once, and is forgotten when it has expired anyway."""

from datetime import datetime

from sqlalchemy import delete, func, select

from odyssee.db.fleet_tables import SpentNonceRow
from odyssee.db.inserting import insert_unless_kept
from odyssee.db.session import Tx

_AT_ONCE = 1000


def spend_nonce(tx: Tx, nonce: str, kiosk_id: str, expires_at: datetime) -> bool:
    """Take the nonce; False when it was taken before. Of two at once, one gets it."""
    row = {"nonce": nonce, "kiosk_id": kiosk_id, "expires_at": expires_at}
    kept = insert_unless_kept(tx, row, gives=SpentNonceRow.nonce, unique=SpentNonceRow.nonce)
    return kept is not None


def count_spent(tx: Tx, kiosk_id: str) -> int:
    """How many of the kiosk's are kept."""
    spent = select(func.count()).select_from(SpentNonceRow)
    return tx.scalar(spent.where(SpentNonceRow.kiosk_id == kiosk_id)) or 0


def drop_expired_nonces(tx: Tx, now: datetime) -> None:
    """Forget some of those that have expired; those that are held are passed over."""
    old = select(SpentNonceRow.nonce).where(SpentNonceRow.expires_at <= now).limit(_AT_ONCE)
    held = old.with_for_update(skip_locked=True)
    tx.execute(delete(SpentNonceRow).where(SpentNonceRow.nonce.in_(held)))
