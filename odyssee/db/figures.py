"""What was counted, summed up by one thing, of phones and of kiosks."""

from datetime import date
from typing import Any

from sqlalchemy import func, literal, select, union_all

from odyssee.db.counting_tables import PhoneCountRow
from odyssee.db.fleet_tables import KioskRow, VisitCountRow
from odyssee.db.session import Tx
from odyssee.domain.figures import PHONES, By, Sum

_KEYS: dict[By, tuple[str, ...]] = {
    "day": ("day",),
    "legend": ("legend",),
    "stop": ("legend", "stop"),
    "lang": ("lang",),
    "source": ("source",),
    "type": ("type",),
}


def sum_counts(tx: Tx, by: By, first: date, last: date, legend: str | None = None) -> list[Sum]:
    """What was counted from the first day to the last, both included; by stop, of phones only.

    Args:
        tx: Any transaction.
        by: What it is summed up by.
        first: The first day.
        last: The last day.
        legend: Of this legend only; null for all.
    """
    phone, kiosk = PhoneCountRow, VisitCountRow
    told = select(
        phone.day,
        phone.legend,
        phone.stop,
        phone.lang,
        literal(PHONES).label("source"),
        phone.type,
        phone.n,
    ).where(*_asked(phone, first, last, legend))
    counted: list[Any] = [told]
    if by != "stop":
        besides = select(
            kiosk.day,
            kiosk.legend,
            literal("").label("stop"),
            kiosk.lang,
            kiosk.source,
            kiosk.type,
            kiosk.n,
        )
        counted.append(besides.where(*_asked(kiosk, first, last, legend)))
    every = union_all(*counted).subquery()
    keys = [every.c[name] for name in _KEYS[by]]
    wanted = select(*keys, every.c.type.label("kind"), func.sum(every.c.n).label("summed"))
    found = tx.execute(wanted.group_by(*keys, every.c.type))
    return [Sum(tuple(map(str, row[: len(keys)])), row.kind, int(row.summed)) for row in found]


def _asked(
    row: type[PhoneCountRow | VisitCountRow], first: date, last: date, legend: str | None
) -> list[Any]:
    asked: list[Any] = [row.day >= first, row.day <= last]
    return asked if legend is None else [*asked, row.legend == legend]


def name_kiosks(tx: Tx) -> dict[str, str]:
    """What the office calls each kiosk, by its id."""
    return {row.id: row.name for row in tx.execute(select(KioskRow.id, KioskRow.name))}
