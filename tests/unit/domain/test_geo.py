"""Places: known distances, bearings, and local metres that agree with them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.geo import (
    BBox,
    LonLat,
    bbox_of,
    bearing_deg,
    distance_m,
    length_m,
    projection_at,
)

NOGENT, THIRON = LonLat(0.8225, 48.3225), LonLat(0.99361, 48.31194)
near = st.floats(-0.05, 0.05).map(lambda offset: round(offset, 6))


def test_nogent_and_thiron_are_as_far_apart_as_the_sources_say() -> None:
    assert distance_m(NOGENT, THIRON) == pytest.approx(12_700, abs=100)


@pytest.mark.parametrize(
    ("to", "bearing"),
    [
        (LonLat(0.8225, 48.4), 0),
        (LonLat(0.9, 48.3225), 90),
        (LonLat(0.8225, 48.3), 180),
        (LonLat(0.7, 48.3225), 270),
    ],
)
def test_bearings_go_round_from_north(to: LonLat, bearing: float) -> None:
    assert bearing_deg(NOGENT, to) == pytest.approx(bearing, abs=0.2)


@given(east=near, north=near)
def test_local_metres_agree_with_the_sphere(east: float, north: float) -> None:
    projection = projection_at(NOGENT)
    place = LonLat(NOGENT.lon + east, NOGENT.lat + north)
    local = math.hypot(*projection.to_xy(place))
    assert local == pytest.approx(distance_m(NOGENT, place), rel=0.005, abs=0.01)
    back = projection.to_lonlat(*projection.to_xy(place))
    assert back == pytest.approx(place, abs=1e-9)


@given(east=near, north=near)
def test_distance_is_the_same_both_ways_and_bearing_stays_in_its_circle(
    east: float, north: float
) -> None:
    place = LonLat(NOGENT.lon + east, NOGENT.lat + north)
    assert distance_m(NOGENT, place) == pytest.approx(distance_m(place, NOGENT))
    assert 0 <= bearing_deg(NOGENT, place) < 360


def test_a_line_is_as_long_as_its_legs() -> None:
    assert length_m([NOGENT, THIRON, NOGENT]) == pytest.approx(2 * distance_m(NOGENT, THIRON))
    assert length_m([NOGENT]) == 0


def test_boxes_meet_at_a_shared_edge_and_not_beyond() -> None:
    box = bbox_of([NOGENT, THIRON])
    assert box == BBox(0.8225, 48.31194, 0.99361, 48.3225)
    assert box.meets(BBox(0.99361, 48.3, 1, 48.32))
    assert not box.meets(BBox(0.9937, 48.3, 1, 48.32))


@pytest.mark.parametrize("place", [(181, 0), (0, 91), (math.nan, 0), (0, math.inf)])
def test_no_place_lies_off_the_earth(place: tuple[float, float]) -> None:
    assert not LonLat(*place).is_on_earth
