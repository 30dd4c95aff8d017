"""Arranging: stops come, change, go, and are put in order."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from odyssee.actions.drafting import Change, lock_seen, save
from odyssee.actions.tools import Tools
from odyssee.content.draft_forms import read_stop
from odyssee.db import territories
from odyssee.db.session import Tx
from odyssee.domain.checks import MAX_STOPS
from odyssee.domain.draft_forms import begin_stop, title_in
from odyssee.domain.drafts import (
    Json,
    Tags,
    check_order,
    check_tag,
    document_of,
    find_stop,
    merge,
    order_etag,
    reorder,
    round_stop,
    stop_etag,
    with_stop,
)
from odyssee.domain.errors import InputInvalid, NotFound, Problem, SlugTaken, refuse
from odyssee.domain.geo import BBox, LonLat
from odyssee.domain.legends import Legend
from odyssee.domain.people import Caller
from odyssee.domain.publication import Draft
from odyssee.domain.slugs import free_slug
from odyssee.domain.stops import Stop


def add_stop(tools: Tools, caller: Caller, slug: str, asked: Json) -> tuple[Draft, Stop]:
    """Add a stop at the end, or at `position` (from 1); a French title is enough.

    Raises:
        NotFound: there is no such draft for the caller.
        InputInvalid: something of it cannot be read or kept; all is told.
        SlugTaken: another stop has the slug that was asked for.
    """
    with tools.desk.db.transaction() as tx:
        draft = lock_seen(tx, caller, slug, asked)
        legend = draft.legend
        position, told = _take_position(asked, len(legend.stops))
        document = begin_stop(told, legend, _find_centre(tx))
        document["slug"] = told.get("slug") or _find_slug(legend, told)
        stop = round_stop(read_stop(document))
        if find_stop(legend, stop.slug) is not None:
            raise SlugTaken(slug=stop.slug)
        stops = (*legend.stops[:position], stop, *legend.stops[position:])
        if len(stops) > MAX_STOPS:
            raise InputInvalid([Problem("", "too_many", values={"max": str(MAX_STOPS)})])
        part = f"stops/{stop.slug}"
        change = Change(caller, tools.clock(), draft, part, f"stops/{position}")
        after = save(tx, change, replace(legend, stops=stops))
        return after, after.legend.get_stop(stop.slug)


def change_stop(
    tools: Tools, caller: Caller, slug: str, stop: str, patch: Json, tags: Tags
) -> tuple[Draft, Stop]:
    """Change a stop by a merge patch.

    Raises:
        NotFound: there is no such draft for the caller, or no such stop.
        Stale: the stop is none of these tags any more.
        InputInvalid: something of it cannot be read or kept; all is told.
    """
    with tools.desk.db.transaction() as tx:
        draft = lock_seen(tx, caller, slug, patch)
        index = lock_stop(draft, stop, tags)
        refuse([Problem("slug", "slug_fixed")] if patch.get("slug", stop) != stop else [])
        document = merge(document_of(draft.legend.stops[index]), patch)
        changed = round_stop(read_stop(document))
        change = Change(caller, tools.clock(), draft, f"stops/{stop}", f"stops/{index}")
        after = save(tx, change, with_stop(draft.legend, index, changed))
        return after, after.legend.get_stop(stop)


def remove_stop(tools: Tools, caller: Caller, slug: str, stop: str, tags: Tags) -> None:
    """Take a stop off the trail; the history keeps it.

    Raises:
        NotFound: there is no such draft for the caller, or no such stop.
        Stale: the stop is none of these tags any more.
    """
    with tools.desk.db.transaction() as tx:
        draft = lock_seen(tx, caller, slug)
        index = lock_stop(draft, stop, tags)
        stops = draft.legend.stops
        after = replace(draft.legend, stops=(*stops[:index], *stops[index + 1 :]))
        save(tx, Change(caller, tools.clock(), draft, f"stops/{stop}", "stops/-"), after)


def put_order(tools: Tools, caller: Caller, slug: str, stops: Sequence[str], tags: Tags) -> Draft:
    """Put the stops in another order, which names each once.

    Raises:
        NotFound: there is no such draft for the caller.
        Stale: the order is none of these tags any more.
        InputInvalid: it is not exactly the set.
    """
    with tools.desk.db.transaction() as tx:
        draft = lock_seen(tx, caller, slug)
        check_tag(tags, order_etag(draft))
        refuse(check_order(draft.legend, stops))
        change = Change(caller, tools.clock(), draft, "order", "stops/-")
        return save(tx, change, reorder(draft.legend, stops))


def get_stop(draft: Draft, slug: str) -> int:
    """The index of a stop, from 0.

    Raises:
        NotFound: the trail has none of that slug.
    """
    index = find_stop(draft.legend, slug)
    if index is None:
        raise NotFound(stop=slug)
    return index


def lock_stop(draft: Draft, slug: str, tags: Tags) -> int:
    """As `get_stop`, of a stop that is what the caller read.

    Raises:
        NotFound: the trail has none of that slug.
        Stale: the stop is none of these tags any more.
    """
    index = get_stop(draft, slug)
    check_tag(tags, stop_etag(draft, draft.legend.stops[index]))
    return index


def _take_position(asked: Json, count: int) -> tuple[int, dict[str, Any]]:
    """The index of a new stop, and the rest of what was asked."""
    told = dict(asked)
    position = told.pop("position", count + 1)
    if isinstance(position, bool) or not isinstance(position, int):
        values = {"expected": "integer"}
        raise InputInvalid([Problem("position", "wrong_type", values=values)])
    if not 1 <= position <= count + 1:
        values = {"expected": f"1–{count + 1}"}
        refuse([Problem("position", "out_of_range", values=values)])
    return position - 1, told


def _find_slug(legend: Legend, told: Json) -> str:
    slug = free_slug(title_in(told), lambda slug: find_stop(legend, slug) is not None)
    refuse([] if slug else [Problem("slug", "missing")])
    return slug


def _find_centre(tx: Tx) -> LonLat | None:
    territory = territories.find_territory(tx)
    if territory is None:
        return None
    box: BBox = territory.bbox
    return LonLat(round((box.west + box.east) / 2, 6), round((box.south + box.north) / 2, 6))
