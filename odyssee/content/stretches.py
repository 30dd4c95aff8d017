"""Stretches: a part of a trail, as a line in a GeoJSON file."""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from odyssee.domain.errors import ContentInvalid, Problem

MAX_STRETCH_BYTES = 1024 * 1024
_LINE: TypeAdapter[list[list[float]]] = TypeAdapter(list[list[float]])


def read_stretch(path: Path) -> tuple[tuple[float, float], ...]:
    """The LineString of a GeoJSON geometry, Feature, or FeatureCollection of one feature.

    Altitudes are left out.

    Raises:
        ContentInvalid: it is none.
    """
    try:
        return _line(path)
    except (ValueError, LookupError, TypeError, ValidationError, RecursionError):
        raise ContentInvalid([Problem(f"{path.name}:1", "stretch_unreadable")]) from None


def _line(path: Path) -> tuple[tuple[float, float], ...]:
    if path.stat().st_size > MAX_STRETCH_BYTES:
        raise ValueError(path.name)
    geometry = _geometry(json.loads(path.read_bytes()))
    if geometry["type"] != "LineString":
        raise ValueError(path.name)
    line = _LINE.validate_json(json.dumps(geometry["coordinates"]), strict=True)
    return tuple((place[0], place[1]) for place in line)


def _geometry(document: dict[str, Any]) -> dict[str, Any]:
    if document["type"] == "FeatureCollection":
        (document,) = document["features"]
    return dict(document["geometry"]) if document["type"] == "Feature" else document
