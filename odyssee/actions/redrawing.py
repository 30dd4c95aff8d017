"""Redrawing: a draft's route becomes a line that somebody recorded, or drew on a map."""

from dataclasses import replace

from odyssee.actions.drafting import Change, lock_seen, save
from odyssee.actions.tools import Tools
from odyssee.content.route_lines import read_route
from odyssee.domain.drafts import Tags, check_tag, head_of, legend_etag
from odyssee.domain.errors import refuse
from odyssee.domain.legends import Route, RouteStatus
from odyssee.domain.people import Caller
from odyssee.domain.publication import Draft
from odyssee.domain.route_drawing import check_route, simplify_route


def put_route(
    tools: Tools, caller: Caller, slug: str, raw: bytes, status: RouteStatus, tags: Tags
) -> Draft:
    """Let the line of a GPX or GeoJSON file be the route, with 2,000 positions at most.

    Raises:
        NotFound: there is no such draft for the caller.
        Stale: the legend is none of these tags any more.
        InputInvalid: there is no line in it that can be read.
    """
    line = simplify_route(read_route(raw))
    refuse(check_route(line))
    with tools.desk.db.transaction() as tx:
        draft = lock_seen(tx, caller, slug)
        check_tag(head_of(tags), legend_etag(draft))
        after = replace(draft.legend, route=Route(status=status, line=line))
        return save(tx, Change(caller, tools.clock(), draft, "route"), after)
