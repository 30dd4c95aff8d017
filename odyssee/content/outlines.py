"""Outlines: the contour of a territory from a GeoJSON file."""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from shapely import orient_polygons
from shapely.geometry import mapping, shape

from odyssee.domain.errors import ContentInvalid, Problem
from odyssee.domain.geo import Outline

MAX_OUTLINE_BYTES = 8 * 1024 * 1024
_OUTLINE: TypeAdapter[Outline] = TypeAdapter(Outline)


def read_outline(path: Path) -> Outline:
    """The polygon of a GeoJSON geometry, Feature, or FeatureCollection of one feature.

    Raises:
        ContentInvalid: not GeoJSON, not one polygon, not valid, or not in degrees.
    """
    where = f"{path.name}:1"
    if path.stat().st_size > MAX_OUTLINE_BYTES:
        raise ContentInvalid([Problem(where, "outline_too_large")])
    try:
        geometry = _geometry(json.loads(path.read_bytes()))
        kept = {key: geometry[key] for key in ("type", "coordinates")}
        _OUTLINE.validate_json(json.dumps(kept), strict=True)
        polygon = shape(kept)
    except (ValueError, KeyError, TypeError, ValidationError, RecursionError):
        raise ContentInvalid([Problem(where, "outline_unreadable")]) from None
    if not polygon.is_valid or polygon.is_empty:
        raise ContentInvalid([Problem(where, "outline_invalid")])
    west, south, east, north = polygon.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ContentInvalid([Problem(where, "outline_not_degrees")])
    # Outer rings go counter-clockwise, holes clockwise (RFC 7946, section 3.1.6).
    turned = mapping(orient_polygons(polygon))
    return _OUTLINE.validate_json(json.dumps(turned), strict=True)


def _geometry(document: dict[str, Any]) -> dict[str, Any]:
    if document["type"] == "FeatureCollection":
        (document,) = document["features"]
    return dict(document["geometry"]) if document["type"] == "Feature" else document
