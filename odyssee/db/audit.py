"""Who did what: entries are added and read, and the database refuses to change or remove them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select

from odyssee.db.session import Tx
from odyssee.db.tables import AuditRow
from odyssee.domain.audit import Entry


def add_entry(
    tx: Tx, at: datetime, who: str, deed: str, what: str, detail: Mapping[str, Any]
) -> int:
    """Write down a deed in the transaction that does it; returns the entry's id."""
    row = {"at": at, "who": who, "deed": deed, "what": what, "detail": dict(detail)}
    return tx.execute(insert(AuditRow).values(row).returning(AuditRow.id)).scalar_one()


def find_last_changer(tx: Tx, slug: str, unchanging: Collection[str]) -> str | None:
    """Who did the last deed on a legend or a part of it that is none of these; null for nobody."""
    about = [
        told
        for thing in (slug, f"legends/{slug}")
        for told in (AuditRow.what == thing, AuditRow.what.startswith(f"{thing}/", autoescape=True))
    ]
    wanted = select(AuditRow.who).where(or_(*about), AuditRow.deed.not_in(unchanging))
    return tx.scalar(wanted.order_by(AuditRow.id.desc()).limit(1))


def list_entries(
    tx: Tx, what: str | None = None, before: int | None = None, limit: int = 50
) -> list[Entry]:
    """Entries, the newest first.

    Args:
        tx: Any transaction.
        what: Only those about this thing.
        before: Only those with a lower id: the last one seen, to read on.
        limit: At most so many.
    """
    wanted = select(AuditRow.__table__)
    if what is not None:
        wanted = wanted.where(AuditRow.what == what)
    if before is not None:
        wanted = wanted.where(AuditRow.id < before)
    rows = tx.execute(wanted.order_by(AuditRow.id.desc()).limit(limit))
    return [Entry(**row._mapping) for row in rows]  # noqa: SLF001  # SQLAlchemy's public name
