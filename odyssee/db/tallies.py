"""Failures to sign in, counted by tag.

Transactions that hold several tallies ask for them in one order (address,
account, pair): so no two wait for each other.
"""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from odyssee.db.session import Tx
from odyssee.db.tables import TallyRow
from odyssee.domain.throttling import Tally

_AT_ONCE = 100


def lock_tally(tx: Tx, key: str, now: datetime) -> Tally:
    """The tally, held by this transaction; one of no failures where there was none."""
    dialect = tx.connection().dialect.name
    row = {"key": key, "failures": 0, "began_at": now, "last_at": now}
    kept = (sqlite if dialect == "sqlite" else postgresql).insert(TallyRow).values(row)
    # To set the key to itself changes nothing, and locks and gives the row that is there.
    kept = kept.on_conflict_do_update(
        index_elements=[TallyRow.key], set_={"key": kept.excluded.key}
    )
    held = kept.returning(TallyRow.failures, TallyRow.began_at, TallyRow.last_at)
    return Tally(*tx.execute(held).one())


def set_tally(tx: Tx, key: str, tally: Tally) -> None:
    """Keep the tally; under its lock."""
    values = {"failures": tally.failures, "began_at": tally.began_at, "last_at": tally.last_at}
    tx.execute(update(TallyRow).where(TallyRow.key == key).values(values))


def drop_tally(tx: Tx, key: str) -> None:
    """Forget every failure of the tag."""
    tx.execute(delete(TallyRow).where(TallyRow.key == key))


def drop_forgotten(tx: Tx, before: datetime) -> None:
    """Remove some tallies whose last failure was before; those that are held are passed over."""
    old = select(TallyRow.key).where(TallyRow.last_at < before).limit(_AT_ONCE)
    tx.execute(delete(TallyRow).where(TallyRow.key.in_(old.with_for_update(skip_locked=True))))
