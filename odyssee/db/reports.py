"""Reports of trails: kept, listed, gathered by place, and rid of what is needed no more."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from odyssee.db.columns import instant_of
from odyssee.db.counting_tables import ReportRow
from odyssee.db.inserting import insert_unless_kept
from odyssee.db.session import Tx
from odyssee.domain.errors import NotFound
from odyssee.domain.reports import Gathered, Report, Told, Wanted

_ALL = select(ReportRow.__table__)
_TOLD = ("legend", "stop", "kind", "text", "lang", "contact")


def add_report(tx: Tx, report: Report, key_tag: str | None, told_tag: str) -> bool:
    """Keep a new report; False when one was told under this key before, which is waited for."""
    told = {name: getattr(report.told, name) for name in _TOLD}
    row = told | {
        "id": report.id,
        "reference": report.reference,
        "created_at": report.created_at,
        "state": report.state,
        "note": report.note,
        "closed_at": report.closed_at,
        "version": report.version,
        "key_tag": key_tag,
        "told_tag": told_tag,
    }
    kept = insert_unless_kept(tx, row, gives=ReportRow.id, unique=ReportRow.key_tag)
    return kept is not None


def find_told(tx: Tx, key_tag: str) -> tuple[str, str] | None:
    """The reference of what was told under that key, and the tag of what it was."""
    wanted = select(ReportRow.reference, ReportRow.told_tag).where(ReportRow.key_tag == key_tag)
    row = tx.execute(wanted).first()
    return None if row is None else (row.reference, row.told_tag)


def get_report(tx: Tx, report_id: str) -> Report:
    """The report of that id.

    Raises:
        NotFound: there is none.
    """
    return _get(tx, report_id)


def lock_report(tx: Tx, report_id: str) -> Report:
    """As `get_report`, held by this transaction: nobody else changes it meanwhile."""
    return _get(tx, report_id, held=True)


def _get(tx: Tx, report_id: str, *, held: bool = False) -> Report:
    wanted = _ALL.where(ReportRow.id == report_id)
    row = tx.execute(wanted.with_for_update() if held else wanted).first()
    if row is None:
        raise NotFound(report=report_id)
    return _report(row)


def list_reports(tx: Tx, wanted: Wanted, limit: int, after: str | None = None) -> list[Report]:
    """Reports, the newest first.

    Args:
        tx: Any transaction.
        wanted: Which.
        limit: At most so many.
        after: Only those that come after the report of this id.

    Raises:
        NotFound: there is no report of the id `after`.
    """
    row = ReportRow
    found = _ALL.where(*_conditions(wanted)).order_by(row.created_at.desc(), row.id).limit(limit)
    if after is not None:
        last = _get(tx, after).created_at
        of_the_instant = and_(row.created_at == last, row.id > after)
        found = found.where(or_(row.created_at < last, of_the_instant))
    return [_report(one) for one in tx.execute(found)]


def gather_reports(tx: Tx, wanted: Wanted) -> list[Gathered]:
    """How many there are of each kind at each place, the most first, then by place and kind."""
    row = ReportRow
    place = (row.legend, row.stop, row.kind)
    counted = (
        func.count().label("n"),
        func.min(row.created_at).label("first"),
        func.max(row.created_at).label("last"),
    )
    found = tx.execute(select(*place, *counted).where(*_conditions(wanted)).group_by(*place))
    gathered = [
        Gathered(
            legend=one.legend,
            stop=one.stop,
            kind=one.kind,
            count=one.n,
            first_day=_day(one.first),
            last_day=_day(one.last),
        )
        for one in found
    ]
    return sorted(gathered, key=lambda one: (-one.count, one.legend, one.stop or "", one.kind))


def change_report(tx: Tx, report_id: str, **values: Any) -> None:
    """Set columns of the report, whose version rises; ask for it under a lock first."""
    one = update(ReportRow).where(ReportRow.id == report_id)
    tx.execute(one.values(version=ReportRow.version + 1, **values))


def erase_contacts(tx: Tx, closed_before: datetime) -> int:
    """Erase the contacts of reports that were closed by then; gives how many there were."""
    due = and_(ReportRow.contact.is_not(None), ReportRow.closed_at <= closed_before)
    return _erase(tx, due, contact=None)


def forget_keys(tx: Tx, told_before: datetime) -> int:
    """Forget the keys of reports that were told by then; gives how many there were."""
    due = and_(ReportRow.key_tag.is_not(None), ReportRow.created_at <= told_before)
    return _erase(tx, due, key_tag=None, told_tag="")


def _erase(tx: Tx, due: ColumnElement[bool], **values: str | None) -> int:
    erased = update(ReportRow).where(due).values(values).returning(ReportRow.id)
    return len(list(tx.scalars(erased)))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.states:
        found.append(ReportRow.state.in_(wanted.states))
    if wanted.legend is not None:
        found.append(ReportRow.legend == wanted.legend)
    if wanted.stop is not None:
        found.append(ReportRow.stop == wanted.stop)
    if wanted.kind is not None:
        found.append(ReportRow.kind == wanted.kind)
    return found


def _day(instant: Any) -> date:
    return instant_of(instant).date()


def _report(row: Any) -> Report:
    return Report(
        id=row.id,
        reference=row.reference,
        told=Told(**{name: getattr(row, name) for name in _TOLD}),
        created_at=row.created_at,
        state=row.state,
        note=row.note,
        closed_at=row.closed_at,
        version=row.version,
    )
