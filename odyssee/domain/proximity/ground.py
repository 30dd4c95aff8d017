"""Shapes of zones in local metres: how far a place lies from their edge.

Only `+ - * /` and `sqrt`, so that every engine agrees to the bit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from math import inf, sqrt
from typing import NamedTuple

from odyssee.domain.geo import LineString, LonLat, Point, Polygon, Projection
from odyssee.domain.zones import Zone

SMALLEST_INRADIUS_M = 1.0
"""Slivers count as this wide: the share of a zone that is certain divides by it."""
INRADIUS_STEP_M = 0.1
"""How exactly the inradius of a polygon is looked for."""
HALF_DIAGONAL = 1.4142135623730951
"""Of a square, in halves of its side."""


class Segment(NamedTuple):
    """A straight leg from (x, y), as the vector to its end and that vector's square."""

    x: float
    y: float
    dx: float
    dy: float
    square: float
    end_y: float
    """As the next leg's `y`, to the bit, so that no ray slips between two legs."""


@dataclass(frozen=True, slots=True)
class Disc:
    """A circle."""

    x: float
    y: float
    radius_m: float

    def signed_distance(self, x: float, y: float) -> float:
        """Metres to the edge, negative inside."""
        dx = x - self.x
        dy = y - self.y
        return sqrt(dx * dx + dy * dy) - self.radius_m

    @property
    def inradius_m(self) -> float:
        """Radius of the largest circle inside."""
        return self.radius_m


@dataclass(frozen=True, slots=True)
class Corridor:
    """All that lies within `radius_m` of a line."""

    segments: tuple[Segment, ...]
    radius_m: float

    def signed_distance(self, x: float, y: float) -> float:
        """Metres to the edge, negative inside."""
        return _distance_to(self.segments, x, y) - self.radius_m

    @property
    def inradius_m(self) -> float:
        """Radius of the largest circle inside."""
        return self.radius_m


@dataclass(frozen=True, slots=True)
class Area:
    """A polygon with its holes, by the even-odd rule."""

    segments: tuple[Segment, ...]
    inradius_m: float

    def signed_distance(self, x: float, y: float) -> float:
        """Metres to the edge, negative inside."""
        far = _distance_to(self.segments, x, y)
        return -far if _holds(self.segments, x, y) else far


def path_of(line: Sequence[LonLat], projection: Projection) -> tuple[Segment, ...]:
    """The legs of a line in local metres."""
    return tuple(_legs(line, projection))


def nearest_on(path: Iterable[Segment], x: float, y: float) -> tuple[float, float, float]:
    """The place on the path that is nearest, and the square of the metres to it."""
    found, fx, fy = inf, x, y
    for ax, ay, dx, dy, square, _ in path:
        px = x - ax
        py = y - ay
        along = px * dx + py * dy
        share = 0.0 if along <= 0.0 else 1.0 if along >= square else along / square
        ox = share * dx - px
        oy = share * dy - py
        far = ox * ox + oy * oy
        if far < found:
            found, fx, fy = far, x + ox, y + oy
    return fx, fy, found


Ground = Disc | Corridor | Area
"""What a zone is on the ground. A new shape needs `signed_distance` and `inradius_m`."""


def ground_of(zone: Zone, projection: Projection) -> Ground:
    """The zone's shape in local metres.

    Raises:
        ValueError: a Point or LineString has no radius.
    """
    shape = zone.shape
    if isinstance(shape, Polygon):
        return _area([seg for ring in shape.coordinates for seg in _legs(ring, projection)])
    if zone.radius_m is None:
        raise ValueError(f"zone {zone.id} needs radius_m")
    match shape:
        case Point(coordinates=place):
            return Disc(*projection.to_xy(place), zone.radius_m)
        case LineString(coordinates=line):
            return Corridor(tuple(_legs(line, projection)), zone.radius_m)


def _legs(line: Sequence[LonLat], projection: Projection) -> list[Segment]:
    corners = [projection.to_xy(place) for place in line]
    return [
        Segment(ax, ay, bx - ax, by - ay, (bx - ax) * (bx - ax) + (by - ay) * (by - ay), by)
        for (ax, ay), (bx, by) in pairwise(corners)
    ]


def _distance_to(segments: Iterable[Segment], x: float, y: float) -> float:
    nearest = inf
    for ax, ay, dx, dy, square, _ in segments:
        px = x - ax
        py = y - ay
        along = px * dx + py * dy
        share = 0.0 if along <= 0.0 else 1.0 if along >= square else along / square
        ox = px - share * dx
        oy = py - share * dy
        nearest = min(nearest, ox * ox + oy * oy)
    return sqrt(nearest)


def _holds(segments: Iterable[Segment], x: float, y: float) -> bool:
    odd = False
    for ax, ay, dx, dy, _, end_y in segments:
        if (ay > y) != (end_y > y) and x < dx * (y - ay) / dy + ax:
            odd = not odd
    return odd


def _area(segments: Sequence[Segment]) -> Area:
    return Area(tuple(segments), _inradius(Area(tuple(segments), 0.0)))


def _inradius(area: Area) -> float:
    """Depth of the deepest place, by quartering the box where a deeper one may lie."""
    xs, ys = [seg.x for seg in area.segments], [seg.y for seg in area.segments]
    west, south = min(xs), min(ys)
    half = max(max(xs) - west, max(ys) - south) / 2.0
    cells: list[tuple[float, float, float, float]] = []
    deepest = _weigh(cells, area, west + half, south + half, half)
    while cells:
        hope, x, y, half = heappop(cells)
        if -hope - deepest <= INRADIUS_STEP_M:
            break
        half = half / 2.0
        for cx, cy in ((x - half, y - half), (x + half, y - half), (x - half, y + half)):
            deepest = max(deepest, _weigh(cells, area, cx, cy, half))
        deepest = max(deepest, _weigh(cells, area, x + half, y + half, half))
    return deepest


def _weigh(
    cells: list[tuple[float, float, float, float]], area: Area, x: float, y: float, half: float
) -> float:
    depth = -area.signed_distance(x, y)
    heappush(cells, (-(depth + half * HALF_DIAGONAL), x, y, half))
    return depth
