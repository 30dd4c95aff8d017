"""The specification as written, `trigger/1`, for circles of one layer: the yardstick for ours.

Kept apart from the engine on purpose, so that it stays what it is when the
engine gets better. Source: design/triggers.md, section 3, steps 0 to 3 and 5.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil, sqrt
from typing import NamedTuple

import numpy as np

from triggering.course import WINDOW, Booklet, Enter, FloatArray, Readings, Walk, distances

COARSE_M, UNKNOWN_M, BEST_M, SIGMAS_IN_ACCURACY = 100.0, 30.0, 5.0, 1.51
V_MAX_MPS, JUMP_SIGMAS, CORRELATION_S, SLACK_M, REANCHOR_S = 3.0, 4.0, 30.0, 3.0, 10.0
INTERPOLATED_S, STEP_S, LONE_STEP_S = 60.0, 2.0, 5.0
ENTER_SHARE, LEAVE_SHARE, LEAVE_S = 0.3, 0.5, 8.0
PHI = (0.0498673470, 0.0211410061, 0.0032776263, 0.0000380036, 0.0000488906, 0.0000053830)
"""Abramowitz and Stegun, 26.2.19."""


class Believed(NamedTuple):
    """A fix that passed the gate: Unix seconds, metres, standard deviation in metres."""

    at_s: float
    x: float
    y: float
    sigma_m: float


class Step(NamedTuple):
    """A step of evidence, with the time of the fix that it belongs to."""

    at_s: float
    x: float
    y: float
    sigma_m: float
    elapsed_s: float


def as_written(walk: Walk) -> list[Enter]:
    """The enters of every booklet of the walk, by time."""
    steps = list(_steps(walk.readings))
    course = walk.course
    if not steps:
        return []
    enters: list[Enter] = []
    for booklet in course.booklets:
        places = course.places[list(booklet.places)]
        weighed = _weigh(np.array(steps), places, course.radius_m)
        fold = _Fold(len(places), booklet)
        for step, shares, grown_shares in zip(steps, *weighed, strict=True):
            fold.take(step, shares, grown_shares)
        enters += fold.enters
    return sorted(enters, key=lambda enter: enter.at_s)


def _steps(readings: Readings) -> Iterator[Step]:
    """Step 2: what happened between two believed fixes, in steps of 2 s where it is known."""
    for last, mark, waited_s in _gate(readings):
        if last is None or waited_s > INTERPOLATED_S:
            if waited_s > 0.0:
                yield Step(*mark, min(LONE_STEP_S, waited_s))
            continue
        count = ceil(waited_s / STEP_S)
        for step in range(1, count):
            share = step / count
            x, y, sigma_m = (a + (b - a) * share for a, b in zip(last[1:], mark[1:], strict=True))
            yield Step(mark.at_s, x, y, sigma_m, waited_s / count)
        if count:
            yield Step(*mark, waited_s / count)


def _gate(readings: Readings) -> Iterator[tuple[Believed | None, Believed, float]]:
    """Steps 0 and 1: the believed fixes with the one before and the seconds since."""
    last: Believed | None = None
    suspect: Believed | None = None
    since_s = clock_s = -np.inf
    for mark in _marks(readings):
        if mark.at_s <= clock_s:
            continue
        clock_s = mark.at_s
        if last is None or _can_follow(last, mark):
            waited_s = 0.0 if last is None else mark.at_s - last.at_s
            yield last, mark, waited_s
            last, suspect = mark, None
        elif suspect is None or not _can_follow(suspect, mark):
            suspect, since_s = mark, mark.at_s
        elif mark.at_s - since_s < REANCHOR_S:
            suspect = mark
        else:
            yield None, mark, mark.at_s - suspect.at_s
            last, suspect = mark, None


def _marks(readings: Readings) -> Iterator[Believed]:
    columns = (readings.at_s, *readings.xy.T, readings.accuracy_m)
    for at_s, x, y, told_m in zip(*(column.tolist() for column in columns), strict=True):
        accuracy_m = told_m if told_m > 0.0 else UNKNOWN_M  # NaN compares false
        if accuracy_m <= COARSE_M:
            yield Believed(at_s, x, y, max(accuracy_m, BEST_M) / SIGMAS_IN_ACCURACY)


def _can_follow(last: Believed, mark: Believed) -> bool:
    elapsed_s = mark.at_s - last.at_s
    dx, dy = mark.x - last.x, mark.y - last.y
    noise_m = JUMP_SIGMAS * max(last.sigma_m, mark.sigma_m)
    noise_m *= sqrt(2.0 * min(1.0, elapsed_s / CORRELATION_S))
    return sqrt(dx * dx + dy * dy) <= V_MAX_MPS * elapsed_s + noise_m + SLACK_M


def _weigh(
    steps: FloatArray, places: FloatArray, radius_m: float
) -> tuple[list[list[float]], list[list[float]]]:
    """Step 3: rho at each step and place, of the zone and of the zone enlarged."""
    edge_m = distances(steps[:, 1:3], places) - radius_m
    sigma_m = steps[:, 3:4]
    grown_m = max(10.0, 0.2 * radius_m)
    plain = _rho(edge_m, sigma_m, radius_m)
    grown = _rho(edge_m - grown_m, sigma_m, radius_m + grown_m)
    return plain.tolist(), grown.tolist()


def _rho(edge_m: FloatArray, sigma_m: FloatArray, radius_m: float) -> FloatArray:
    strip = _phi(-edge_m / sigma_m) - _phi((-2.0 * radius_m - edge_m) / sigma_m)
    share: FloatArray = strip / (2.0 * _phi(radius_m / sigma_m) - 1.0)
    return np.clip(share, 0.0, 1.0)


def _phi(z: FloatArray) -> FloatArray:
    a = np.abs(z)
    p = np.ones_like(a)
    power = np.ones_like(a)
    for factor in PHI:
        power = power * a
        p = p + factor * power
    half: FloatArray = 0.5 / p**16
    return np.where(z >= 0.0, 1.0 - half, half)


@dataclass
class _Fold:
    """Steps 3 and 5: evidence of the armed places, one place at a time, a window of stops."""

    count: int
    booklet: Booklet
    enters: list[Enter] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.evidence_s = [0.0] * self.count
        self.entered: set[int] = set()
        self.inside: int | None = None
        self.armed = self._arm()

    def _arm(self) -> list[int]:
        if self.booklet.order == "free":
            return [i for i in range(self.count) if i not in self.entered]
        first = max(self.entered, default=-1) + 1
        return list(range(first, min(self.count, first + WINDOW)))

    def take(self, step: Step, shares: Sequence[float], grown_shares: Sequence[float]) -> None:
        """Leave first, then enter the best of what has enough."""
        holding = self._stay(step, shares, grown_shares)
        enough_s = min(8.0, max(2.0, 0.4 * step.sigma_m))
        ready = []
        for place in self.armed:
            share = shares[place] if shares[place] > holding else 0.0
            gained_s = (share - ENTER_SHARE) * step.elapsed_s
            self.evidence_s[place] = max(0.0, self.evidence_s[place] + gained_s)
            if self.evidence_s[place] >= enough_s:
                ready.append((share, -place))
        if ready:
            self._enter(-max(ready)[1], step.at_s)

    def _stay(self, step: Step, shares: Sequence[float], grown_shares: Sequence[float]) -> float:
        """The share of the place that the walker is in; 0 when they are in none."""
        place = self.inside
        if place is None:
            return 0.0
        lost_s = (LEAVE_SHARE - grown_shares[place]) * step.elapsed_s
        self.evidence_s[place] = max(0.0, self.evidence_s[place] + lost_s)
        if self.evidence_s[place] < LEAVE_S:
            return shares[place]
        self.inside = None
        return 0.0

    def _enter(self, place: int, at_s: float) -> None:
        self.enters.append(Enter(self.booklet.places[place], at_s))
        self.entered.add(place)
        self.inside = place
        self.evidence_s[place] = 0.0
        before, self.armed = self.armed, self._arm()
        for other in set(self.armed) - set(before):
            self.evidence_s[other] = 0.0
