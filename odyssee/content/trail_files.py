"""Trails that somebody drew or walked, as a file: GPX, KML or GeoJSON; places, and no times."""

import json
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from odyssee.content.markup import cut, to_readable
from odyssee.content.trace_points import refusal
from odyssee.content.xml_bounds import check_small_xml
from odyssee.domain.beginnings import Mark, TrailFile
from odyssee.domain.errors import InputInvalid, Problem
from odyssee.domain.geo import LonLat

MAX_TRAIL_BYTES = 32 * 1024 * 1024
MAX_LINE = 100_000
MAX_MARKS = 1_000
MAX_NAME = 120
MAX_TEXT = 2_000
_DIGITS = 7
"""Decimals of a degree that are kept: a centimetre."""


def read_trail(name: str, raw: bytes) -> TrailFile:
    """The trail of a GPX, KML or GeoJSON file, told apart by its beginning.

    Args:
        name: of the file, for what is told of it.
        raw: its bytes.

    Raises:
        InputInvalid: too large, not readable, places off the earth, or neither place nor line.
    """
    if len(raw) > MAX_TRAIL_BYTES:
        raise refusal(f"{name}:1", "trace_too_large")
    start = raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    try:
        found = _from_geojson(raw) if start in {b"{", b"["} else _from_xml(name, raw)
    except (ParseError, DefusedXmlException, ValueError, TypeError, LookupError, AttributeError,
            OverflowError, RecursionError):  # fmt: skip
        raise refusal(f"{name}:1", "trail_unreadable") from None
    if len(found.line) > MAX_LINE or len(found.marks) > MAX_MARKS:
        raise refusal(f"{name}:1", "trace_too_large")
    if not found.marks and len(found.line) < 2:
        raise refusal(f"{name}:1", "trail_empty")
    places = [*found.line, *(mark.place for mark in found.marks)]
    if not all(_is_on_earth(place) for place in places):
        raise InputInvalid([Problem(f"{name}:1", "off_earth")])
    return found


def _from_xml(name: str, raw: bytes) -> TrailFile:
    check_small_xml(f"{name}:1", raw)
    root = fromstring(raw)
    match _tag(root):
        case "gpx":
            return _from_gpx(root)
        case "kml":
            return _from_kml(root)
    raise ValueError("neither GPX nor KML")


def _from_gpx(root: Element) -> TrailFile:
    tracks = [_gpx_place(point) for point in _all(root, "trkpt")]
    route = [_gpx_place(point) for point in _all(root, "rtept")]
    marks = tuple(
        Mark(_text(point, "name"), _text(point, "desc") or _text(point, "cmt"), _gpx_place(point))
        for point in _all(root, "wpt")
    )
    named = next((e for e in root if _tag(e) == "metadata"), None)
    heads = [e for e in (named, *_all(root, "trk"), *_all(root, "rte")) if e is not None]
    name = next((found for e in heads if (found := _text(e, "name"))), "")
    text = next((found for e in heads if (found := _text(e, "desc"))), "")
    return TrailFile(name, text, tuple(tracks or route), marks)


def _gpx_place(point: Element) -> LonLat:
    return _lonlat(point.attrib["lon"], point.attrib["lat"])


def _from_kml(root: Element) -> TrailFile:
    line: list[LonLat] = []
    marks: list[Mark] = []
    for placemark in _apart(root, "Placemark"):
        for shape in _apart(placemark, "LineString"):
            line += _kml_places(shape)
        for shape in _apart(placemark, "Point"):
            (place,) = _kml_places(shape)
            marks.append(Mark(_text(placemark, "name"), _text(placemark, "description"), place))
    document = next(_all(root, "Document"), root)
    return TrailFile(
        _text(document, "name"), _text(document, "description"), tuple(line), tuple(marks)
    )


def _kml_places(shape: Element) -> list[LonLat]:
    told = "".join(element.text or "" for element in _all(shape, "coordinates"))
    return [_lonlat(*place.split(",")[:2]) for place in told.split()]


def _from_geojson(raw: bytes) -> TrailFile:
    document = json.loads(raw)
    line: list[LonLat] = []
    marks: list[Mark] = []
    for feature in _features(document):
        shape, told = feature["geometry"], feature.get("properties") or {}
        if shape["type"] == "Point":
            place = _lonlat(*shape["coordinates"][:2])
            marks.append(Mark(_word(told, "title", "name"), _word(told, "text", "desc"), place))
        else:
            line += _lines(shape)
    about = document.get("legend") or document.get("properties") or {}
    name = _word(about, "title", "name") or _word(document, "name")
    return TrailFile(name, _word(about, "summary", "desc"), tuple(line), tuple(marks))


def _features(document: Any) -> Sequence[Mapping[str, Any]]:
    if document["type"] == "FeatureCollection":
        return [feature for feature in document["features"] if feature["geometry"]]
    return [document if document["type"] == "Feature" else {"geometry": document}]


def _lines(shape: Mapping[str, Any]) -> list[LonLat]:
    kind, told = shape["type"], shape["coordinates"]
    if kind == "LineString":
        return [_lonlat(*place[:2]) for place in told]
    if kind == "MultiLineString":
        return [_lonlat(*place[:2]) for part in told for place in part]
    return []


def _lonlat(lon: Any, lat: Any) -> LonLat:
    return LonLat(round(float(lon), _DIGITS), round(float(lat), _DIGITS))


def _is_on_earth(place: LonLat) -> bool:
    lon, lat = place
    return isfinite(lon) and isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90


def _word(told: Mapping[str, Any], *keys: str) -> str:
    found = next((told[key] for key in keys if isinstance(told.get(key), str)), "")
    return _line(found, keys[0])


def _all(element: Element, tag: str) -> Iterator[Element]:
    return (found for found in element.iter() if _tag(found) == tag)


def _apart(element: Element, tag: str) -> list[Element]:
    """All of that name below; ValueError where one lies in another, and would be read twice."""
    found = list(_outermost(element, tag))
    if len(found) != sum(1 for _ in _all(element, tag)):
        raise ValueError(tag)
    return found


def _outermost(element: Element, tag: str) -> Iterator[Element]:
    for child in element:
        if _tag(child) == tag:
            yield child
        else:
            yield from _outermost(child, tag)


def _text(element: Element, tag: str) -> str:
    """The words of a child of that name, on one line."""
    found = next((child for child in element if _tag(child) == tag), None)
    return "" if found is None else _line(found.text or "", tag)


def _line(told: str, key: str) -> str:
    """Words that can be kept, as many as a name or a text may have."""
    most = MAX_NAME if key in {"name", "title"} else MAX_TEXT
    return cut(" ".join(to_readable(told).split()), most)


def _tag(element: Element) -> str:
    """The local name; versions of GPX and KML differ in their namespaces alone."""
    return str(element.tag).rpartition("}")[2]
