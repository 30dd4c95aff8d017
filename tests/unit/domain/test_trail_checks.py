"""The trail linter: what a walk would meet that its author did not see on the map."""

from dataclasses import replace

import pytest

from odyssee.domain.checks import check_legend
from odyssee.domain.geo import LineString, LonLat, Point
from odyssee.domain.legends import Legend, Route
from odyssee.domain.stops import Stop
from odyssee.domain.trail_checks import advise_trail
from odyssee.domain.zones import Zone
from tests.builders import HERBAGE, STEP_LON, a_legend, a_stop

NORTH_M = 1 / 111_200
"""Degrees of latitude a metre."""


def told(legend: Legend) -> list[tuple[str, str]]:
    """The advice on places; how long it takes has a test of its own."""
    found = [(p.where, p.code) for p in advise_trail(legend, lambda _: True)]
    return [advice for advice in found if advice[0] != "duration_min"]


def moved(stop: Stop, north_m: float, radius_m: float = 35.0) -> Stop:
    place = LonLat(stop.location.lon, round(stop.location.lat + north_m * NORTH_M, 6))
    return replace(stop, zones=(Zone(id="z1", shape=Point("Point", place), radius_m=radius_m),))


def a_trail(*stops: Stop, **changes: object) -> Legend:
    """A legend whose route goes from stop to stop."""
    line = tuple(stop.location for stop in stops)
    known = {"stops": stops, "route": Route(status="sketch", line=line), "duration_min": 18}
    return replace(a_legend(), **(known | changes))  # type: ignore[arg-type]  # keys of Legend


def test_a_sound_trail_is_left_alone() -> None:
    assert told(a_trail(a_stop("un", 0), a_stop("deux", 1), a_stop("trois", 2))) == []


def test_a_zone_smaller_than_a_phones_error_is_told() -> None:
    legend = a_trail(a_stop("un", 0), moved(a_stop("deux", 1), 0, radius_m=20))
    assert told(legend) == [("stops/1/zones/0/radius_m", "zone_small")]


@pytest.mark.parametrize(("gap_m", "codes"), [(15, ["zones_close"]), (25, [])])
def test_zones_that_nearly_touch_are_told(gap_m: float, codes: list[str]) -> None:
    one = a_stop("un", 0)
    beside = moved(replace(one, slug="deux"), 70 + gap_m)
    legend = a_trail(one, beside, route=Route(status="sketch", line=(HERBAGE, beside_of(beside))))
    assert [code for _, code in told(legend)] == codes


def beside_of(stop: Stop) -> LonLat:
    shape = stop.zones[0].shape
    assert isinstance(shape, Point)
    return shape.coordinates


@pytest.mark.parametrize(("away_m", "code"), [(60, "route_misses_zone"), (300, "zone_unreachable")])
def test_a_zone_beside_the_route_is_told_with_its_distance(away_m: float, code: str) -> None:
    legend = a_trail(a_stop("un", 0), moved(a_stop("deux", 1), away_m), a_stop("trois", 2))
    (problem,) = advise_trail(legend, lambda _: True)
    assert (problem.where, problem.code) == ("stops/1/zones/0", code)
    assert abs(float(problem.values["away_m"]) - (away_m - 35)) <= 1


def test_a_route_that_crosses_a_zone_before_its_turn_is_told() -> None:
    stops = (a_stop("un", 0), a_stop("trois", 2), a_stop("deux", 1))
    assert ("stops/2/zones/0", "route_out_of_order") in told(a_trail(*stops))
    assert told(a_trail(*stops, order="free")) == []


def test_a_route_that_comes_back_to_its_start_is_in_order() -> None:
    stops = (a_stop("un", 0), a_stop("deux", 1), a_stop("trois", 2))
    there = tuple(stop.location for stop in stops)
    back = replace(a_trail(*stops), route=Route(status="sketch", line=(*there, HERBAGE)))
    assert told(back) == []


def test_a_stated_duration_far_from_route_and_stories_is_told() -> None:
    legend = a_trail(a_stop("un", 0), a_stop("deux", 1), duration_min=240)
    (problem,) = advise_trail(legend, lambda _: True)
    assert (problem.where, problem.code) == ("duration_min", "duration_far")
    assert problem.values["found"] == "240"


def test_a_corridor_is_measured_as_one() -> None:
    ends = (HERBAGE, LonLat(HERBAGE.lon + STEP_LON, HERBAGE.lat))
    lane = Zone(id="z1", shape=LineString("LineString", ends), radius_m=35)
    legend = a_trail(replace(a_stop("un", 0), zones=(lane,)), a_stop("trois", 2))
    assert told(legend) == []


def test_places_that_are_wrong_are_not_measured() -> None:
    legend = a_trail(a_stop("un", 0), moved(a_stop("deux", 1), 300))
    assert list(advise_trail(legend, lambda where: where != "stops/1")) == []


def test_the_advice_is_part_of_a_check() -> None:
    legend = a_trail(a_stop("un", 0), moved(a_stop("deux", 1), 300), a_stop("trois", 2))
    assert "zone_unreachable" in {problem.code for problem in check_legend(legend, None)}
