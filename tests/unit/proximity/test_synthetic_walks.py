"""The simulator's walks: pace, pauses, and errors that look like a phone's."""

import math
import random
from statistics import correlation, fmean, pstdev
from types import SimpleNamespace

import pytest

from odyssee.domain.geo import LonLat
from odyssee.domain.walks import Moment, Noise, Pause, observe, pace_out, synthetic_walk


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a walk that repeats, no secret


def test_a_walk_keeps_its_pace_around_corners() -> None:
    moments = list(pace_out([(0, 0), (10, 0), (10, 10)], pace_mps=2.0, sampling_s=1.0))
    assert [(m.x, m.y) for m in moments[4:7]] == [(8, 0), (10, 0), (10, 2)]
    assert len(moments) == 11
    assert (moments[-1].x, moments[-1].y) == (10, 10)


def test_a_pause_lasts_as_long_as_the_story() -> None:
    moments = list(pace_out([(0, 0), (100, 0)], pace_mps=1.0, pauses=[Pause(50, 30)]))
    assert sum(m.x == 50 for m in moments) == 31
    assert moments[-1].at_s == 130


def test_a_pause_in_sparse_fixes_stands_still() -> None:
    moments = list(
        pace_out([(0, 0), (100, 0)], pace_mps=1.0, sampling_s=10, pauses=[Pause(45, 30)])
    )
    assert [m.x for m in moments[4:10]] == [40, 50, 50, 50, 50, 60]


def test_the_same_seed_gives_the_same_walk(tell: SimpleNamespace) -> None:
    line = [LonLat(0.91361, 48.26944), LonLat(0.92, 48.27)]
    a, b, c = (
        list(synthetic_walk(line, tell.projection, dice(seed), noise=Noise())) for seed in (1, 1, 2)
    )
    assert a == b
    assert a != c


def test_the_error_has_the_asked_spread_and_correlation(tell: SimpleNamespace) -> None:
    still = (Moment(float(n), 0.0, 0.0) for n in range(100_000))
    fixes = observe(still, tell.projection, Noise(10.0, 27.0), dice(3))
    errors = [tell.projection.to_xy(LonLat(f.lon, f.lat))[0] for f in fixes]
    assert pstdev(errors) == pytest.approx(10.0, rel=0.05)
    assert correlation(errors[:-27], errors[27:]) == pytest.approx(math.exp(-1), abs=0.05)
    assert fmean(errors) == pytest.approx(0.0, abs=1.0)


def test_outliers_lie_30_to_100_m_off(tell: SimpleNamespace) -> None:
    still = (Moment(float(n), 0.0, 0.0) for n in range(4_000))
    fixes = list(observe(still, tell.projection, Noise(0.001, 27.0, 0.05), dice(4)))
    far = [math.hypot(*tell.projection.to_xy(LonLat(f.lon, f.lat))) for f in fixes]
    outliers = [m for m in far if m > 1]
    assert 0.04 < len(outliers) / len(far) < 0.06
    assert 29 < min(outliers) < max(outliers) < 101
