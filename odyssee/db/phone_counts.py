"""Counts of what phones tell, and the tags by which each visit is counted once."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from odyssee.db.columns import Row
from odyssee.db.counting_tables import PhoneCountRow, SeenVisitRow
from odyssee.db.fleet_tables import VisitCountRow
from odyssee.db.session import Tx
from odyssee.domain.statistics import EventType


class PhoneCell(NamedTuple):
    """What is counted together; the stop is empty for what is of the whole trail."""

    day: date
    legend: str
    stop: str
    lang: str
    type: EventType


def note_seen(tx: Tx, days: Mapping[str, date]) -> set[str]:
    """Keep the tags of visits that are being counted.

    A transaction that is keeping one of them is waited for: give them in their order, so that no
    two wait for each other.

    Args:
        tx: A transaction that may write.
        days: The day of each visit, by its tag.

    Returns:
        Those that were not kept before.
    """
    if not days:
        return set()
    rows = [{"tag": tag, "day": day} for tag, day in sorted(days.items())]
    added = _insert(tx, SeenVisitRow).values(rows)
    unless = added.on_conflict_do_nothing(index_elements=["tag"])
    return set(tx.scalars(unless.returning(SeenVisitRow.tag)))


def add_phone_counts(tx: Tx, counts: Mapping[PhoneCell, int]) -> None:
    """Add to what was counted, after `note_seen`; cells are taken in their order, as tags are."""
    if not counts:
        return
    added = _insert(tx, PhoneCountRow)
    summed = {"n": PhoneCountRow.n + added.excluded.n}
    keys = PhoneCell._fields
    rows = [cell._asdict() | {"n": n} for cell, n in sorted(counts.items())]
    tx.execute(added.on_conflict_do_update(index_elements=keys, set_=summed), rows)


def drop_seen(tx: Tx, before: date) -> int:
    """Forget the tags of visits of earlier days; gives how many they were."""
    old = SeenVisitRow.day < before
    found = tx.scalar(select(func.count()).select_from(SeenVisitRow).where(old)) or 0
    tx.execute(delete(SeenVisitRow).where(old))
    return found


def drop_counts(tx: Tx, before: date) -> int:
    """Forget what phones and kiosks counted on earlier days; gives how many cells that were."""
    dropped = 0
    for row in (PhoneCountRow, VisitCountRow):
        old = row.day < before
        dropped += tx.scalar(select(func.count()).select_from(row).where(old)) or 0
        tx.execute(delete(row).where(old))
    return dropped


def _insert(tx: Tx, table: type[Row]) -> sqlite.Insert | postgresql.Insert:
    if tx.connection().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)
