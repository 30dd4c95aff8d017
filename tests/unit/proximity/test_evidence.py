"""The numbers under the decisions: the normal distribution, the share inside, distances."""

import math
from types import SimpleNamespace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from odyssee.domain.geo import LonLat
from odyssee.domain.proximity.evidence import (
    DEEP_SIGMAS,
    LEAVE_SHARE,
    enough_to_enter_s,
    phi,
    share_inside,
)
from odyssee.domain.proximity.ground import Area, Corridor, ground_of
from odyssee.domain.zones import Zone

SIGMAS = st.floats(3.3, 67.0)
INRADII = st.floats(1.0, 500.0)


@given(st.floats(-40.0, 40.0))
def test_phi_is_the_normal_distribution(z: float) -> None:
    assert phi(z) == pytest.approx(0.5 * math.erfc(-z / math.sqrt(2.0)), abs=1.5e-7)


@settings(derandomize=True)
@given(SIGMAS, INRADII, st.data())
def test_the_share_stays_between_0_and_1_and_falls_with_distance(
    sigma_m: float, inradius_m: float, data: st.DataObject
) -> None:
    near, far = sorted(data.draw(st.tuples(*[st.floats(-inradius_m, 2000.0)] * 2)))
    nearer, further = (share_inside(at, sigma_m, inradius_m) for at in (near, far))
    assert 0.0 <= further <= 1.0
    assert further <= nearer + 1e-12


@settings(derandomize=True)
@given(SIGMAS, INRADII)
def test_the_share_is_1_at_the_heart_whatever_the_receiver(
    sigma_m: float, inradius_m: float
) -> None:
    assert share_inside(-inradius_m, sigma_m, inradius_m) == pytest.approx(1.0, abs=1e-9)


@settings(derandomize=True)
@given(SIGMAS, INRADII)
def test_two_sigmas_outside_nothing_speaks_for_being_in(sigma_m: float, inradius_m: float) -> None:
    assert share_inside(2.0 * sigma_m, sigma_m, inradius_m) < 0.3


@settings(derandomize=True)
@given(SIGMAS, INRADII, st.floats(0.0, 1.0))
def test_a_sigma_inside_nothing_speaks_for_having_left(
    sigma_m: float, inradius_m: float, share: float
) -> None:
    depth_m = DEEP_SIGMAS * sigma_m * (1.0 - share) + inradius_m * share
    assume(DEEP_SIGMAS * sigma_m <= depth_m <= inradius_m)
    assert share_inside(-depth_m, sigma_m, inradius_m) > 0.8 > LEAVE_SHARE


def test_evidence_needed_grows_with_sigma_between_1_and_8_seconds() -> None:
    asked_s = [enough_to_enter_s(sigma_m) for sigma_m in (2.0, 4.0, 10.0, 20.0, 30.0, 60.0)]
    assert asked_s == [1.2, 2.0, 2.9, 2.9, 5.0, 8.0]


@given(SIGMAS, SIGMAS)
def test_a_worse_receiver_never_asks_for_less_evidence(one_m: float, other_m: float) -> None:
    assert enough_to_enter_s(min(one_m, other_m)) <= enough_to_enter_s(max(one_m, other_m))


def test_a_corridor_is_measured_from_its_nearest_leg(tell: SimpleNamespace) -> None:
    zone = Zone(id="z", shape=tell.a_line((0, 0), (100, 0), (100, 100)), radius_m=10)
    ground = ground_of(zone, tell.projection)
    assert isinstance(ground, Corridor)
    places = [(50, 0), (50, 30), (130, 50), (-30, -40)]
    found = [ground.signed_distance(x, y) for x, y in places]
    assert found == pytest.approx([-10, 20, 20, 40], abs=1e-6)


def test_a_polygon_is_negative_inside_and_positive_in_its_hole(tell: SimpleNamespace) -> None:
    square = [(0, 0), (100, 0), (100, 100), (0, 100)]
    hole = [(40, 40), (60, 40), (60, 60), (40, 60)]
    ground = ground_of(Zone(id="z", shape=tell.a_polygon(square, hole)), tell.projection)
    assert isinstance(ground, Area)
    places = [(10, 50), (50, 50), (130, 50), (50, 0)]
    found = [ground.signed_distance(x, y) for x, y in places]
    assert found == pytest.approx([-10, 10, 30, 0], abs=1e-6)
    assert ground.inradius_m == pytest.approx(40 / (1 + math.sqrt(0.5)), abs=0.1)


def test_an_l_shape_knows_its_deepest_place(tell: SimpleNamespace) -> None:
    ell = [(0, 0), (200, 0), (200, 40), (40, 40), (40, 200), (0, 200)]
    ground = ground_of(Zone(id="z", shape=tell.a_polygon(ell)), tell.projection)
    assert ground.inradius_m == pytest.approx(40 * (2 - math.sqrt(2)), abs=0.1)


def test_a_circle_without_radius_is_refused(tell: SimpleNamespace) -> None:
    circle = tell.a_stop().zones[0]
    with pytest.raises(ValueError, match="radius_m"):
        ground_of(Zone(id="z", shape=circle.shape), tell.projection)


def test_projection_and_back_is_the_same_place(tell: SimpleNamespace) -> None:
    place = LonLat(0.95, 48.3)
    back = tell.projection.to_lonlat(*tell.projection.to_xy(place))
    assert back == pytest.approx(place, abs=1e-12)
