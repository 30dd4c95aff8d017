"""The engine of the product, fed with the fixes of a walk."""

import inspect
from collections.abc import Sequence
from math import isnan
from typing import Any, Literal

import numpy as np

from odyssee.domain.geo import LonLat, point
from odyssee.domain.legends import Route
from odyssee.domain.proximity import Fix, Trail, TrailStop, build_trail, follow
from odyssee.domain.zones import Zone
from triggering.course import WINDOW, Booklet, Course, Enter, FloatArray, Readings, Walk

BATCH = 60
Drawing = Literal["sketch", "traced"]
"""A route drawn from stop to stop at a desk, or the path itself."""
KNOWS_ROUTES = "route" in inspect.signature(build_trail).parameters
"""Whether the engine takes a route at all; if not, both drawings are one rule."""


def ours(walk: Walk, drawing: Drawing = "sketch") -> list[Enter]:
    """The enters of `follow`, by time, told as a phone tells them: in batches, with the token."""
    fixes = to_fixes(walk.readings, walk.course)
    enters: list[Enter] = []
    for booklet in walk.course.booklets:
        trail = trail_of(walk.course, booklet, drawing)
        progress: str | None = None
        for start in range(0, len(fixes), BATCH):
            followed = follow(trail, fixes[start : start + BATCH], progress)
            progress = followed.progress
            enters += [
                Enter(booklet.places[trail.stop_index[event.stop]], event.at_s)
                for event in followed.events
                if event.type == "enter" and event.stop is not None
            ]
    return sorted(enters, key=lambda enter: enter.at_s)


def trail_of(course: Course, booklet: Booklet, drawing: Drawing = "sketch") -> Trail:
    """The booklet as a trail, with the course's path or a sketch of it as its route."""
    projection = course.projection
    spots = [projection.to_lonlat(*course.places[place]) for place in booklet.places]
    stops = [_stop(number, spot, course.radius_m) for number, spot in enumerate(spots, 1)]
    words: dict[str, Any] = {"order": booklet.order, "window": WINDOW}
    if KNOWS_ROUTES:
        words["route"] = _route(course, booklet, drawing)
    return build_trail(slug="banc", revision=1, projection=projection, stops=stops, **words)


def _stop(number: int, spot: LonLat, radius_m: float) -> TrailStop:
    zone = Zone(id="z1", shape=point(spot), radius_m=radius_m)
    return TrailStop(slug=f"etape-{number}", position=number, zones=(zone,), location=spot)


def _route(course: Course, booklet: Booklet, drawing: Drawing) -> Route:
    corners: FloatArray | Sequence[FloatArray] = course.line
    if drawing == "sketch":
        known = [course.places[i] for i in booklet.places if not course.is_decoy[i]]
        corners = [course.line[0], *known, course.line[-1]]
    line = tuple(course.projection.to_lonlat(float(x), float(y)) for x, y in corners)
    return Route(status=drawing, line=line)


def to_fixes(readings: Readings, course: Course) -> list[Fix]:
    """Readings as the engine wants them; NaN and negative numbers were not told by the phone."""
    unknown = np.full(len(readings.at_s), np.nan)
    speed = unknown if readings.speed_mps is None else readings.speed_mps
    heading = unknown if readings.heading_deg is None else readings.heading_deg
    columns = (readings.at_s, *readings.xy.T, readings.accuracy_m, speed, heading)
    to_lonlat = course.projection.to_lonlat
    fixes = []
    for at_s, x, y, *told in zip(*(column.tolist() for column in columns), strict=True):
        place = to_lonlat(x, y)
        fixes.append(Fix(at_s, place.lon, place.lat, *(_told(number) for number in told)))
    return fixes


def _told(number: float) -> float | None:
    return None if isnan(number) or number < 0.0 else number
