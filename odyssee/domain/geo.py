"""Places on the ground: longitude before latitude, WGS 84, metres by a local projection."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Literal, NamedTuple

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the IUGG; within 0.3 % of the ellipsoid, far below a phone's error."""


class Document:
    """A value that stands in files and bodies under the names of its attributes.

    The configuration is read by pydantic where such values are parsed
    (`content/` and `db/`); the rules themselves know nothing of it.
    """

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, object]] = {"extra": "forbid"}


class LonLat(NamedTuple):
    """A position in degrees, longitude first (RFC 7946, section 3.1.1)."""

    lon: float
    lat: float

    @property
    def is_on_earth(self) -> bool:
        """Finite, and within 180 degrees east or west and 90 north or south."""
        return abs(self.lon) <= 180.0 and abs(self.lat) <= 90.0  # NaN compares false


class BBox(NamedTuple):
    """West, south, east, north in degrees; never across the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def meets(self, other: "BBox") -> bool:
        """Whether the two boxes share a point; a shared edge counts."""
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )


@dataclass(frozen=True, slots=True)
class Point(Document):
    """GeoJSON Point."""

    type: Literal["Point"]
    coordinates: LonLat


@dataclass(frozen=True, slots=True)
class LineString(Document):
    """GeoJSON LineString: two positions or more."""

    type: Literal["LineString"]
    coordinates: tuple[LonLat, ...]


@dataclass(frozen=True, slots=True)
class Polygon(Document):
    """GeoJSON Polygon: an outer ring, then holes; each ring closed."""

    type: Literal["Polygon"]
    coordinates: tuple[tuple[LonLat, ...], ...]


@dataclass(frozen=True, slots=True)
class MultiPolygon(Document):
    """GeoJSON MultiPolygon."""

    type: Literal["MultiPolygon"]
    coordinates: tuple[tuple[tuple[LonLat, ...], ...], ...]


Shape = Point | LineString | Polygon
"""What a zone may be."""
Outline = Polygon | MultiPolygon
"""What a territory may be."""


@dataclass(frozen=True, slots=True)
class Projection(Document):
    """Local metres around an origin: x east, y north.

    Computed once by the server and carried in the pack, so that every reader
    of a legend works in the same metres (design: triggers, section 2). Within
    10 km of the origin a length is right to 0.2 %.
    """

    origin: LonLat
    m_per_deg_lon: float
    m_per_deg_lat: float

    def to_xy(self, place: LonLat) -> tuple[float, float]:
        """The place in metres east and north of the origin."""
        return (
            (place.lon - self.origin.lon) * self.m_per_deg_lon,
            (place.lat - self.origin.lat) * self.m_per_deg_lat,
        )

    def to_lonlat(self, x_m: float, y_m: float) -> LonLat:
        """The place that lies so many metres east and north of the origin."""
        return LonLat(
            self.origin.lon + x_m / self.m_per_deg_lon,
            self.origin.lat + y_m / self.m_per_deg_lat,
        )


def point(place: LonLat) -> Point:
    """The place as a GeoJSON Point."""
    return Point("Point", place)


def projection_at(origin: LonLat) -> Projection:
    """Metres per degree at the origin, by the series of the WGS 84 ellipsoid, to 4 decimals."""
    phi = math.radians(origin.lat)
    lat_m = 111_132.92 - 559.82 * math.cos(2 * phi) + 1.175 * math.cos(4 * phi)
    lon_m = 111_412.84 * math.cos(phi) - 93.5 * math.cos(3 * phi) + 0.118 * math.cos(5 * phi)
    return Projection(origin, round(lon_m, 4), round(lat_m, 4))


def distance_m(a: LonLat, b: LonLat) -> float:
    """Great-circle distance by the haversine formula."""
    dphi = math.radians(b.lat - a.lat)
    dlam = math.radians(b.lon - a.lon)
    cosines = math.cos(math.radians(a.lat)) * math.cos(math.radians(b.lat))
    h = math.sin(dphi / 2) ** 2 + cosines * math.sin(dlam / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


def length_m(line: Sequence[LonLat]) -> float:
    """Length of a line along its straight legs; 0 for a single position."""
    return sum(distance_m(a, b) for a, b in pairwise(line))


def bearing_deg(a: LonLat, b: LonLat) -> float:
    """Initial bearing from a to b: 0 is north, 90 east, under 360."""
    phi1, phi2 = math.radians(a.lat), math.radians(b.lat)
    dlam = math.radians(b.lon - a.lon)
    y = math.sin(dlam) * math.cos(phi2)
    x = math.cos(phi1) * math.sin(phi2) - math.sin(phi1) * math.cos(phi2) * math.cos(dlam)
    return math.degrees(math.atan2(y, x)) % 360.0


def bbox_of(places: Iterable[LonLat]) -> BBox:
    """The smallest box around one place or more.

    Raises:
        ValueError: there is no place.
    """
    known = list(places)
    lons, lats = [p.lon for p in known], [p.lat for p in known]
    return BBox(min(lons), min(lats), max(lons), max(lats))
