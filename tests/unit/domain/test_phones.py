"""How simulated phones err: what is asked for is what they do."""

import math
import random
from itertools import pairwise
from statistics import correlation, fmean, pstdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odyssee.domain.geo import LonLat, projection_at
from odyssee.domain.phones import Phone, report_walk
from odyssee.domain.proximity import Fix

VICHERES = projection_at(LonLat(0.91361, 48.26944))


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a walk that repeats, no secret


def fixes_of(phone: Phone, seed: int = 1, count: int = 20_000) -> list[Fix]:
    """What the phone of somebody on a straight way east reports."""
    samples = [(n * phone.sampling_s, 0.0, 0.0, float(n)) for n in range(count)]
    return report_walk(samples, VICHERES, phone, dice(seed))


def errors_of(fixes: list[Fix]) -> list[float]:
    return [VICHERES.to_xy(LonLat(fix.lon, fix.lat))[0] for fix in fixes]


@settings(max_examples=20)
@given(
    st.builds(
        Phone,
        sigma_m=st.floats(0, 50),
        correlation_s=st.floats(0, 120),
        sampling_s=st.sampled_from([1.0, 5.0]),
        under_trees=st.floats(0, 1),
        dropouts=st.floats(0, 0.9),
        outliers=st.floats(0, 0.5),
    ),
    st.integers(),
)
def test_the_same_seed_gives_the_same_fixes_in_order(phone: Phone, seed: int) -> None:
    once, again = (fixes_of(phone, seed, count=200) for _ in range(2))
    assert once == again
    assert all(a.at_s < b.at_s for a, b in pairwise(once))
    assert all(math.isfinite(fix.lon) and math.isfinite(fix.lat) for fix in once)


def test_the_error_is_drawn_as_the_standard_library_draws_normal_numbers() -> None:
    chance, kept = dice(8), math.exp(-1.0 / 27.0)
    x, y = chance.gauss(0.0, 10.0), chance.gauss(0.0, 10.0)
    for fix in fixes_of(Phone(), seed=8, count=1_000):
        x = kept * x + chance.gauss(0.0, 10.0 * math.sqrt(1.0 - kept * kept))
        y = kept * y + chance.gauss(0.0, 10.0 * math.sqrt(1.0 - kept * kept))
        assert LonLat(fix.lon, fix.lat) == VICHERES.to_lonlat(x, y)  # to the bit


@pytest.mark.parametrize("sampling_s", [1.0, 5.0])
def test_the_error_has_the_asked_spread_and_correlation(sampling_s: float) -> None:
    errors = errors_of(fixes_of(Phone(10.0, 30.0, sampling_s), seed=3, count=60_000))
    apart = round(30.0 / sampling_s)
    assert pstdev(errors) == pytest.approx(10.0, rel=0.08)
    assert correlation(errors[:-apart], errors[apart:]) == pytest.approx(math.exp(-1), abs=0.07)


def test_a_perfect_phone_says_the_truth_and_knows_it() -> None:
    fixes = fixes_of(Phone(sigma_m=0.0), count=50)
    assert errors_of(fixes) == pytest.approx([0.0] * 50, abs=1e-6)
    assert all(fix.accuracy_m == 1.0 for fix in fixes)


def test_under_trees_the_error_is_larger_on_a_stretch_and_the_phone_says_so() -> None:
    fixes = fixes_of(Phone(10.0, 0.0, under_trees=0.25))
    covered = [fix.accuracy_m == pytest.approx(10 * 1.51 * 2.5) for fix in fixes]
    assert fmean(covered) == pytest.approx(0.25, abs=0.01)
    assert sum(a != b for a, b in pairwise(covered)) <= 2
    inside = [error for error, is_in in zip(errors_of(fixes), covered, strict=True) if is_in]
    assert pstdev(inside) == pytest.approx(25, rel=0.1)


def test_dropouts_are_bursts_that_take_their_share_of_the_time() -> None:
    fixes = fixes_of(Phone(dropouts=0.3), count=60_000)
    assert 1 - len(fixes) / 60_000 == pytest.approx(0.3, abs=0.05)
    gaps = [b.at_s - a.at_s for a, b in pairwise(fixes) if b.at_s - a.at_s > 1]
    assert 25 < fmean(gaps) < 55


@pytest.mark.parametrize("share", [0.2, 0.5])
@pytest.mark.parametrize("sampling_s", [1.0, 5.0, 15.0, 30.0, 60.0])
def test_dropouts_take_their_share_however_sparse_the_fixes(
    sampling_s: float, share: float
) -> None:
    count = round(300_000 / sampling_s)
    fixes = fixes_of(Phone(sampling_s=sampling_s, dropouts=share), count=count)
    assert 1 - len(fixes) / count == pytest.approx(share, abs=0.03)


def test_a_phone_is_silent_at_the_start_as_often_as_later() -> None:
    phone = Phone(dropouts=0.5)
    heard = [bool(fixes_of(phone, seed, count=1)) for seed in range(2_000)]
    assert fmean(heard) == pytest.approx(0.5, abs=0.05)


def test_outliers_lie_30_to_100_m_off_in_their_share() -> None:
    fixes = fixes_of(Phone(sigma_m=0.001, outliers=0.05))
    far = [math.hypot(*VICHERES.to_xy(LonLat(fix.lon, fix.lat))) for fix in fixes]
    outliers = [m for m in far if m > 1]
    assert len(outliers) / len(far) == pytest.approx(0.05, abs=0.01)
    assert 29 < min(outliers) < max(outliers) < 101


def test_a_boastful_phone_claims_half_of_its_error() -> None:
    assert {fix.accuracy_m for fix in fixes_of(Phone(claimed=0.5), count=5)} == {10 * 1.51 / 2}
