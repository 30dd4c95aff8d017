"""Reporting: somebody on a trail tells what is wrong there, and the office deals with it."""

from dataclasses import replace
from typing import Any

from odyssee.actions import credentials
from odyssee.actions.tools import Tools
from odyssee.db import audit, reports
from odyssee.domain.canonical import canonical
from odyssee.domain.errors import KeyReused, NotFound, Stale, Unavailable, refuse
from odyssee.domain.paging import DEFAULT_LIMIT, Page, bad_cursor, check_limit, page_of
from odyssee.domain.people import ROLES, Caller
from odyssee.domain.reports import Gathered, Report, Told, Wanted, check_note, check_told

_LABEL = "reports"


def report(tools: Tools, told: Told, key: str | None = None) -> str:
    """Keep what somebody reports.

    Args:
        tools: The desk.
        told: What is reported.
        key: Made by the sender for this report alone: under it, it is kept once.

    Returns:
        The reference by which the sender may ask after it.

    Raises:
        InputInvalid: something of it will not do; all is told at once.
        KeyReused: another report was told under this key.
        Unavailable: nothing was kept.
    """
    if tools.shelf.pointer is None:
        raise Unavailable("it is not known yet what is published")
    catalogue = tools.shelf.current()
    served = catalogue.legends.get(told.legend)
    stops = None if served is None else {stop["slug"] for stop in served.trail["stops"]}
    is_known = served is not None or told.legend in catalogue.unpublished
    refuse(check_told(told, stops, is_known=is_known))
    key_tag = None if key is None else tools.desk.key.tag(_LABEL, f"key\0{key}")
    told_tag = "" if key is None else tools.desk.key.tag(_LABEL, f"told\0{_words(told)}")
    new = Report(
        id=credentials.new_id(),
        reference=credentials.new_reference(),
        told=told,
        created_at=tools.clock(),
        state="open",
        note="",
        closed_at=None,
        version=1,
    )
    with tools.desk.db.transaction() as tx:
        if reports.add_report(tx, new, key_tag, told_tag):
            return new.reference
        known = None if key_tag is None else reports.find_told(tx, key_tag)
        if known is None or known[1] != told_tag:
            raise KeyReused
        return known[0]


def list_reports(
    tools: Tools,
    caller: Caller,
    wanted: Wanted,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[Report]:
    """A page of reports, the newest first; the cursor is the id of the last one seen.

    Raises:
        InputInvalid: the limit is not 1 to 200, or the cursor is of no report.
    """
    check_limit(limit)
    with tools.desk.db.reading() as tx:
        try:
            found = reports.list_reports(tx, wanted, limit + 1, cursor)
        except NotFound:
            raise bad_cursor() from None
    shown = [_shown_to(caller, one) for one in found]
    return page_of(shown, limit, [one.id for one in found])


def gather_reports(
    tools: Tools, wanted: Wanted, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page[Gathered]:
    """A page of the reports by place and kind, the most first; the cursor counts those seen.

    Raises:
        InputInvalid: the limit is not 1 to 200, or the cursor is no number.
    """
    check_limit(limit)
    seen = cursor or "0"
    if not (seen.isascii() and seen.isdecimal() and len(seen) < 10):
        raise bad_cursor()
    with tools.desk.db.reading() as tx:
        found = reports.gather_reports(tx, wanted)[int(seen) :]
    return page_of(found, limit, [str(int(seen) + at) for at in range(1, len(found) + 1)])


def show_report(tools: Tools, caller: Caller, report_id: str) -> Report:
    """One report.

    Raises:
        NotFound: there is none of that id.
    """
    with tools.desk.db.reading() as tx:
        return _shown_to(caller, reports.get_report(tx, report_id))


def change_report(
    tools: Tools, caller: Caller, report_id: str, version: int | None, **changes: Any
) -> Report:
    """Set its `state`, its `note` or both; of a version only if nobody changed it meanwhile.

    Closed, its contact is kept for 90 days more; opened again, for as long as it is open.

    Raises:
        NotFound: there is none of that id.
        Stale: it is not at that version any more.
        InputInvalid: the note will not do.
    """
    refuse(check_note(changes.get("note", "")))
    now = tools.clock()
    with tools.desk.db.transaction() as tx:
        present = reports.lock_report(tx, report_id)
        if version is not None and present.version != version:
            raise Stale(report=report_id)
        new = {name: told for name, told in changes.items() if told != getattr(present, name)}
        if not new:
            return _shown_to(caller, present)
        if "state" in new:
            new["closed_at"] = now if new["state"] == "closed" else None
        reports.change_report(tx, report_id, **new)
        told = {"report": report_id, "state": new.get("state", present.state)}
        audit.add_entry(tx, now, caller.person.id, "triage", f"reports/{report_id}", told)
        return _shown_to(caller, reports.get_report(tx, report_id))


def _shown_to(caller: Caller, kept: Report) -> Report:
    """Without the contact for who has no need of it."""
    if ROLES.index(caller.role) >= ROLES.index("editor"):
        return kept
    return replace(kept, told=replace(kept.told, contact=None))


def _words(told: Told) -> str:
    return canonical(
        {
            name: getattr(told, name)
            for name in ("legend", "stop", "kind", "text", "lang", "contact")
        }
    ).decode()
