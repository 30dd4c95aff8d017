"""Surveying: where a stop is, from the readings of somebody who stands on the spot."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from odyssee.domain.errors import Problem, refuse
from odyssee.domain.geo import LonLat, point, projection_at
from odyssee.domain.stops import Site, Stop
from odyssee.domain.zones import Zone

MIN_FIXES = 20
"""Two minutes of a phone that reads every six seconds (docs/terrain.md)."""
MAX_ACCURACY_M = 30.0
"""A reading that claims to be worse does not count."""
MAX_SPREAD_M = 50.0
"""Whoever stands still is never spread wider."""
MIN_PRECISION_M = 5.0
"""No phone is better than this, however its readings agree: they share their errors."""
SHARE = 0.95
DECIMALS = 7


@dataclass(frozen=True, slots=True)
class SurveyFix:
    """One reading on the spot."""

    place: LonLat
    accuracy_m: float | None = None
    """Null, 0 or negative: unknown."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What the readings come to; they themselves are kept nowhere."""

    location: LonLat
    precision_m: float
    """95 of 100 readings lie within so many metres; at least 5, to a tenth."""
    fixes: int
    """How many counted."""


def survey(fixes: Sequence[SurveyFix]) -> Survey:
    """The median position in local metres, and how far the readings spread around it.

    The (0, 0) of a broken receiver and readings that claim to be worse than 30 m
    do not count; a reading that does not say how good it is does.

    Raises:
        InputInvalid: fewer than 20 count, or they spread over more than 50 m.
    """
    counted = [fix.place for fix in fixes if _counts(fix)]
    refuse(_check_count(len(counted), len(fixes)))
    ground = projection_at(counted[0])
    metres = [ground.to_xy(place) for place in counted]
    x_m, y_m = median(x for x, _ in metres), median(y for _, y in metres)
    away = sorted(math.hypot(x - x_m, y - y_m) for x, y in metres)
    spread_m = away[math.ceil(SHARE * len(away)) - 1]
    if spread_m > MAX_SPREAD_M:
        values = {"spread_m": f"{spread_m:.0f}", "max_m": f"{MAX_SPREAD_M:.0f}"}
        refuse([Problem("fixes", "fixes_spread", values=values)])
    middle = ground.to_lonlat(x_m, y_m)
    location = LonLat(round(middle.lon, DECIMALS), round(middle.lat, DECIMALS))
    precision_m = max(MIN_PRECISION_M, math.ceil(spread_m * 10) / 10)
    return Survey(location, precision_m, len(counted))


def lay_survey(stop: Stop, found: Survey, source: str | None) -> Stop:
    """The stop at its measured place; circles that were drawn around the old one come along.

    Args:
        stop: As it was.
        found: Where it is.
        source: A key of the legend's sources; null keeps the one of before.
    """
    site = Site(
        status="surveyed",
        precision_m=found.precision_m,
        source=stop.site.source if source is None else source,
    )
    zones = tuple(_moved(zone, stop.location, found.location) for zone in stop.zones)
    return replace(stop, location=found.location, site=site, zones=zones)


def _moved(zone: Zone, old: LonLat, new: LonLat) -> Zone:
    return replace(zone, shape=point(new)) if zone.shape == point(old) else zone


def _counts(fix: SurveyFix) -> bool:
    if fix.place == (0.0, 0.0):
        return False
    return fix.accuracy_m is None or fix.accuracy_m <= MAX_ACCURACY_M  # NaN compares false


def _check_count(counted: int, told: int) -> list[Problem]:
    if counted >= MIN_FIXES:
        return []
    values = {"found": str(counted), "min": str(MIN_FIXES), "max_m": f"{MAX_ACCURACY_M:.0f}"}
    code = "fixes_too_few" if told < MIN_FIXES else "fixes_inaccurate"
    return [Problem("fixes", code, values=values)]
