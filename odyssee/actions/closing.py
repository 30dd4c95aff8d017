"""Closing: say that a trail, a stop or a stretch may not be used for a time, and open it again.

Closures belong to the territory: they are told with the next pointing, and no
revision is made.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from odyssee.actions import credentials
from odyssee.actions.publishing import order_pointing
from odyssee.actions.tools import Tools
from odyssee.content.stretches import read_stretch
from odyssee.db import audit, closures, legends, revisions, territories
from odyssee.db.session import Tx
from odyssee.domain.canonical import to_rfc3339
from odyssee.domain.closures import MAX_CLOSURES, Closure, KeptClosure, check_closure, to_seconds
from odyssee.domain.errors import NotFound, TooManyClosures, refuse
from odyssee.domain.paging import DEFAULT_LIMIT, Page, bad_cursor, check_limit, page_of


@dataclass(frozen=True, slots=True)
class Closed:
    """A closure that was taken, or ended, and the job that tells it."""

    kept: KeptClosure
    job: int | None
    """Null where nothing is published yet."""


def close(tools: Tools, wanted: Closure, *, by: str, stretch: Path | None = None) -> Closed:
    """Close a trail, a stop or a stretch; where an end is known, the opening is ordered as well.

    Args:
        tools: The desk.
        wanted: What is closed.
        by: Who does it.
        stretch: A GeoJSON file whose line is the stretch that is meant.

    Raises:
        ContentInvalid: the file holds no line.
        NotFound: there is no such legend.
        InputInvalid: something of it will not do; all is told at once.
        TooManyClosures: the legend has as many as it may.
    """
    line = wanted.stretch if stretch is None else read_stretch(stretch)
    now, wanted = tools.clock(), to_seconds(replace(wanted, stretch=line))
    kept = KeptClosure(id=credentials.new_id(), closure=wanted, created_by=by, created_at=now)
    with tools.desk.db.transaction() as tx:
        legends.lock_legend(tx, wanted.legend)
        stops = _list_stops(tx, wanted.legend)
        territory = territories.find_territory(tx)
        refuse(check_closure(wanted, stops, territory.bbox if territory else None, now))
        if len(closures.list_closures(tx, now, wanted.legend)) >= MAX_CLOSURES:
            raise TooManyClosures(legend=wanted.legend, max=str(MAX_CLOSURES))
        closures.add_closure(tx, kept)
        _note(tx, now, by, "close", kept)
        if wanted.leaves_at is not None:
            order_pointing(tx, now, run_at=wanted.leaves_at)
        return Closed(kept, order_pointing(tx, now))


def reopen(tools: Tools, closure_id: str, *, by: str, legend: str | None = None) -> Closed:
    """End a closure now; one that has not begun is removed.

    Args:
        tools: The desk.
        closure_id: Which.
        by: Who does it.
        legend: The legend that it must be of; null for any.

    Raises:
        NotFound: there is none, it is of another legend, or it is over.
    """
    now = tools.clock().replace(microsecond=0)
    with tools.desk.db.transaction() as tx:
        kept = closures.lock_closure(tx, closure_id)
        if legend not in {None, kept.closure.legend} or kept.closure.is_over(now):
            raise NotFound(closure=closure_id)
        if kept.closure.starts_at > now:
            closures.remove_closure(tx, closure_id)
        else:
            closures.end_closure(tx, closure_id, now)
        _note(tx, now, by, "reopen", kept)
        return Closed(kept, order_pointing(tx, now))


def list_closures(tools: Tools, slug: str) -> list[KeptClosure]:
    """The closures of a legend that are in force or to come, the earliest first.

    Raises:
        NotFound: there is no such legend.
    """
    with tools.desk.db.reading() as tx:
        if not (legends.has_legend(tx, slug) or revisions.list_states(tx, slug)):
            raise NotFound(legend=slug)
        return closures.list_closures(tx, tools.clock(), slug)


def page_closures(
    tools: Tools, slug: str, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page[KeptClosure]:
    """As `list_closures`, a page at a time; the cursor is the id of the last one seen.

    Raises:
        NotFound: there is no such legend.
        InputInvalid: the limit is not 1 to 200, or the cursor is of another list.
    """
    check_limit(limit)
    found = list_closures(tools, slug)
    if cursor is not None:
        ids = [kept.id for kept in found]
        if cursor not in ids:
            raise bad_cursor()
        found = found[ids.index(cursor) + 1 :]
    return page_of(found, limit, [kept.id for kept in found])


def list_every_closure(tools: Tools) -> list[KeptClosure]:
    """As `list_closures`, of all legends."""
    with tools.desk.db.reading() as tx:
        return closures.list_closures(tx, tools.clock())


def _list_stops(tx: Tx, slug: str) -> set[str]:
    """Those of the draft and those that are served: either may be the one that is meant."""
    draft = legends.find_draft(tx, slug)
    numbers = [n for n, state in revisions.list_states(tx, slug) if state == "published"]
    known = [revisions.get_revision(tx, slug, number).legend for number in numbers]
    known += [draft.legend] if draft is not None else []
    if not known:
        raise NotFound(legend=slug)
    return {stop.slug for legend in known for stop in legend.stops}


def _note(tx: Tx, now: datetime, by: str, deed: str, kept: KeptClosure) -> None:
    closure = kept.closure
    until = None if closure.ends_at is None else to_rfc3339(closure.ends_at)
    told = {
        "closure": kept.id,
        "kind": closure.kind,
        "from": to_rfc3339(closure.starts_at),
        "to": until,
        "text": dict(closure.text),
        "stop": closure.stop,
        "is_stretch": closure.stretch is not None,
    }
    audit.add_entry(tx, now, by, deed, closure.legend, told)
