"""The territory of the legends, one for each database."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, select, update

from odyssee.db.inserting import insert_unless_kept
from odyssee.db.session import Tx
from odyssee.db.spatial import to_geojson, to_ground
from odyssee.db.tables import TerritoryRow
from odyssee.domain.canonical import canonical, sha256_of
from odyssee.domain.territory import Territory

_TERRITORY = TypeAdapter(Territory)
_ONLY = 1
_POINTING = 0x0D755EE
"""The number of the advisory lock under which publications point."""


def find_territory(tx: Tx) -> Territory | None:
    """The territory; None before the first import."""
    row = tx.execute(
        select(TerritoryRow.document, TerritoryRow.outline).where(TerritoryRow.id == _ONLY)
    ).first()
    if row is None:
        return None
    outline = {} if row.outline is None else {"outline": to_geojson(row.outline)}
    return _TERRITORY.validate_python({**row.document, **outline})


def lock_territory(tx: Tx) -> Territory | None:
    """The territory, held by this transaction: publications point one after the other.

    The lock is the transaction's own on SQLite, which writes one at a time;
    PostgreSQL needs one that stands before there is a row to lock.
    """
    if tx.get_bind().dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(_POINTING)))
    return find_territory(tx)


def check_lock(tx: Tx) -> None:
    """Ask the database for a word on the connection that holds the lock.

    Raises:
        Unavailable: at the end of the transaction's block, when the connection
            is gone and the lock with it.
    """
    tx.execute(select(1))


def is_kept(tx: Tx, territory: Territory) -> bool:
    """Whether this is what is kept, to the letter."""
    kept = tx.scalar(select(TerritoryRow.content_sha256).where(TerritoryRow.id == _ONLY))
    return kept == _sha256_of(_TERRITORY.dump_python(territory, mode="json"))


def save_territory(tx: Tx, territory: Territory, now: datetime) -> bool:
    """Keep the territory; False, and nothing is written, when this is what is kept."""
    document = _TERRITORY.dump_python(territory, mode="json")
    sha256 = _sha256_of(document)
    outline = to_ground(document["outline"])
    if outline is not None:
        del document["outline"]
    row = {
        "id": _ONLY,
        "outline": outline,
        "document": document,
        "content_sha256": sha256,
        "updated_at": now,
    }
    if insert_unless_kept(tx, row, gives=TerritoryRow.id, unique=TerritoryRow.id) is not None:
        return True
    other = TerritoryRow.content_sha256 != sha256
    changed = update(TerritoryRow).where(TerritoryRow.id == _ONLY, other).values(row)
    return tx.scalar(changed.returning(TerritoryRow.id)) is not None


def _sha256_of(document: dict[str, Any]) -> str:
    return sha256_of(canonical(document))
