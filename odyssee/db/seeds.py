"""Which treks of partners drafts were begun from."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update

from odyssee.db.amenity_tables import TrailSeedRow
from odyssee.db.inserting import insert_all
from odyssee.db.session import Tx
from odyssee.db.tables import LegendRow


class Seed(NamedTuple):
    """A trek and the draft that was begun from it."""

    external_id: str
    legend: str
    content_sha256: str
    """Of the draft as it was begun."""


def find_seeds(tx: Tx, partner: str) -> dict[str, Seed]:
    """Those of a partner by the trek's external id."""
    columns = select(TrailSeedRow.external_id, TrailSeedRow.legend, TrailSeedRow.content_sha256)
    rows = tx.execute(columns.where(TrailSeedRow.partner == partner))
    return {row.external_id: Seed(*row) for row in rows}


def add_seeds(tx: Tx, partner: str, new: Sequence[Seed], now: datetime) -> None:
    """Remember what was begun now."""
    rows = [
        {"partner": partner, "created_at": now, "last_seen_at": now, **s._asdict()} for s in new
    ]
    insert_all(tx, TrailSeedRow, rows)


def note_seen(tx: Tx, partner: str, external_ids: Sequence[str], now: datetime) -> None:
    """Write down that the partner still sends them."""
    for external_id in external_ids:
        one = (TrailSeedRow.partner == partner, TrailSeedRow.external_id == external_id)
        tx.execute(update(TrailSeedRow).where(*one).values(last_seen_at=now))


def is_slug_taken(tx: Tx, slug: str) -> bool:
    """Whether there is, or ever was, a draft of that slug."""
    return tx.scalar(select(LegendRow.id).where(LegendRow.slug == slug)) is not None
