"""Geometry columns that take and give shapely shapes, on PostGIS and on plain SQLite alike."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, Literal

import shapely
from geoalchemy2 import Geometry
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Dialect

from odyssee.domain.geo import LonLat

SRID = 4326
"""WGS 84, longitude before latitude."""

GroundKind = Literal["POINT", "LINESTRING", "GEOMETRY"]


class Ground(Geometry):
    """A column of shapes in WGS 84, every coordinate exact.

    Shapes travel as hexadecimal EWKB: GeoAlchemy2 would write them as
    well-known text on SQLite, and shapely rounds that to 16 digits
    (0.1 + 0.2 becomes 0.3).
    """

    cache_ok = True

    def __init__(self, geometry_type: GroundKind = "GEOMETRY") -> None:
        # The migrations make the spatial indexes; GeoAlchemy2 would ask SpatiaLite for them.
        super().__init__(geometry_type, srid=SRID, spatial_index=False)

    def bind_processor(
        self,
        dialect: Dialect,  # noqa: ARG002  # SQLAlchemy's signature
    ) -> Callable[[BaseGeometry | None], str | None]:
        """How a shape is handed to `ST_GeomFromEWKT`, which reads hexadecimal EWKB as well."""

        def process(value: BaseGeometry | None) -> str | None:
            if value is None:
                return None
            return shapely.to_wkb(shapely.set_srid(value, SRID), include_srid=True, hex=True)

        return process

    def result_processor(
        self,
        dialect: Dialect,  # noqa: ARG002  # SQLAlchemy's signature
        coltype: object,  # noqa: ARG002  # as above
    ) -> Callable[[bytes | memoryview | None], BaseGeometry | None]:
        """How a shape is read from `ST_AsEWKB`."""

        def process(value: bytes | memoryview | None) -> BaseGeometry | None:
            return None if value is None else shapely.from_wkb(bytes(value))

        return process


def to_ground(geojson: Mapping[str, Any]) -> BaseGeometry | None:
    """The GeoJSON geometry as a shape; None when it cannot be drawn.

    A draft may hold a line of one position or an open ring: no database takes
    them as a geometry, so such shapes stay in the document of their row.
    """
    kind, coordinates = geojson["type"], geojson["coordinates"]
    return shape(dict(geojson)) if _is_drawable(kind, coordinates) else None


def to_geojson(ground: BaseGeometry) -> dict[str, Any]:
    """The shape as a GeoJSON geometry."""
    return dict(mapping(ground))


def _is_drawable(kind: str, coordinates: Any) -> bool:
    match kind:
        case "Point":
            return LonLat(*coordinates).is_on_earth
        case "LineString":
            return len(coordinates) > 1 and _are_on_earth(coordinates)
        case "Polygon":
            return len(coordinates) > 0 and all(map(_is_ring, coordinates))
        case _:
            return len(coordinates) > 0 and all(_is_drawable("Polygon", p) for p in coordinates)


def _is_ring(places: Any) -> bool:
    return len(places) > 3 and places[0] == places[-1] and _are_on_earth(places)


def _are_on_earth(places: Any) -> bool:
    return all(LonLat(*place).is_on_earth for place in places)


def answer_spatial_sql(connection: sqlite3.Connection) -> None:
    """Let shapely answer the spatial functions that our statements and GeoAlchemy2 send to SQLite.

    The last three belong to SpatiaLite's own register of geometry columns,
    which we do without.
    """
    answers: list[tuple[str, int, Callable[..., Any]]] = [
        ("GeomFromEWKT", 1, _geom_from_ewkt),
        ("AsEWKB", 1, lambda ewkb: ewkb),
        ("ST_MakeEnvelope", 5, _make_envelope),
        ("ST_Intersects", 2, _intersects),
        ("RecoverGeometryColumn", 5, lambda *_: 1),
        ("DiscardGeometryColumn", 2, lambda *_: 1),
        ("CheckSpatialIndex", 2, lambda *_: None),
    ]
    for name, arity, answer in answers:
        connection.create_function(name, arity, answer, deterministic=True)


def _geom_from_ewkt(ewkb_hex: str | None) -> bytes | None:
    return None if ewkb_hex is None else bytes.fromhex(ewkb_hex)


def _make_envelope(west: float, south: float, east: float, north: float, srid: int) -> bytes:
    box = shapely.set_srid(shapely.box(west, south, east, north), srid)
    return shapely.to_wkb(box, include_srid=True)


def _intersects(a: bytes | None, b: bytes | None) -> bool | None:
    if a is None or b is None:
        return None
    return bool(shapely.intersects(shapely.from_wkb(a), shapely.from_wkb(b)))
