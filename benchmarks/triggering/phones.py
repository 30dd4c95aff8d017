"""Phones that err: slowly drifting errors, lone outliers, and what is left of a fix a second."""

from dataclasses import dataclass
from itertools import accumulate
from math import exp, sqrt

import numpy as np

from odyssee.domain.walks import ACCURACY_SIGMAS, OUTLIER_M
from triggering.course import BoolArray, FloatArray, Readings, Track, Walk
from triggering.world import Habit, lay_out, walk_along

OUTLIER_SHARE = 0.05
BURST_ON_S, BURST_OFF_S = 20, 40


@dataclass(frozen=True)
class Phone:
    """How a phone errs and how often it speaks (design/triggers.md, section 6)."""

    sigma_m: float
    """Standard deviation of the drifting error on each axis."""
    correlation_s: float = 27.0
    """After this time the error has forgotten all but 1/e of itself."""
    sampling_s: int = 1
    bursts: bool = False
    """Speaks for 20 s, then is silent for 40 s."""
    told_share: float = 1.0
    """Reported accuracy over the honest one, which is 1.51 sigma."""


def simulate(phone: Phone, habit: Habit, seed: int, number: int) -> Walk:
    """A walk by its seed and number; the same ones give other phones the same ground and luck."""
    dice = np.random.default_rng([seed, number])
    course = lay_out(dice, habit)
    track = walk_along(course, habit)
    readings = observe(track, phone, np.random.default_rng([seed, number, 1]))
    return Walk(course, track, readings, (float(track.at_s[0]), float(track.at_s[-1])))


def observe(track: Track, phone: Phone, dice: np.random.Generator) -> Readings:
    """What the phone says of a track: a first-order drift on each axis, 5 % of outliers on top."""
    count = len(track.at_s)
    normal = dice.standard_normal((count, 2))
    xy = track.xy + phone.sigma_m * _drift(normal, phone.correlation_s) + _outliers(count, dice)
    told_m = np.full(count, ACCURACY_SIGMAS * phone.sigma_m * phone.told_share)
    readings = Readings(track.at_s, xy, told_m)
    return readings.only(_heard(count, phone, int(dice.integers(0, 60))))


def _drift(normal: FloatArray, correlation_s: float) -> FloatArray:
    """An error of standard deviation 1 that starts as it goes on, each second on each axis."""
    kept = exp(-1.0 / correlation_s)
    fresh = sqrt(1.0 - kept * kept)
    axes = []
    for axis in normal.T.tolist():
        steps = [axis[0], *(fresh * part for part in axis[1:])]
        axes.append(list(accumulate(steps, lambda error, step: kept * error + step)))
    return np.array(axes).T


def _outliers(count: int, dice: np.random.Generator) -> FloatArray:
    off = dice.random(count) < OUTLIER_SHARE
    far_m = np.where(off, dice.uniform(*OUTLIER_M, count), 0.0)
    turn = dice.uniform(0.0, 2.0 * np.pi, count)
    return np.stack([far_m * np.cos(turn), far_m * np.sin(turn)], axis=1)


def _heard(count: int, phone: Phone, phase_s: int) -> BoolArray:
    clock_s = np.arange(count) + phase_s
    heard: BoolArray = clock_s % phone.sampling_s == 0
    if phone.bursts:
        heard &= clock_s % (BURST_ON_S + BURST_OFF_S) < BURST_ON_S
    return heard
