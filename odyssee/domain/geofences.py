"""Zones for a phone's operating system: the nearest ones, and how far these are enough.

One measure serves for all, great circles on the sphere of `geo.distance_m`. A legend's own
metres are true around its start and not 40 km away, where the next legend has others; and what
is promised rests on the triangle inequality alone, which great circles keep over any distance.
Source: design/triggers.md, section 4.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from math import asin, ceil, cos, dist, floor, inf, radians, sin, sqrt
from typing import NamedTuple

from odyssee.domain.geo import (
    EARTH_RADIUS_M,
    BBox,
    LineString,
    LonLat,
    Point,
    Polygon,
    bbox_of,
    distance_m,
)
from odyssee.domain.zones import Zone

METRES_APART = 0.01
"""A length on the sphere, on the ellipsoid and in a legend's own metres differs by less."""
EARLY_M = 110.0
"""A zone is entered at a fix no farther outside its edge than this.

The engine refuses more than 100 m, wherever its estimate and a known path put the walker
(`proximity.evidence.AT_MOST_M`); the rest is for what `METRES_APART` makes of that and of the
largest radius, 500 m.
"""
UNKNOWN_ACCURACY_M = 50.0
"""Of a phone that does not say how well it knows its place (contract, geofences)."""
MIDDLE_STEPS = 32
"""Of the search for a zone's middle: the circle is then within a few percent of the smallest."""
LEAF_ZONES = 24
"""So many zones are measured one by one; more are told apart by where they lie."""
_ROUNDING_M = 1e-6
_HALF = 0.5 - 1e-15
"""A hair under one half, so that no chord of the globe comes out longer than 1."""


@dataclass(frozen=True, slots=True)
class Geofence:
    """A zone as an operating system watches it: by a circle that encloses it."""

    legend: str
    stop: str
    zone: str
    center: LonLat
    radius_m: float


@dataclass(frozen=True, slots=True)
class Refresh:
    """Where the listed zones are enough: ask again on leaving this circle."""

    center: LonLat
    radius_m: float
    """0: ask again at the next position."""
    complete: bool
    """Every zone is listed."""


@dataclass(frozen=True, slots=True)
class Geofences:
    """What a phone hands to its operating system."""

    listed: tuple[Geofence, ...]
    """The nearest first."""
    refresh: Refresh


_Spot = tuple[float, float, float]
"""A place on a globe of diameter 1: the straight line between two is the sine of half their arc."""


class _Node(NamedTuple):
    """Zones that lie together, and a circle around all of their circles."""

    spot: _Spot
    radius_m: float
    number: int
    """Tells nodes of the same clearance apart."""
    inner: tuple["_Node", ...]
    zones: tuple[tuple[_Spot, float, int], ...]
    """Of a leaf: centre, radius and rank."""


@dataclass(frozen=True, slots=True, eq=False)
class GeofenceIndex:
    """Zones by where they lie; `build_index` makes it."""

    fences: tuple[Geofence, ...]
    """By legend, stop and zone: a fence's rank here settles ties."""
    root: _Node | None = field(repr=False)
    """Null without a zone."""
    territory: BBox


def enclosing_circle(zone: Zone) -> tuple[LonLat, float]:
    """A circle around the whole zone: its centre, of at most 7 decimals, and its radius in metres.

    A circle stays as it is. Around a polygon or a corridor it is wider by `METRES_APART`, so
    that it encloses the zone whichever metres a reader measures in.
    """
    around_m = zone.radius_m or 0.0
    match zone.shape:
        case Point(coordinates=place):
            return place, around_m
        case LineString(coordinates=line):
            corners: Sequence[LonLat] = line
        case Polygon(coordinates=rings):
            corners = rings[0]
    middle = _middle(corners)
    reach_m = max(distance_m(middle, corner) for corner in corners)
    return middle, _up((reach_m + around_m) * (1.0 + METRES_APART))


def _middle(corners: Sequence[LonLat]) -> LonLat:
    """The best centre met on steps towards the farthest corner, each shorter (Bădoiu, Clarkson)."""
    box = bbox_of(corners)
    here = best = LonLat((box.west + box.east) / 2.0, (box.south + box.north) / 2.0)
    best_m = inf
    for step in range(2, MIDDLE_STEPS + 2):
        far_m, far = max((distance_m(here, corner), corner) for corner in corners)
        if far_m < best_m:
            best, best_m = here, far_m
        east, north = (far.lon - here.lon) / step, (far.lat - here.lat) / step
        here = LonLat(here.lon + east, here.lat + north)
    return LonLat(round(best.lon, 7), round(best.lat, 7))


def build_index(fences: Iterable[Geofence], territory: BBox) -> GeofenceIndex:
    """Put zones in order; the same zones in any order give the same index.

    Args:
        fences: the zones of one legend or of all.
        territory: the box that a complete answer reaches over.
    """
    ranked = tuple(sorted(fences, key=lambda f: (f.legend, f.stop, f.zone)))
    root = _build_node(list(enumerate(ranked)), count()) if ranked else None
    return GeofenceIndex(ranked, root, territory)


_Ranked = list[tuple[int, Geofence]]


def _build_node(ranked: _Ranked, numbers: Iterator[int]) -> _Node:
    inner: tuple[_Node, ...] = ()
    zones: tuple[tuple[_Spot, float, int], ...] = ()
    if len(ranked) <= LEAF_ZONES:
        zones = tuple((_spot(fence.center), fence.radius_m, rank) for rank, fence in ranked)
        circles = [(spot, radius_m) for spot, radius_m, _ in zones]
    else:
        quarters = [quarter for half in _halves(ranked) for quarter in _halves(half)]
        inner = tuple(_build_node(quarter, numbers) for quarter in quarters)
        circles = [(node.spot, node.radius_m) for node in inner]
    spot = _amid([spot for spot, _ in circles])
    reach_m = max(_arc_m(spot, other) + radius_m for other, radius_m in circles)
    return _Node(spot, reach_m + _ROUNDING_M, next(numbers), inner, zones)


def _halves(ranked: _Ranked) -> tuple[_Ranked, _Ranked]:
    """The zones in two halves, across where they stretch farther."""
    box = bbox_of(fence.center for _, fence in ranked)
    wide = (box.east - box.west) * cos(radians((box.south + box.north) / 2.0))
    axis = 0 if wide > box.north - box.south else 1
    by_place = sorted(ranked, key=lambda pair: pair[1].center[axis])
    middle = len(by_place) // 2
    return by_place[:middle], by_place[middle:]


def _spot(place: LonLat) -> _Spot:
    lon, lat = radians(place.lon), radians(place.lat)
    level = cos(lat) * _HALF
    return level * cos(lon), level * sin(lon), sin(lat) * _HALF


def _amid(spots: Sequence[_Spot]) -> _Spot:
    """The mean, back on the globe; any of them where they lie all around it."""
    x, y, z = (sum(axis) / len(spots) for axis in zip(*spots, strict=True))
    depth = sqrt(x * x + y * y + z * z)
    if depth < 0.01:
        return spots[0]
    scale = _HALF / depth
    return x * scale, y * scale, z * scale


def _arc_m(a: _Spot, b: _Spot) -> float:
    return 2.0 * EARTH_RADIUS_M * asin(dist(a, b))


def choose(
    index: GeofenceIndex, place: LonLat, *, accuracy_m: float = UNKNOWN_ACCURACY_M, limit: int = 20
) -> Geofences:
    """The zones nearest to a place, and the circle around it in which they are enough.

    While the visitor truly is inside the circle, no zone that is not listed can be entered:
    nor by a fix that is wrong by up to `accuracy_m`, whatever it claims to be, since the
    engine's early entry (`EARLY_M`) is left out of the circle as well. By hand ("I am here")
    a stop may be entered from anywhere.

    Args:
        index: the zones to choose from; those of closed stops and those that are not armed are
            among them, since a closure ends and a walk goes on while the phone sleeps.
        place: where the visitor is, as far as the phone knows.
        accuracy_m: how wrong the phone may be about that.
        limit: of circles that the phone can watch, the refresh circle among them; 2 or more.
    """
    found = _nearest(index.root, place, limit)
    listed = tuple(index.fences[rank] for _, rank in found[: limit - 1])
    if len(found) < limit:
        whole_m = _farthest_m(index, place)
        return Geofences(listed, Refresh(place, whole_m, complete=True))
    clear_m, _ = found[-1]
    enough_m = clear_m * (1.0 - METRES_APART) - EARLY_M - accuracy_m
    return Geofences(listed, Refresh(place, _down(max(0.0, enough_m)), complete=False))


def _nearest(root: _Node | None, place: LonLat, wanted: int) -> list[tuple[float, int]]:
    """Clearance and rank of the nearest zones: metres to the edge of the circle, then rank.

    The node that may hold the nearest zone is opened first, until none can hold one nearer
    than those that were found.
    """
    here, globe_m = _spot(place), 2.0 * EARTH_RADIUS_M  # `_arc_m`, without a call for each zone
    found: list[tuple[float, int]] = []
    waiting = [] if root is None else [(-inf, root.number, root)]
    worst_m = inf
    while waiting:
        least_m, _, node = heappop(waiting)
        if least_m > worst_m:
            break
        for inner in node.inner:
            clear_m = globe_m * asin(dist(here, inner.spot)) - inner.radius_m
            if clear_m <= worst_m:
                heappush(waiting, (clear_m, inner.number, inner))
        for spot, radius_m, rank in node.zones:
            clear_m = globe_m * asin(dist(here, spot)) - radius_m
            if clear_m <= worst_m:
                found.append((clear_m, rank))
        if len(found) >= wanted:
            found.sort()
            del found[wanted:]
            worst_m = found[-1][0]
    return sorted(found)


def _farthest_m(index: GeofenceIndex, place: LonLat) -> float:
    """A radius that holds the whole territory, and every zone of the index."""
    west, south, east, north = index.territory
    reaches = [
        distance_m(place, LonLat(lon, lat)) for lon in (west, east) for lat in (south, north)
    ]
    reaches += [distance_m(place, fence.center) + fence.radius_m for fence in index.fences]
    return _up(max(reaches) * (1.0 + METRES_APART))


def _up(metres: float) -> float:
    """To the next decimetre."""
    return ceil(metres * 10.0) / 10.0


def _down(metres: float) -> float:
    """To the decimetre before."""
    return floor(metres * 10.0) / 10.0
