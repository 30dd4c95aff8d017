"""Zones: the ground that wakes a stop."""

from dataclasses import dataclass
from typing import Literal

from odyssee.domain.geo import Document, LineString, LonLat, Point, Polygon, Shape

Repeat = Literal["once", "each_entry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone(Document):
    """Ground that wakes a stop: a circle, a corridor along a line, or a polygon."""

    id: str
    """Unique within its stop: lower-case letters, digits and hyphens."""
    shape: Shape
    """Point and LineString need `radius_m`; a Polygon has none."""
    radius_m: float | None = None
    """Radius of the circle, or half the width of the corridor; 5 to 500 m."""
    dwell_s: int = 0
    """How long the walker stays inside before the event `dwell`; 0: no such event."""
    prefetch_m: int = 150
    """How far ahead of the zone the media are fetched."""
    layer: str = "main"
    """Zones of one layer compete: the walker is in one of them at a time."""
    priority: int = 0
    """The higher plays first when two stories wait."""
    cooldown_s: int = 0
    """With `repeat: each_entry`, the rest before the story may start again."""
    repeat: Repeat = "once"
    """Whether the story starts by itself once a walk or at each entry."""


def anchor(zone: Zone) -> LonLat:
    """A position that stands for the zone: its centre, its first vertex for lines and polygons."""
    match zone.shape:
        case Point(coordinates=place):
            return place
        case LineString(coordinates=line):
            return line[0]
        case Polygon(coordinates=rings):
            return rings[0][0]
