"""Insert unless it is there, which SQL spells by dialect and the ORM not at all."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, TextClause, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from odyssee.db.columns import Row
from odyssee.db.session import Tx

Condition = ColumnElement[bool] | TextClause


def insert_all(tx: Tx, table: type[Row], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows, none or many, in few statements."""
    if rows:
        tx.execute(insert(table), [dict(row) for row in rows])


def insert_unless_kept(
    tx: Tx,
    row: Mapping[str, Any],
    gives: InstrumentedAttribute[Any],
    unique: InstrumentedAttribute[Any],
    where: Condition | None = None,
) -> Any | None:
    """Insert the row unless another has its value in the unique column.

    A transaction that is inserting the same value is waited for.

    Args:
        tx: A transaction that may write.
        row: The values by column.
        gives: The column whose value of the new row is returned.
        unique: The column that a unique index guards.
        where: The condition of that index, spelled as there.

    Returns:
        The value of `gives`; None when nothing was inserted.
    """
    dialect = tx.connection().dialect.name
    statement = (sqlite if dialect == "sqlite" else postgresql).insert(gives.class_).values(row)
    unless = statement.on_conflict_do_nothing(index_elements=[unique], index_where=where)
    return tx.scalar(unless.returning(gives))
