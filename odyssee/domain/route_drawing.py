"""Drawing a route from what was recorded: as few positions as tell the same way."""

from collections.abc import Sequence
from itertools import groupby

import shapely

from odyssee.domain.errors import Problem
from odyssee.domain.geo import LonLat, projection_at

MAX_POSITIONS = 2_000
FINEST_M = 0.5
"""Nobody sees less; a phone's own error is ten times as much."""
_DECIMALS = 7
_AT_ONCE = 250
"""Legs that are looked at together. For a zigzag that narrows, the time grows with the square of
them and the depth of the stack with their number: a long one took minutes, or the whole process."""


def simplify_route(places: Sequence[LonLat]) -> tuple[LonLat, ...]:
    """The line with at most 2,000 positions, each one of those that were given, in their order.

    None of those left out lies farther from the line than a tolerance in metres,
    the smallest of 0.5, 1, 2, … that makes them few enough (Douglas and Peucker,
    250 legs at a time).
    """
    rounded = (LonLat(round(p.lon, _DECIMALS), round(p.lat, _DECIMALS)) for p in places)
    line = [place for place, _ in groupby(rounded)]
    if len(line) <= 2:
        return tuple(line)
    ground = projection_at(line[0])
    metres = [ground.to_xy(place) for place in line]
    by_metres = dict(zip(metres, line, strict=True))
    tolerance_m = FINEST_M
    kept = _simplify(metres, tolerance_m)
    while len(kept) > MAX_POSITIONS:
        tolerance_m *= 2
        kept = _simplify(metres, tolerance_m)
    return tuple(by_metres[place] for place in kept)


def _simplify(
    metres: Sequence[tuple[float, float]], tolerance_m: float
) -> list[tuple[float, float]]:
    kept = [metres[0]]
    for first in range(0, len(metres) - 1, _AT_ONCE):
        part = shapely.LineString(metres[first : first + _AT_ONCE + 1])
        kept += [(x, y) for x, y in part.simplify(tolerance_m, preserve_topology=False).coords[1:]]
    return kept


def check_route(places: Sequence[LonLat]) -> list[Problem]:
    """Two different positions at least."""
    if len(set(places)) < 2:
        return [Problem("line", "too_few", values={"min": "2"})]
    return []
