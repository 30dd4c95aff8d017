"""What nothing needs, and since when it was seen so."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select

from odyssee.db.inserting import insert_all
from odyssee.db.session import Tx
from odyssee.db.tables import UnneededRow

PUBLISHED = "published/"
"""The scope of the published store; what the private store keeps has none."""
_AT_ONCE = 500
"""How many keys go into one statement: SQLite takes a bounded number of values."""


def list_unneeded(tx: Tx, scope: str = "") -> Mapping[str, datetime]:
    """Since when, by key: of keys that begin with a scope, or of those that have none."""
    rows = tx.execute(select(UnneededRow.key, UnneededRow.since))
    return {row.key: row.since for row in rows if _scope_of(row.key) == scope}


def note_unneeded(tx: Tx, keys: Collection[str], now: datetime, scope: str = "") -> None:
    """Say that these are not needed from now on, and that all others of the scope are, or are gone.

    Those that were noted before keep their time.
    """
    known = set(list_unneeded(tx, scope))
    insert_all(tx, UnneededRow, [{"key": key, "since": now} for key in sorted({*keys} - known)])
    forget(tx, known - set(keys))


def _scope_of(key: str) -> str:
    return PUBLISHED if key.startswith(PUBLISHED) else ""


def forget(tx: Tx, keys: Collection[str]) -> None:
    """Say nothing of these any more."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), _AT_ONCE):
        some = ordered[start : start + _AT_ONCE]
        tx.execute(delete(UnneededRow).where(UnneededRow.key.in_(some)))
