"""Surveying: a stop is put where somebody stood and measured; the readings are kept nowhere."""

from collections.abc import Sequence
from dataclasses import replace

from odyssee.actions.arranging import get_stop
from odyssee.actions.drafting import Change, lock_seen, save
from odyssee.actions.tools import Tools
from odyssee.content.trace_csv import read_csv
from odyssee.domain.drafts import with_stop
from odyssee.domain.errors import InputInvalid
from odyssee.domain.geo import LonLat
from odyssee.domain.people import Caller
from odyssee.domain.publication import Draft
from odyssee.domain.stops import Stop
from odyssee.domain.surveying import SurveyFix, lay_survey, survey

_CSV = "lines"
"""What the lines of a body in CSV are called in pointers."""


def survey_stop(
    tools: Tools,
    caller: Caller,
    slug: str,
    stop: str,
    fixes: Sequence[SurveyFix],
    source: str | None = None,
) -> tuple[Draft, Stop]:
    """Put the stop at the median of the readings, as surveyed, with their spread as precision.

    Raises:
        NotFound: there is no such draft for the caller, or no such stop.
        InputInvalid: too few readings count, or they spread too far.
    """
    found = survey(fixes)
    with tools.desk.db.transaction() as tx:
        draft = lock_seen(tx, caller, slug)
        index = get_stop(draft, stop)
        laid = lay_survey(draft.legend.stops[index], found, source)
        change = Change(caller, tools.clock(), draft, f"stops/{stop}", f"stops/{index}")
        after = save(tx, change, with_stop(draft.legend, index, laid))
        return after, after.legend.get_stop(stop)


def read_survey(raw: bytes) -> list[SurveyFix]:
    """Readings from CSV with the columns `lon`, `lat` and, where known, `accuracy_m`.

    Raises:
        InputInvalid: it is none; lines are told by number.
    """
    try:
        points = read_csv(_CSV, raw, needed=("lon", "lat"))
    except InputInvalid as found:
        told = [replace(p, where=p.where.replace(":", "/")) for p in found.problems]
        raise InputInvalid(told) from None
    on_earth = [point for point in points if LonLat(point.lon, point.lat).is_on_earth]
    return [SurveyFix(LonLat(point.lon, point.lat), point.accuracy_m) for point in on_earth]
