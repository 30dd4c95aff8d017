"""Where a simulated walker truly goes, and when the ground of each stop is truly entered."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import hypot
from typing import NamedTuple

from odyssee.domain.errors import InputInvalid, Problem
from odyssee.domain.geo import LonLat
from odyssee.domain.proximity import Fix, Trail
from odyssee.domain.walks import WALKING_MPS, Moment, Pause, pace_out

CYCLING_MPS = 4.2
"""A family on bicycles, just above what starts a story by itself (4 m/s)."""
LINGER_S = 30
"""At the end of the way one stands for a while, so that the last fixes are heard out."""
LONGEST_S = 86_400.0
"""A simulated walk lasts a day at most."""
NEAREST_M = 5.0
"""A rest is taken the first time that the way comes this close to its nearest point."""
STEPPED_OUT_S = 30.0
"""Who is back on the ground of a stop so soon never left it: a bend, or the jitter of a trace."""
COARSE_M = 100.0
"""Recorded fixes that claim to be worse say nothing of where the walker was."""


@dataclass(frozen=True, slots=True)
class Walker:
    """How somebody goes along a trail."""

    pace_mps: float = WALKING_MPS
    is_reversed: bool = False
    """From the end of the route to its beginning."""
    shortcut: float = 0.0
    """Share of the route that is left out in its middle, by a straight line; from 0 up to 0.9."""
    rests: bool = True
    """Stands at the place of each stop as long as its story is."""


class Visit(NamedTuple):
    """A stay on the ground of a stop: Unix seconds of its two ends, metres walked before it."""

    from_s: float
    until_s: float
    along_m: float


@dataclass(frozen=True, slots=True)
class TrueWalk:
    """Where somebody truly was."""

    moments: tuple[Moment, ...]
    """By time, at least one; a second apart where they are simulated."""
    along_m: tuple[float, ...]
    """Metres walked up to each moment."""
    visits: tuple[tuple[Visit, ...], ...]
    """Of each stop, in the order of the trail and of time; a stay in any of its zones counts."""

    def at(self, at_s: float) -> tuple[float, float, float]:
        """Place in local metres and metres walked at an instant, straight between two moments."""
        after = bisect_right(self.moments, at_s, key=lambda moment: moment.at_s)
        if after == 0 or after == len(self.moments):
            index = min(after, len(self.moments) - 1)
            return (*self.moments[index][1:], self.along_m[index])
        a, b = self.moments[after - 1 : after + 1]
        share = (at_s - a.at_s) / (b.at_s - a.at_s)
        near, far = self.along_m[after - 1 : after + 1]
        return (
            a.x + (b.x - a.x) * share,
            a.y + (b.y - a.y) * share,
            near + (far - near) * share,
        )


def walk_along(trail: Trail, line: Sequence[LonLat], walker: Walker) -> TrueWalk:
    """Go along the route of a trail as this walker does.

    Raises:
        InputInvalid: the route has no length, or takes more than a day.
    """
    ordered = reversed(line) if walker.is_reversed else line
    corners: Sequence[tuple[float, float]] = [trail.projection.to_xy(place) for place in ordered]
    length_m = sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(corners))
    if length_m <= 0.0:
        raise InputInvalid([Problem("route/line", "too_few", values={"min": "2"})])
    stories_s = sum(stop.narration_s for stop in trail.stops)
    if length_m / walker.pace_mps + stories_s > LONGEST_S:
        raise InputInvalid([Problem("route/line", "walk_too_long")])
    corners = _cut_short(corners, walker.shortcut)
    pauses = _rests(trail, corners) if walker.rests else []
    moments = list(pace_out(corners, pace_mps=walker.pace_mps, pauses=pauses))
    arrived_s = moments[-1].at_s
    moments += [Moment(arrived_s + n, *corners[-1]) for n in range(1, LINGER_S + 1)]
    return true_walk(trail, moments)


def walk_recorded(trail: Trail, fixes: Iterable[Fix]) -> TrueWalk | None:
    """What a trace says of where its walker was; None when none of its fixes is believable.

    Nothing better is known than the fixes themselves, so that distances and
    delays of a recorded walk are measured against its own, noisy positions.
    """
    believed = [
        Moment(fix.at_s, *trail.projection.to_xy(LonLat(fix.lon, fix.lat)))
        for fix in fixes
        if (fix.accuracy_m or 0.0) <= COARSE_M and (fix.lon, fix.lat) != (0.0, 0.0)
    ]
    return true_walk(trail, believed) if believed else None


def true_walk(trail: Trail, moments: Sequence[Moment]) -> TrueWalk:
    """A walk with its length and its visits, from the moments of it."""
    legs = (hypot(b.x - a.x, b.y - a.y) for a, b in pairwise(moments))
    along = tuple(accumulate(legs, initial=0.0))
    visits = tuple(
        tuple(_joined(_visits(trail, stop, moments, along))) for stop in range(len(trail.stops))
    )
    return TrueWalk(tuple(moments), along, visits)


def distance_to_stop(trail: Trail, stop: int, x: float, y: float) -> float:
    """Metres to the edge of a stop's nearest zone, negative inside."""
    return min(
        (zone.ground.signed_distance(x, y) for zone in trail.by_stop[stop]), default=float("inf")
    )


def sample(true: TrueWalk, sampling_s: float) -> list[tuple[float, float, float, float]]:
    """Time, place and metres walked each `sampling_s`: what every phone of this walk measures."""
    began_s, ended_s = true.moments[0].at_s, true.moments[-1].at_s
    if sampling_s == 1.0:
        return [(*m, along) for m, along in zip(true.moments, true.along_m, strict=True)]
    count = int((ended_s - began_s) / sampling_s) + 1
    times = (began_s + n * sampling_s for n in range(count))
    return [(at_s, *true.at(at_s)) for at_s in times]


def _cut_short(
    corners: Sequence[tuple[float, float]], share: float
) -> Sequence[tuple[float, float]]:
    if share <= 0.0:
        return corners
    legs = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(corners)]
    passed = list(accumulate(legs, initial=0.0))
    leave_m = passed[-1] * (1.0 - share) / 2.0
    return_m = passed[-1] - leave_m
    before = [corner for corner, at_m in zip(corners, passed, strict=True) if at_m < leave_m]
    after = [corner for corner, at_m in zip(corners, passed, strict=True) if at_m > return_m]
    return [*before, _place(corners, passed, leave_m), _place(corners, passed, return_m), *after]


def _place(
    corners: Sequence[tuple[float, float]], passed: Sequence[float], at_m: float
) -> tuple[float, float]:
    leg = min(bisect_right(passed, at_m), len(passed) - 1)
    (ax, ay), (bx, by) = corners[leg - 1 : leg + 1]
    length = passed[leg] - passed[leg - 1]
    share = (at_m - passed[leg - 1]) / length if length > 0.0 else 0.0
    return ax + (bx - ax) * share, ay + (by - ay) * share


def _rests(trail: Trail, corners: Sequence[tuple[float, float]]) -> list[Pause]:
    """A rest at the point of the way nearest to each stop whose ground it crosses."""
    metres = list(pace_out(corners, pace_mps=1.0, sampling_s=1.0))
    pauses = []
    for number, (stop, (x, y)) in enumerate(zip(trail.stops, trail.places, strict=True)):
        if stop.narration_s <= 0.0:
            continue
        away = [hypot(m.x - x, m.y - y) for m in metres]
        close_m = min(away) + NEAREST_M
        first = next(index for index, far in enumerate(away) if far <= close_m)
        while first + 1 < len(away) and away[first + 1] < away[first]:
            first += 1
        nearest = metres[first]
        if distance_to_stop(trail, number, nearest.x, nearest.y) <= 0.0:
            pauses.append(Pause(nearest.at_s, stop.narration_s))
    return pauses


def _visits(
    trail: Trail, stop: int, moments: Sequence[Moment], along_m: Sequence[float]
) -> Iterator[Visit]:
    entered: tuple[float, float] | None = None
    before = 0.0
    for index, moment in enumerate(moments):
        far = distance_to_stop(trail, stop, moment.x, moment.y)
        is_inside = far <= 0.0
        if is_inside != (entered is not None):
            at_s, at_m = moment.at_s, along_m[index]
            if index > 0:
                back = far / (far - before)  # how far behind this moment the edge was crossed
                at_s -= back * (at_s - moments[index - 1].at_s)
                at_m -= back * (at_m - along_m[index - 1])
            if entered is None:
                entered = (at_s, at_m)
            else:
                yield Visit(entered[0], at_s, entered[1])
                entered = None
        before = far
    if entered is not None:
        yield Visit(entered[0], moments[-1].at_s, entered[1])


def _joined(visits: Iterable[Visit]) -> list[Visit]:
    joined: list[Visit] = []
    for visit in visits:
        if joined and visit.from_s - joined[-1].until_s < STEPPED_OUT_S:
            visit = joined.pop()._replace(until_s=visit.until_s)  # noqa: PLW2901 - the two as one
        joined.append(visit)
    return joined
