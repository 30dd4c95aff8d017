"""Routes as lines: from GPX or GeoJSON, walked or drawn, whatever times they have or have not."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError

import gpxpy
from defusedxml.common import DefusedXmlException
from gpxpy.gpx import GPXException

from odyssee.content.trace_points import MAX_TOLD, MAX_TRACE_POINTS, number_of, refusal
from odyssee.content.xml_bounds import check_small_xml
from odyssee.domain.errors import InputInvalid, Problem
from odyssee.domain.geo import LonLat

_NAME = "line"
"""What the file is called in pointers: its positions are `line/1` and so on."""


def read_route(raw: bytes) -> list[LonLat]:
    """The positions of all lines, in the order of the file.

    GPX: the tracks, else the routes. GeoJSON: every LineString and MultiLineString;
    points, which are places of interest there, are passed over.

    Raises:
        InputInvalid: neither of them, XML over its bounds, too many positions, or some that
            are not on earth.
    """
    start = raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    places = _read_gpx(raw) if start == b"<" else _read_geojson(raw)
    if len(places) > MAX_TRACE_POINTS:
        raise refusal(_NAME, "trace_too_large")
    astray = [number for number, place in enumerate(places, 1) if not place.is_on_earth]
    if astray:
        told = [Problem(f"{_NAME}/{number}", "trace_bad_place") for number in astray[:MAX_TOLD]]
        raise InputInvalid(told)
    return places


def _read_gpx(raw: bytes) -> list[LonLat]:
    try:
        check_small_xml(
            _NAME, raw
        )  # refuses entities and outside files before the real reader sees it
        gpx = gpxpy.parse(raw)
    except (ParseError, DefusedXmlException, GPXException, ValueError, LookupError):
        raise refusal(_NAME, "trace_unreadable", format="GPX") from None
    walked = [p for track in gpx.tracks for segment in track.segments for p in segment.points]
    drawn = [p for route in gpx.routes for p in route.points]
    return [LonLat(p.longitude, p.latitude) for p in walked or drawn]


def _read_geojson(raw: bytes) -> list[LonLat]:
    try:
        return [_place(told) for line in _lines(json.loads(raw)) for told in line]
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError):
        raise refusal(_NAME, "trace_unreadable", format="GeoJSON") from None


def _lines(document: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    match document["type"]:
        case "FeatureCollection":
            for feature in document["features"]:
                yield from _lines(feature)
        case "Feature":
            if document["geometry"]:
                yield from _lines(document["geometry"])
        case "LineString":
            yield document["coordinates"]
        case "MultiLineString":
            yield from document["coordinates"]


def _place(told: Sequence[Any]) -> LonLat:
    lon, lat = (number_of(degrees) for degrees in told[:2])
    if lon is None or lat is None:
        raise ValueError(told)
    return LonLat(lon, lat)
