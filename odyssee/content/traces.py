"""Recorded traces: the fixes of a GPX file, read with care."""

from pathlib import Path
from xml.etree.ElementTree import ParseError

import gpxpy
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from odyssee.domain.errors import ContentInvalid, Problem
from odyssee.domain.proximity import Fix

MAX_TRACE_BYTES = 32 * 1024 * 1024
MAX_TRACE_POINTS = 100_000
"""About 28 hours at one fix a second."""


def read_gpx(path: Path) -> list[Fix]:
    """The timed points of all tracks, in the order of the file.

    Raises:
        ContentInvalid: too large, not GPX, or without a single timed point.
    """
    if path.stat().st_size > MAX_TRACE_BYTES:
        raise ContentInvalid([Problem(f"{path.name}:1", "trace_too_large")])
    raw = path.read_bytes()
    try:
        fromstring(raw)  # refuses entities and outside files before the real reader sees it
        gpx = gpxpy.parse(raw)
    except (ParseError, DefusedXmlException, gpxpy.gpx.GPXException, UnicodeDecodeError):
        raise ContentInvalid([Problem(f"{path.name}:1", "trace_unreadable")]) from None
    points = [
        point for track in gpx.tracks for segment in track.segments for point in segment.points
    ]
    fixes = [
        Fix(point.time.timestamp(), point.longitude, point.latitude)
        for point in points
        if point.time is not None
    ]
    if not fixes:
        raise ContentInvalid([Problem(f"{path.name}:1", "trace_without_times")])
    if len(fixes) > MAX_TRACE_POINTS:
        raise ContentInvalid([Problem(f"{path.name}:1", "trace_too_large")])
    return fixes
