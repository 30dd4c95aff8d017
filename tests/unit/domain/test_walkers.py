"""Where simulated walkers truly go, and when they truly stand on the ground of a stop."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.errors import InputInvalid
from odyssee.domain.geo import LonLat, point, projection_at
from odyssee.domain.proximity import Fix, Trail, TrailStop, build_trail
from odyssee.domain.walkers import (
    CYCLING_MPS,
    LINGER_S,
    Visit,
    Walker,
    sample,
    walk_along,
    walk_recorded,
)
from odyssee.domain.zones import Zone

VICHERES = projection_at(LonLat(0.91361, 48.26944))


def a_trail(*places: float, radius_m: float = 30.0, narration_s: float = 0.0) -> Trail:
    """Stops on a straight way east, so many metres from its beginning."""
    stops = [
        TrailStop(
            slug=f"l-étang-{n}",
            position=n,
            zones=(Zone(id="z1", shape=point(VICHERES.to_lonlat(x, 0)), radius_m=radius_m),),
            location=VICHERES.to_lonlat(x, 0),
            narration_s=narration_s,
        )
        for n, x in enumerate(places, 1)
    ]
    return build_trail(slug="riants", revision=1, projection=VICHERES, stops=stops)


def east(*metres: float) -> list[LonLat]:
    return [VICHERES.to_lonlat(x, 0) for x in metres]


def test_a_stop_is_entered_at_its_edge_and_left_at_the_other() -> None:
    true = walk_along(a_trail(100), east(0, 200), Walker(pace_mps=1.0))
    (visit,) = true.visits[0]
    assert visit == pytest.approx(Visit(from_s=70, until_s=130, along_m=70))


def test_a_walker_rests_at_each_stop_as_long_as_its_story() -> None:
    trail = a_trail(100, narration_s=40)
    true = walk_along(trail, east(0, 200), Walker(pace_mps=1.0))
    ((from_s, until_s, _),) = true.visits[0]
    assert until_s - from_s == pytest.approx(100, abs=1e-6)
    hasty = walk_along(trail, east(0, 200), Walker(pace_mps=1.0, rests=False))
    assert hasty.visits[0][0].until_s == pytest.approx(130)


def test_a_story_at_the_end_of_the_way_is_heard_out() -> None:
    true = walk_along(a_trail(100.4, narration_s=40), east(0, 100.4), Walker(pace_mps=1.3))
    assert true.moments[-1].at_s == pytest.approx(100.4 / 1.3 + 40 + LINGER_S, abs=3)


def test_nobody_rests_where_the_way_does_not_lead() -> None:
    trail = a_trail(100, 500, narration_s=40)
    true = walk_along(trail, east(0, 200), Walker(pace_mps=1.0))
    assert true.visits[1] == ()
    assert true.moments[-1].at_s == 200 + 40 + LINGER_S


def test_a_loop_rests_at_its_first_stop_when_it_begins() -> None:
    trail = a_trail(2.0, narration_s=40, radius_m=10)
    there_and_back = [*east(0, 100), *east(1)]
    true = walk_along(trail, there_and_back, Walker(pace_mps=1.0))
    assert true.visits[0][0].until_s > 40
    assert len(true.visits[0]) == 2


def test_the_other_way_round_begins_at_the_end() -> None:
    true = walk_along(a_trail(20, 180), east(0, 200), Walker(pace_mps=1.0, is_reversed=True))
    assert true.visits[1][0].from_s < true.visits[0][0].from_s
    assert true.moments[0].x == pytest.approx(200)


def test_a_bicycle_is_there_sooner() -> None:
    true = walk_along(a_trail(420), east(0, 420), Walker(pace_mps=CYCLING_MPS))
    assert true.visits[0][0].from_s == pytest.approx(390 / 4.2, abs=0.5)


def test_a_short_cut_leaves_out_the_middle_of_the_way() -> None:
    corner = [VICHERES.to_lonlat(*place) for place in ((0, 0), (100, 0), (100, 100))]
    true = walk_along(a_trail(100), corner, Walker(pace_mps=1.0, shortcut=0.5))
    assert true.along_m[-1] == pytest.approx(100 + math.hypot(50, 50), abs=1.5)
    assert (true.moments[-1].x, true.moments[-1].y) == pytest.approx((100, 100), abs=1.5)


@given(st.floats(0, 0.9), st.booleans())
def test_a_short_cut_is_never_longer(share: float, is_reversed: bool) -> None:  # noqa: FBT001 - Hypothesis gives it
    corners = [VICHERES.to_lonlat(*p) for p in ((0, 0), (50, 10), (60, 90), (200, 20))]
    whole, cut = (
        walk_along(a_trail(100), corners, Walker(shortcut=s, is_reversed=is_reversed)).along_m[-1]
        for s in (0.0, share)
    )
    assert cut <= whole + 1e-6


def test_a_route_without_length_is_refused() -> None:
    with pytest.raises(InputInvalid):
        walk_along(a_trail(0), east(0, 0), Walker())


def test_a_route_of_more_than_a_day_is_refused() -> None:
    with pytest.raises(InputInvalid):
        walk_along(a_trail(0), east(0, 200_000), Walker())


@pytest.mark.parametrize("sampling_s", [0.5, 1.0, 5.0, 7.3])
def test_a_phone_samples_the_same_way(sampling_s: float) -> None:
    true = walk_along(a_trail(100), east(0, 200), Walker(pace_mps=1.0))
    samples = sample(true, sampling_s)
    assert samples[1][0] == sampling_s
    assert all(x == pytest.approx(min(at_s, 200), abs=1e-6) for at_s, x, _y, _along in samples)


def test_a_recorded_walk_is_its_own_truth_without_what_is_too_coarse() -> None:
    places = [(0, 10.0), (60, 5_000.0), (120, 200.0)]
    fixes = [
        Fix(at_s, *VICHERES.to_lonlat(x, 0), accuracy_m=900 if x > 1_000 else 8)
        for at_s, x in places
    ]
    true = walk_recorded(a_trail(100), fixes)
    assert true is not None
    assert true.along_m[-1] == pytest.approx(190)
    assert walk_recorded(a_trail(100), fixes[1:2]) is None


def test_jitter_on_the_edge_is_one_visit() -> None:
    jitter = [68, 72, 69, 73, 90, 71, 69, 75, 128]
    fixes = [Fix(10 * n, *VICHERES.to_lonlat(x, 0)) for n, x in enumerate(jitter)]
    true = walk_recorded(a_trail(100), fixes)
    assert true is not None
    assert len(true.visits[0]) == 1
