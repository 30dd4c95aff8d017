"""Closures of legends, as offices say them; they change what is told and no revision."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from odyssee.db.session import Tx
from odyssee.db.tables import ClosureRow
from odyssee.domain.closures import Closure, KeptClosure, closure_from_document, closure_to_document
from odyssee.domain.errors import NotFound

_COLUMNS = ("legend", "from", "to")
"""What of a closure's document stands in columns."""


def add_closure(tx: Tx, kept: KeptClosure) -> None:
    """Keep a new closure; ask for it under a lock on its legend."""
    closure = kept.closure
    document = closure_to_document(closure)
    row = {
        "id": kept.id,
        "legend": closure.legend,
        "starts_at": closure.starts_at,
        "ends_at": closure.ends_at,
        "document": {name: told for name, told in document.items() if name not in _COLUMNS},
        "created_by": kept.created_by,
        "created_at": kept.created_at,
    }
    tx.execute(insert(ClosureRow).values(row))


def lock_closure(tx: Tx, closure_id: str) -> KeptClosure:
    """The closure of that id, which nobody else changes until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    wanted = select(ClosureRow.__table__).where(ClosureRow.id == closure_id)
    row = tx.execute(wanted.with_for_update()).first()
    if row is None:
        raise NotFound(closure=closure_id)
    return _kept(row)


def list_closures(tx: Tx, now: datetime, legend: str | None = None) -> list[KeptClosure]:
    """Those of a legend, or of all, that are in force or to come; the earliest first."""
    wanted = select(ClosureRow.__table__)
    if legend is not None:
        wanted = wanted.where(ClosureRow.legend == legend)
    kept = _in_order(tx.execute(wanted))
    return [one for one in kept if not one.closure.is_over(now)]


def list_standing(tx: Tx, now: datetime) -> list[Closure]:
    """Those that the published territory has to name, the earliest first."""
    kept = _in_order(tx.execute(select(ClosureRow.__table__)))
    return [one.closure for one in kept if one.closure.stands(now)]


def end_closure(tx: Tx, closure_id: str, at: datetime) -> None:
    """Let it end at that instant."""
    tx.execute(update(ClosureRow).where(ClosureRow.id == closure_id).values(ends_at=at))


def remove_closure(tx: Tx, closure_id: str) -> None:
    """Forget it; who asked for it stands in the audit."""
    tx.execute(delete(ClosureRow).where(ClosureRow.id == closure_id))


def _in_order(rows: Iterable[Any]) -> list[KeptClosure]:
    kept = [_kept(row) for row in rows]
    return sorted(kept, key=lambda one: (one.closure.starts_at, one.created_at, one.id))


def _kept(row: Any) -> KeptClosure:
    ends_at = None if row.ends_at is None else row.ends_at.isoformat()
    told = {"legend": row.legend, "from": row.starts_at.isoformat(), "to": ends_at}
    return KeptClosure(
        id=row.id,
        closure=closure_from_document({**row.document, **told}),
        created_by=row.created_by,
        created_at=row.created_at,
    )
