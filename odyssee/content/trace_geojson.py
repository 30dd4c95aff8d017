"""Traces from GeoJSON: lines with a time for each position, or points that each have a time.

Taken: Features of type LineString or MultiLineString whose properties hold
`coordTimes` (or `times`, or `coordinateProperties.times`), one instant for each
position; and Features of type Point with `time`, `timestamp` or `at`, and where
known `accuracy_m` (`accuracy`), `speed_mps` (`speed`), `heading_deg`
(`heading`, `bearing`). Other shapes are passed over.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from odyssee.content.trace_points import TracePoint, instant_of, number_of, refusal

_TIMES = ("time", "timestamp", "at")
_NUMBERS = (
    ("accuracy_m", "accuracy"),
    ("speed_mps", "speed"),
    ("heading_deg", "heading", "bearing"),
)


def read_geojson(name: str, raw: bytes) -> list[TracePoint]:
    """The points in the order of the file.

    Raises:
        InputInvalid: not GeoJSON, or a number of times that is not that of the positions.
    """
    try:
        document = json.loads(raw)
        return [
            TracePoint(f"{name}:{number}", *rest)
            for number, rest in enumerate(_points(name, _features(document)), 1)
        ]
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError):
        raise refusal(f"{name}:1", "trace_unreadable", format="GeoJSON") from None


def _features(document: Any) -> list[Mapping[str, Any]]:
    if document["type"] == "FeatureCollection":
        return [feature for feature in document["features"] if feature["geometry"]]
    if document["type"] == "Feature":
        return [document]
    return [{"geometry": document, "properties": {}}]


def _points(
    name: str, features: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[float, float, float | None, float | None, float | None, float | None]]:
    for feature in features:
        shape, properties = feature["geometry"], feature.get("properties") or {}
        match shape["type"]:
            case "Point":
                accuracy_m, speed_mps, heading_deg = (
                    _first_number(properties, names) for names in _NUMBERS
                )
                lon, lat = _place(shape["coordinates"])
                yield lon, lat, _first_instant(properties), accuracy_m, speed_mps, heading_deg
            case "LineString":
                yield from _line(name, shape["coordinates"], _times(properties))
            case "MultiLineString":
                lines = shape["coordinates"]
                for line, times in zip(lines, _times_by_line(properties, len(lines)), strict=True):
                    yield from _line(name, line, times)


def _line(
    name: str, places: Sequence[Any], times: Any
) -> Iterator[tuple[float, float, float | None, None, None, None]]:
    if times is not None and (
        not isinstance(times, list) or any(isinstance(told, list | dict) for told in times)
    ):
        raise refusal(f"{name}:1", "trace_unreadable", format="GeoJSON")
    if times is not None and len(times) != len(places):
        values = {"times": str(len(times)), "places": str(len(places))}
        raise refusal(f"{name}:1", "trace_times_differ", **values)
    for place, told in zip(places, times or [None] * len(places), strict=True):
        yield *_place(place), instant_of(told), None, None, None


def _place(coordinates: Sequence[Any]) -> tuple[float, float]:
    lon, lat = coordinates[:2]
    return float(lon), float(lat)


def _times(properties: Mapping[str, Any]) -> Any:
    nested = properties.get("coordinateProperties") or {}
    return properties.get("coordTimes") or properties.get("times") or nested.get("times")


def _times_by_line(properties: Mapping[str, Any], lines: int) -> list[Any]:
    times = _times(properties)
    if times is None:
        return [None] * lines
    if not isinstance(times, list):
        raise TypeError
    # Some writers make a MultiLineString of a single line and leave its times flat.
    is_flat = lines == 1 and not any(isinstance(told, list) for told in times)
    return [times] if is_flat else times


def _first_instant(properties: Mapping[str, Any]) -> float | None:
    return next((instant_of(properties[name]) for name in _TIMES if name in properties), None)


def _first_number(properties: Mapping[str, Any], names: Sequence[str]) -> float | None:
    return next((number_of(properties[name]) for name in names if name in properties), None)
