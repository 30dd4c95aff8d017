"""What is wrong with the ground that wakes a stop: positions, shapes, zones in each other's way."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise

import shapely
from shapely.geometry.base import BaseGeometry

from odyssee.domain.errors import Problem
from odyssee.domain.geo import (
    LineString,
    LonLat,
    MultiPolygon,
    Outline,
    Point,
    Polygon,
    Projection,
    Shape,
    projection_at,
)
from odyssee.domain.legends import Legend
from odyssee.domain.stops import Stop
from odyssee.domain.zones import Zone

MIN_RADIUS_M, MAX_RADIUS_M = 5.0, 500.0
MAX_DECIMALS = 7
"""A centimetre; more pretends a precision that nobody has (contract, Conventions)."""
MAX_VERTICES = 500
MAX_OUTLINE_VERTICES = 20_000
"""An official contour is finer than any zone."""
"""Of one zone; the engine measures the distance to each edge at each step."""

_BOUNDS: tuple[tuple[str, int, int], ...] = (
    ("dwell_s", 0, 3_600),
    ("prefetch_m", 0, 5_000),
    ("priority", -100, 100),
    ("cooldown_s", 0, 86_400),
)


def check_number(where: str, value: float, low: float, high: float) -> Iterator[Problem]:
    """Finite, and within both bounds."""
    if not math.isfinite(value):
        yield Problem(where, "not_finite")
    elif not low <= value <= high:
        yield Problem(where, "out_of_range", values={"min": f"{low:g}", "max": f"{high:g}"})


def check_position(where: str, place: LonLat) -> Iterator[Problem]:
    """On earth, with no more decimals than the contract has."""
    found = [
        *check_number(f"{where}/0", place.lon, -180, 180),
        *check_number(f"{where}/1", place.lat, -90, 90),
    ]
    yield from found
    if not found and any(round(degrees, MAX_DECIMALS) != degrees for degrees in place):
        yield Problem(where, "too_precise", values={"max": str(MAX_DECIMALS)})


def check_zone(where: str, zone: Zone) -> Iterator[Problem]:
    """Everything that can be said of one zone by itself."""
    for name, low, high in _BOUNDS:
        yield from check_number(f"{where}/{name}", getattr(zone, name), low, high)
    yield from _check_radius(where, zone)
    yield from check_shape(f"{where}/shape/coordinates", zone.shape)


def check_shape(where: str, shape: Shape) -> Iterator[Problem]:
    """A shape that GeoJSON allows and that has a size where it must have one."""
    match shape:
        case Point(coordinates=place):
            yield from check_position(where, place)
        case LineString(coordinates=line):
            yield from check_line(where, line)
        case Polygon(coordinates=rings):
            yield from check_rings(where, rings)


def check_line(where: str, line: Sequence[LonLat]) -> Iterator[Problem]:
    """Two different positions at least."""
    yield from _check_positions(where, line)
    if len(line) < 2:
        yield Problem(where, "too_few", values={"min": "2"})
    elif all(a == b for a, b in pairwise(line)):
        yield Problem(where, "shape_empty")


def check_rings(where: str, rings: Sequence[Sequence[LonLat]]) -> Iterator[Problem]:
    """One closed ring that does not cross itself and encloses some ground."""
    for index, ring in enumerate(rings):
        bad = list(_check_positions(f"{where}/{index}", ring))
        bad += _check_ring(f"{where}/{index}", ring) if not bad else []
        yield from bad
    if len(rings) > 1:
        yield Problem(f"{where}/1", "holes_refused")
    if not rings:
        yield Problem(where, "too_few", values={"min": "1"})


def check_outline(where: str, outline: Outline) -> Iterator[Problem]:
    """Every ring of a territory, holes included, by the rule of one ring."""
    polygons = outline.coordinates if isinstance(outline, MultiPolygon) else (outline.coordinates,)
    for p, rings in enumerate(polygons):
        above = f"{where}/coordinates/{p}" if isinstance(outline, MultiPolygon) else None
        for r, ring in enumerate(rings):
            at = f"{above or f'{where}/coordinates'}/{r}"
            yield from list(_check_positions(at, ring, MAX_OUTLINE_VERTICES)) or _check_ring(
                at, ring
            )
    if not any(rings for rings in polygons):
        yield Problem(f"{where}/coordinates", "too_few", values={"min": "1"})


def to_outline(outline: Outline) -> BaseGeometry:
    """The outline in degrees, made valid where it is not."""
    polygons = outline.coordinates if isinstance(outline, MultiPolygon) else (outline.coordinates,)
    parts = [shapely.Polygon(rings[0], rings[1:]) for rings in polygons if rings]
    whole: BaseGeometry = shapely.make_valid(shapely.MultiPolygon(parts))
    return whole


def advise_zones(legend: Legend, sound: Callable[[str], bool]) -> Iterator[Problem]:
    """Advice on zones smaller than their place is known, and on zones that overlap.

    Two stops whose zones overlap in one layer compete for the walker.
    `sound` tells whether a zone, by its pointer, may be measured at all.
    """
    areas = []
    projection = projection_at(_some_place(legend.stops))
    for s, stop in enumerate(legend.stops):
        for z, zone in enumerate(stop.zones):
            where = f"stops/{s}/zones/{z}"
            if sound(where):
                areas.append((where, s, zone, to_area(zone, projection)))
    yield from _advise_precision(legend, areas)
    for (_, s, zone, area), (where, t, other, area_of_other) in combinations(areas, 2):
        if s != t and zone.layer == other.layer and area.intersects(area_of_other):
            yield Problem(where, "zones_overlap", "advice", {"other": legend.stops[s].slug})


_Area = tuple[str, int, Zone, BaseGeometry]


def _advise_precision(legend: Legend, areas: Sequence[_Area]) -> Iterator[Problem]:
    told = set()
    for _, s, zone, area in areas:
        precision_m = legend.stops[s].site.precision_m
        reach_m = zone.radius_m or math.sqrt(area.area / math.pi)
        if s not in told and reach_m < precision_m:
            told.add(s)
            values = {"precision_m": f"{precision_m:g}"}
            yield Problem(f"stops/{s}/site", "site_unsurveyed", "advice", values)


def _some_place(stops: Sequence[Stop]) -> LonLat:
    return next((stop.location for stop in stops if stop.location.is_on_earth), LonLat(0.0, 0.0))


def to_area(zone: Zone, projection: Projection) -> BaseGeometry:
    """The zone's ground in metres."""
    match zone.shape:
        case Point(coordinates=place):
            centre = shapely.Point(projection.to_xy(place))
            return centre.buffer(zone.radius_m or 0.0, quad_segs=32)
        case LineString(coordinates=line):
            path = shapely.LineString([projection.to_xy(place) for place in line])
            return path.buffer(zone.radius_m or 0.0)
        case Polygon(coordinates=rings):
            return shapely.Polygon([projection.to_xy(place) for place in rings[0]])


def _check_radius(where: str, zone: Zone) -> Iterator[Problem]:
    if isinstance(zone.shape, Polygon):
        if zone.radius_m is not None:
            yield Problem(f"{where}/radius_m", "radius_forbidden")
    elif zone.radius_m is None:
        yield Problem(where, "radius_missing")
    else:
        yield from check_number(f"{where}/radius_m", zone.radius_m, MIN_RADIUS_M, MAX_RADIUS_M)


def _check_positions(
    where: str, places: Sequence[LonLat], most: int = MAX_VERTICES
) -> Iterator[Problem]:
    for index, place in enumerate(places):
        yield from check_position(f"{where}/{index}", place)
    if len(places) > most:
        yield Problem(where, "too_many", values={"max": str(most)})


def _check_ring(where: str, ring: Sequence[LonLat]) -> Iterator[Problem]:
    if len(ring) < 4:  # RFC 7946, section 3.1.6
        yield Problem(where, "too_few", values={"min": "4"})
    elif ring[0] != ring[-1]:
        yield Problem(where, "ring_open")
    elif shapely.Polygon(ring).convex_hull.area == 0:
        yield Problem(where, "shape_empty")
    elif not shapely.Polygon(ring).is_valid:
        yield Problem(where, "ring_invalid")
