"""Figuring: what was counted, told so that nobody is known by it."""

from datetime import date, timedelta

from odyssee.actions.tools import Tools
from odyssee.db import figures
from odyssee.domain.errors import refuse
from odyssee.domain.figures import Asked, By, Told, check_days, figures_of

DEFAULT_DAYS = 30
_EARLIEST = date.min + timedelta(days=DEFAULT_DAYS - 1)
"""The first day that so many lead up to."""


def tell_figures(
    tools: Tools, by: By, first: date | None, last: date | None, legend: str | None
) -> Told:
    """What was counted from the first day to the last, both included.

    Args:
        tools: The desk.
        by: What it is told by.
        first: Null for 30 days up to the last.
        last: Null for today, by UTC.
        legend: Null for all.

    Raises:
        InputInvalid: the time is too long, or the wrong way round.
    """
    until = last or tools.clock().date()
    since = first or max(until, _EARLIEST) - timedelta(days=DEFAULT_DAYS - 1)
    refuse(check_days(since, until))
    stops = {
        slug: [stop["slug"] for stop in served.trail["stops"]]
        for slug, served in tools.shelf.current().legends.items()
    }
    with tools.desk.db.reading() as tx:
        sums = figures.sum_counts(tx, by, since, until, legend)
        kiosks = figures.name_kiosks(tx) if by == "source" else {}
    asked = Asked(by=by, first=since, last=until, legend=legend)
    return Told(asked, figures_of(by, sums, stops), kiosks)
