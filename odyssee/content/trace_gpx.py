"""Traces from GPX: the points of all tracks, with the accuracy that some phones add to them."""

from collections.abc import Iterator
from datetime import UTC
from xml.etree.ElementTree import ParseError

import gpxpy
from defusedxml.common import DefusedXmlException
from gpxpy.gpx import GPXException, GPXTrackPoint

from odyssee.content.trace_points import TracePoint, number_of, refusal
from odyssee.content.xml_bounds import check_xml

_MAX_ELEMENTS = 1_000_000
"""Ten for each of as many points as a trace may have: watches add pulse, speed and more."""
_EXTENSIONS = {
    "hacc": "accuracy_m",
    "accuracy": "accuracy_m",
    "speed": "speed_mps",
    "course": "heading_deg",
    "bearing": "heading_deg",
}
"""Local names in lower case, as Apple, Garmin and OsmAnd write them."""


def read_gpx(name: str, raw: bytes) -> list[TracePoint]:
    """The points of all tracks in the order of the file; routes and waypoints are no walk.

    Raises:
        InputInvalid: not GPX, XML over its bounds, or a time or place that is none.
    """
    try:
        # refuses entities and outside files before the real reader sees it
        check_xml(f"{name}:1", raw, max_elements=_MAX_ELEMENTS)
        gpx = gpxpy.parse(raw)
    except (ParseError, DefusedXmlException, GPXException, ValueError, LookupError):
        raise refusal(f"{name}:1", "trace_unreadable", format="GPX") from None
    points = (
        point for track in gpx.tracks for segment in track.segments for point in segment.points
    )
    return [_point(f"{name}:{number}", point) for number, point in enumerate(points, 1)]


def _point(where: str, point: GPXTrackPoint) -> TracePoint:
    at = point.time
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    known = dict(_extensions(point))
    speed_mps = number_of(point.speed)
    if speed_mps is not None:
        known.setdefault("speed_mps", speed_mps)
    return TracePoint(
        where, point.longitude, point.latitude, None if at is None else at.timestamp(), **known
    )


def _extensions(point: GPXTrackPoint) -> Iterator[tuple[str, float]]:
    for extension in point.extensions:
        for element in extension.iter():
            attribute = _EXTENSIONS.get(str(element.tag).rpartition("}")[2].lower())
            value = None if attribute is None else number_of(element.text)
            if attribute is not None and value is not None:
                yield attribute, value
