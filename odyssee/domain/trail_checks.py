"""Advice on a trail as it is walked: does the route meet its zones, in their order, in the time?

Figures: design/triggers.md, sections 1 and 6 (errors of real phones in towns).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import shapely
from shapely.geometry.base import BaseGeometry

from odyssee.domain.errors import Problem
from odyssee.domain.geo import length_m, projection_at
from odyssee.domain.legends import FALLBACK_LANG, Legend
from odyssee.domain.listening_checks import story_of
from odyssee.domain.media import NO_LENGTHS, Lengths
from odyssee.domain.packs import SKETCH_DETOUR
from odyssee.domain.zone_checks import to_area
from odyssee.domain.zones import Zone

SMALLEST_RADIUS_M = 30.0
"""A smaller zone is missed by one phone in ten: the median error in a town is 10.6 m."""
LEAST_GAP_M = 20.0
"""Between the edges of two stops' zones: twice the median error."""
FAR_M = 100.0
"""Nobody who keeps to the trail comes so far from it."""
LOOKING_S = 180.0
"""At each stop, for the place itself, an invitation, a riddle."""
STROLLING_M_S = 3.5 / 3.6
"""Between stops, with pictures taken on the way."""
FAR_OFF = 0.3
"""A stated duration may differ by so much of itself."""

Sound = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A zone on the ground, and where it stands in the document."""

    where: str
    stop: int
    zone: Zone
    area: BaseGeometry


def advise_trail(legend: Legend, sound: Sound, lengths: Lengths = NO_LENGTHS) -> Iterator[Problem]:
    """What a curator should look at again; `sound` tells which places may be measured at all."""
    stops = [f"stops/{index}" for index in range(len(legend.stops))]
    if not stops or not all(sound(where) for where in ("route/line", *stops)):
        return
    projection = projection_at(legend.start)
    zones = [
        _Placed(f"stops/{s}/zones/{z}", s, zone, to_area(zone, projection))
        for s, stop in enumerate(legend.stops)
        for z, zone in enumerate(stop.zones)
    ]
    route = shapely.LineString([projection.to_xy(place) for place in legend.route.line])
    yield from _advise_sizes(zones)
    yield from _advise_gaps(legend, zones)
    yield from _advise_meeting(route, zones)
    yield from _advise_sequence(legend, route, zones)
    yield from _advise_duration(legend, lengths)


def _advise_sizes(zones: Sequence[_Placed]) -> Iterator[Problem]:
    for placed in zones:
        radius_m = placed.zone.radius_m
        if radius_m is not None and radius_m < SMALLEST_RADIUS_M:
            values = {"radius_m": f"{radius_m:g}", "min": f"{SMALLEST_RADIUS_M:g}"}
            yield Problem(f"{placed.where}/radius_m", "zone_small", "advice", values)


def _advise_gaps(legend: Legend, zones: Sequence[_Placed]) -> Iterator[Problem]:
    for one, other in combinations(zones, 2):
        if one.stop == other.stop or one.zone.layer != other.zone.layer:
            continue
        gap_m = one.area.distance(other.area)
        if 0.0 < gap_m < LEAST_GAP_M:  # overlaps are told by themselves
            values = {"other": legend.stops[one.stop].slug, "gap_m": f"{gap_m:.0f}"}
            yield Problem(other.where, "zones_close", "advice", values)


def _advise_meeting(route: BaseGeometry, zones: Sequence[_Placed]) -> Iterator[Problem]:
    for placed in zones:
        away_m = route.distance(placed.area)
        if away_m > 0.0:
            code = "zone_unreachable" if away_m > FAR_M else "route_misses_zone"
            yield Problem(placed.where, code, "advice", {"away_m": f"{away_m:.0f}"})


def _advise_sequence(
    legend: Legend, route: BaseGeometry, zones: Sequence[_Placed]
) -> Iterator[Problem]:
    """Zones that the route crosses before its turn: the story would be told out of order."""
    if legend.order == "free":
        return
    met = {placed.where: _first_met_m(route, placed.area) for placed in zones}
    own = [
        min((m for z in zones if z.stop == s and (m := met[z.where]) is not None), default=None)
        for s in range(len(legend.stops))
    ]
    for placed in zones:
        at_m, before = met[placed.where], own[placed.stop - 1] if placed.stop else None
        if at_m is not None and before is not None and at_m < before:
            values = {"before": legend.stops[placed.stop - 1].slug}
            yield Problem(placed.where, "route_out_of_order", "advice", values)


def _first_met_m(route: BaseGeometry, area: BaseGeometry) -> float | None:
    inside = route.intersection(area)
    if inside.is_empty:
        return None
    return min(route.project(shapely.Point(place)) for place in shapely.get_coordinates(inside))


def _advise_duration(legend: Legend, lengths: Lengths) -> Iterator[Problem]:
    detour = SKETCH_DETOUR if legend.route.status == "sketch" else 1.0
    walking_s = length_m(legend.route.line) * detour / STROLLING_M_S
    stories = [story_of(stop, FALLBACK_LANG, lengths) for stop in legend.stops]
    staying_s = sum(LOOKING_S + story.lasts_s for story in stories)
    expected_min = (walking_s + staying_s) / 60.0
    if abs(legend.duration_min - expected_min) > FAR_OFF * legend.duration_min:
        values = {"found": str(legend.duration_min), "expected_min": f"{expected_min:.0f}"}
        yield Problem("duration_min", "duration_far", "advice", values)
