"""Where the walker is taken to be: the filter, the doubt of the phone, the known path."""

import math
import random
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odyssee.domain.progress import Estimate, Mark
from odyssee.domain.proximity import follow
from odyssee.domain.proximity.estimate import (
    DOUBT_MAX,
    DOUBT_MIN,
    advance,
    begin,
    correct,
    is_sound,
    learn,
    look,
    trusted,
)
from odyssee.domain.proximity.ground import path_of

every_case = settings(derandomize=True, deadline=None, max_examples=100)
DOUBTS = st.floats(DOUBT_MIN, DOUBT_MAX)
HOPS = st.tuples(
    st.floats(0.001, 60.0), st.floats(-60.0, 60.0), st.floats(-60.0, 60.0), st.floats(3.3, 66.3)
)


def walked(hops: list[tuple[float, float, float, float]], east: float = 0.0) -> list[Estimate]:
    """The estimate after each hop: seconds, metres east and north, sigma."""
    mark, doubt = Mark(0.0, east, 0.0, 5.0), 1.0
    found = [begin(mark, doubt)]
    for elapsed_s, dx, dy, sigma_m in hops:
        mark = Mark(mark.at_s + elapsed_s, mark.x + dx, mark.y + dy, sigma_m)
        estimate, surprise = correct(advance(found[-1], elapsed_s), mark, doubt)
        assert surprise >= 0.0
        assert is_sound(estimate, mark)
        assert estimate != begin(mark, doubt)  # it was so by itself
        doubt = learn(doubt, surprise)
        found.append(estimate)
    return found


def doubt_of(errs_m: float, says_m: float, seconds: int, seed: int) -> float:
    """What is thought of a phone whose error drifts with a memory of 27 s."""
    dice = random.Random(seed)  # noqa: S311 - a phone that repeats, no secret
    keeps = math.exp(-1.0 / 27.0)
    x, y = dice.gauss(0.0, errs_m), dice.gauss(0.0, errs_m)
    doubt = 1.0
    estimate = begin(Mark(0.0, x, y, says_m), doubt)
    for n in range(1, seconds + 1):
        fresh = errs_m * math.sqrt(1.0 - keeps * keeps)
        x, y = keeps * x + dice.gauss(0.0, fresh), keeps * y + dice.gauss(0.0, fresh)
        mark = Mark(float(n), 1.3 * n + x, y, says_m)
        estimate, surprise = correct(advance(estimate, 1.0), mark, doubt)
        doubt = learn(doubt, surprise)
    return doubt


@every_case
@given(hops=st.lists(HOPS, max_size=40))
def test_no_walk_makes_an_estimate_unsound(hops: list[tuple[float, float, float, float]]) -> None:
    for estimate in walked(hops):
        assert min(estimate.pxx, estimate.pvv, estimate.puu) >= 0.0


@every_case
@given(hops=st.lists(HOPS, max_size=20), east=st.integers(-4096, 4096))
def test_moving_the_fixes_moves_the_estimate_and_nothing_else(
    hops: list[tuple[float, float, float, float]], east: int
) -> None:
    for here, there in zip(walked(hops), walked(hops, float(east)), strict=True):
        assert there.x - east == pytest.approx(here.x, abs=1e-6)
        assert there[1:] == pytest.approx(here[1:], abs=1e-6)


@every_case
@given(doubt=DOUBTS, surprise=st.floats(0.0, 1e12))
def test_the_doubt_stays_within_its_bounds_and_moves_little(doubt: float, surprise: float) -> None:
    after = learn(doubt, surprise)
    assert DOUBT_MIN <= after <= DOUBT_MAX
    assert 0.95 * doubt < after < 1.13 * doubt or after in (DOUBT_MIN, DOUBT_MAX)


@every_case
@given(doubt=DOUBTS, other=DOUBTS)
def test_the_trust_follows_the_doubt_and_rests_at_1_while_chance_explains_it(
    doubt: float, other: float
) -> None:
    less, more = sorted((doubt, other))
    assert trusted(less) <= trusted(more)
    assert trusted(1.0) == trusted(1.5) == trusted(0.7) == 1.0


@pytest.mark.parametrize("seed", range(8))
def test_a_phone_that_says_10_m_and_errs_20_is_doubted_within_a_minute(seed: int) -> None:
    assert trusted(doubt_of(20.0, 10.0 / 1.51, 60, seed)) > 1.2


@pytest.mark.parametrize("seed", range(8))
def test_a_phone_that_errs_as_it_says_is_believed(seed: int) -> None:
    assert trusted(doubt_of(6.6, 6.6, 300, seed)) <= 1.0


def test_a_spike_that_passes_the_gate_moves_the_walker_little() -> None:
    quiet = [(1.0, 1.3, 0.0, 5.3)] * 30
    *_, before = walked(quiet)
    *_, after = walked([*quiet, (1.0, 1.3, 20.0, 5.3)])
    assert abs(after.y - before.y) < 5.0


def test_near_a_known_path_the_walker_is_on_it(tell: SimpleNamespace) -> None:
    route = tell.a_route((0, 0), (100, 0), (100, 100))
    path = path_of(route.line, tell.projection)
    here = begin(Mark(0.0, 50.0, 12.0, 5.0), 1.0)
    seen = look(here, path)
    assert (seen.x, seen.y) == (50.0, 12.0)
    assert (seen.path_x, seen.path_y, seen.aside_m) == pytest.approx((50.0, 0.0, 12.0))
    gone = look(begin(Mark(0.0, 50.0, 40.0, 5.0), 1.0), path)
    assert (gone.path_x, gone.path_y) == (50.0, 40.0)
    assert gone.aside_m == pytest.approx(40.0)
    assert look(here, ()) == (50.0, 12.0, 50.0, 12.0, seen.sigma_m, 0.0)


def test_a_zone_on_the_path_is_entered_by_a_phone_that_errs_to_the_side(
    tell: SimpleNamespace,
) -> None:
    fixes = tell.fixes_at(tell.steps(-80, 80), y=17.0)
    stop = tell.a_stop(radius_m=12)
    for status, entered in (("traced", ["enter"]), ("walked", ["enter"]), ("sketch", [])):
        route = tell.a_route((-100, 0), (100, 0), status=status)
        told = follow(tell.a_trail(stop, route=route), fixes, None)
        assert tell.kinds(told, "enter") == entered


def test_a_zone_beside_the_path_is_not_pulled_onto_it(tell: SimpleNamespace) -> None:
    stop = tell.a_stop(y=35, radius_m=20)
    route = tell.a_route((-100, 0), (100, 0))
    fixes = tell.fixes_at(tell.steps(-80, 0), y=16.0) + tell.fixes_at([0.0] * 30, from_s=70, y=16.0)
    told = [follow(tell.a_trail(stop, route=r), fixes, None) for r in (None, route)]
    assert tell.kinds(told[0], "enter") == tell.kinds(told[1], "enter") == ["enter"]
