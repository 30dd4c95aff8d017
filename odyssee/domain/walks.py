"""Synthetic walks: somebody paces out a line, and a phone sees it through correlated noise.

Chance is passed in, so that a seed gives the same walk again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, exp, hypot, pi, sin, sqrt
from typing import NamedTuple, Protocol

from odyssee.domain.geo import LonLat, Projection
from odyssee.domain.proximity import Fix

ACCURACY_SIGMAS = 1.51
"""An honest phone reports its 68 % circle (design: triggers, section 2)."""
WALKING_MPS = 1.3
"""A family on a path."""
OUTLIER_M = (30.0, 100.0)
"""How far an outlier lies off, at least and at most."""


class Chance(Protocol):
    """The part of `random.Random` that walks need."""

    def gauss(self, mu: float, sigma: float) -> float:
        """A normally distributed number."""

    def random(self) -> float:
        """An even number from 0 up to 1."""


class Moment(NamedTuple):
    """Where the walker truly is, in Unix seconds and local metres."""

    at_s: float
    x: float
    y: float


class Pause(NamedTuple):
    """A rest to listen: how many metres from the start, and how long."""

    along_m: float
    pause_s: float


@dataclass(frozen=True, slots=True)
class Noise:
    """How a phone errs: a first-order autoregressive error on each axis, and lone outliers."""

    sigma_m: float = 10.0
    """Standard deviation on each axis."""
    correlation_s: float = 27.0
    """Time after which the error has forgotten all but 1/e of itself; measured median."""
    outlier_share: float = 0.0
    """Of the fixes, how many lie 30 to 100 m off."""


def pace_out(
    line: Sequence[tuple[float, float]],
    *,
    pace_mps: float = WALKING_MPS,
    sampling_s: float = 1.0,
    start_s: float = 0.0,
    pauses: Iterable[Pause] = (),
) -> Iterator[Moment]:
    """Walk along a line in local metres, one moment each `sampling_s`, to its end and no further.

    Pauses count from the start along the line; those beyond its end are left out.
    """
    ahead = sorted(pauses, reverse=True)
    legs = [(*a, *b, hypot(b[0] - a[0], b[1] - a[1])) for a, b in pairwise(line)]
    length = sum(leg[-1] for leg in legs)
    at_s, along = start_s, 0.0
    while along <= length:
        yield Moment(at_s, *_place(legs, along))
        at_s += sampling_s
        stride = pace_mps * sampling_s
        if ahead and ahead[-1].along_m <= along:
            pause = ahead.pop()
            if pause.pause_s > sampling_s:
                ahead.append(Pause(pause.along_m, pause.pause_s - sampling_s))
            stride = 0.0
        along += stride


def _place(
    legs: Sequence[tuple[float, float, float, float, float]], along_m: float
) -> tuple[float, float]:
    for ax, ay, bx, by, length in legs:
        if along_m <= length and length > 0.0:
            share = along_m / length
            return ax + (bx - ax) * share, ay + (by - ay) * share
        along_m -= length
    return legs[-1][2], legs[-1][3]


def observe(
    moments: Iterable[Moment], projection: Projection, noise: Noise, chance: Chance
) -> Iterator[Fix]:
    """What the phone reports of each moment; it knows its sigma and says so.

    The error starts as it goes on: drawn from the same distribution.
    """
    error, before_s = None, 0.0
    for moment in moments:
        if error is None:
            error = (chance.gauss(0.0, noise.sigma_m), chance.gauss(0.0, noise.sigma_m))
        else:
            error = _drift(error, moment.at_s - before_s, noise, chance)
        before_s = moment.at_s
        off_x, off_y = _outlier(noise, chance)
        place = projection.to_lonlat(moment.x + error[0] + off_x, moment.y + error[1] + off_y)
        yield Fix(moment.at_s, place.lon, place.lat, noise.sigma_m * ACCURACY_SIGMAS)


def synthetic_walk(  # noqa: PLR0913 - each is a dial of the simulator
    line: Sequence[LonLat],
    projection: Projection,
    chance: Chance,
    *,
    noise: Noise,
    pace_mps: float = WALKING_MPS,
    sampling_s: float = 1.0,
    start_s: float = 0.0,
    pauses: Iterable[Pause] = (),
) -> Iterator[Fix]:
    """The fixes of a walk along a line of positions: `pace_out`, then `observe`."""
    moments = pace_out(
        [projection.to_xy(place) for place in line],
        pace_mps=pace_mps,
        sampling_s=sampling_s,
        start_s=start_s,
        pauses=pauses,
    )
    return observe(moments, projection, noise, chance)


def _drift(
    error: tuple[float, float], elapsed_s: float, noise: Noise, chance: Chance
) -> tuple[float, float]:
    kept = exp(-elapsed_s / noise.correlation_s)
    fresh = noise.sigma_m * sqrt(1.0 - kept * kept)
    x, y = (kept * part + chance.gauss(0.0, fresh) for part in error)
    return x, y


def _outlier(noise: Noise, chance: Chance) -> tuple[float, float]:
    if noise.outlier_share <= 0.0 or chance.random() >= noise.outlier_share:
        return 0.0, 0.0
    nearest, furthest = OUTLIER_M
    far = nearest + (furthest - nearest) * chance.random()
    turn = 2.0 * pi * chance.random()
    return far * cos(turn), far * sin(turn)
