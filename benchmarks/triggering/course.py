"""What a rule is given and what it is judged by: places, fixes and the truth, in local metres."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from odyssee.domain.geo import LonLat, Projection, projection_at
from odyssee.domain.legends import Order

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

HERBAGE = projection_at(LonLat(0.91361, 48.26944))
"""Where the simulated worlds lie: a meadow of the Perche."""
WINDOW = 3
"""Stops ahead, as the rows "window 3" of the design."""


Decoys = Literal["last", "among", "apart"]
"""In which legend the decoys stand: behind the stops of this one, among them in the order in which
the path passes them, or in another one whose order is free, so that all are awake always."""


class Enter(NamedTuple):
    """A rule says: the walker reached this place."""

    place: int
    at_s: float


class Booklet(NamedTuple):
    """Places that are told together, in their order."""

    places: tuple[int, ...]
    order: Order


@dataclass(frozen=True)
class Course:
    """The ground of a walk: a path, stops on it, and decoys that nobody visits beside it."""

    line: FloatArray
    """The planned path, n × 2."""
    places: FloatArray
    """Centres of stops and decoys, n × 2, in the order in which the path passes them."""
    is_decoy: BoolArray
    radius_m: float
    projection: Projection = HERBAGE
    decoys: Decoys = "apart"

    @property
    def booklets(self) -> tuple[Booklet, ...]:
        """The legends that are followed, each by itself."""
        places = range(len(self.places))
        stops = tuple(i for i in places if not self.is_decoy[i])
        decoys = tuple(i for i in places if self.is_decoy[i])
        if self.decoys == "among":
            return (Booklet(tuple(places), "window"),)
        if self.decoys == "last":
            return (Booklet(stops + decoys, "window"),)
        return Booklet(stops, "window"), Booklet(decoys, "free")


@dataclass(frozen=True)
class Track:
    """Where the walker truly was, about once a second."""

    at_s: FloatArray
    xy: FloatArray

    def place_at(self, at_s: float) -> tuple[float, float]:
        """The true place at a time, by straight lines between moments."""
        return (
            float(np.interp(at_s, self.at_s, self.xy[:, 0])),
            float(np.interp(at_s, self.at_s, self.xy[:, 1])),
        )


@dataclass(frozen=True)
class Readings:
    """What the phone said, by time; accuracy as reported, NaN where it said nothing."""

    at_s: FloatArray
    xy: FloatArray
    accuracy_m: FloatArray
    speed_mps: FloatArray | None = None
    heading_deg: FloatArray | None = None

    def only(self, kept: BoolArray) -> "Readings":
        """Some of them."""
        speed, heading = self.speed_mps, self.heading_deg
        return Readings(
            self.at_s[kept],
            self.xy[kept],
            self.accuracy_m[kept],
            None if speed is None else speed[kept],
            None if heading is None else heading[kept],
        )


@dataclass(frozen=True)
class Walk:
    """One walk along a course."""

    course: Course
    track: Track
    readings: Readings
    recorded_s: tuple[float, float]
    """When the phone began to record and when it ended, Unix seconds; what was passed before or
    after is nobody's miss."""

    @cached_property
    def from_places(self) -> FloatArray:
        """Metres from each reading to the centre of each place, readings × places."""
        return distances(self.readings.xy, self.course.places)

    @cached_property
    def visits(self) -> list[tuple[float, float] | None]:
        """True entry and true exit of each place, Unix seconds; None where nobody came."""
        inside = distances(self.track.xy, self.course.places) < self.course.radius_m
        found: list[tuple[float, float] | None] = []
        for column in inside.T:
            when = self.track.at_s[column]
            found.append((float(when[0]), float(when[-1])) if len(when) else None)
        return found


def distances(a: FloatArray, b: FloatArray) -> FloatArray:
    """Metres between each of n and each of m points, n × m."""
    return np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1])


def along(line: FloatArray, metres: FloatArray) -> FloatArray:
    """The points that lie so many metres from the start along a line."""
    reached = milestones(line)
    x = np.interp(metres, reached, line[:, 0])
    y = np.interp(metres, reached, line[:, 1])
    return np.stack([x, y], axis=1)


def milestones(line: FloatArray) -> FloatArray:
    """Metres along the line at each of its corners."""
    legs = np.hypot(*np.diff(line, axis=0).T)
    return np.concatenate([[0.0], np.cumsum(legs)])


def beside(line: FloatArray, metres: float, aside_m: float) -> FloatArray:
    """The point to the left of the line (right where negative), square to it at that place."""
    before, after = along(line, np.array([metres - 1.0, metres + 1.0]))
    ahead = (after - before) / max(1e-9, float(np.hypot(*(after - before))))
    middle: FloatArray = (before + after) / 2.0
    return middle + aside_m * np.array([-ahead[1], ahead[0]])
