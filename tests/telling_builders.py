"""Builders for what phones tell: events, batches of them, and a reader of what was counted."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from odyssee.actions import credentials
from odyssee.actions.tools import Tools
from odyssee.db import reports
from odyssee.db.counting_tables import PhoneCountRow, SeenVisitRow
from odyssee.domain.reports import Report, ReportKind, Told

BATCH = str(UUID(int=1))
TODAY = "2026-06-01"
"""Of the clock of the tests."""


def an_event(number: int = 1, **changes: Any) -> dict[str, Any]:
    known = {
        "id": str(UUID(int=number)),
        "type": "narration_started",
        "legend": "dame-de-riants",
        "stop": "etape-1",
        "lang": "fr",
        "day": TODAY,
        "revision": 1,
    }
    return known | changes


def a_phone_batch(*events: dict[str, Any]) -> dict[str, Any]:
    return {"batch_id": BATCH, "events": list(events)}


def counted_by_phones(tools: Tools) -> dict[tuple[str, ...], int]:
    """By day, legend, stop, language and type."""
    row = PhoneCountRow
    with tools.desk.db.reading() as tx:
        found = tx.execute(select(row.day, row.legend, row.stop, row.lang, row.type, row.n))
        return {(one.day.isoformat(), *one[1:5]): one.n for one in found}


def count_seen(tools: Tools) -> int:
    with tools.desk.db.reading() as tx:
        return len(list(tx.scalars(select(SeenVisitRow.tag))))


def a_told(kind: ReportKind = "too_late", **changes: Any) -> Told:
    known = {
        "legend": "dame-de-riants",
        "stop": "etape-1",
        "text": "L’histoire part après l’étang.",
        "lang": "fr",
        "contact": "berthe@perche.example",
    }
    return Told(kind=kind, **known | changes)


def keep_report(tools: Tools, told: Told | None = None) -> str:
    """A report that the office has, by its id; no legend need be served."""
    kept = Report(
        id=credentials.new_id(),
        reference=credentials.new_reference(),
        told=told or a_told(),
        created_at=tools.clock(),
        state="open",
        note="",
        closed_at=None,
        version=1,
    )
    with tools.desk.db.transaction() as tx:
        reports.add_report(tx, kept, None, "")
    return kept.id
