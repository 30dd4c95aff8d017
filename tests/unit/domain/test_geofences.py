"""Zones for a phone's operating system: the nearest, and a circle that is never too large."""

from itertools import pairwise
from math import asin, atan2, cos, degrees, hypot, radians, sin, sqrt

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from odyssee.domain.geo import (
    EARTH_RADIUS_M,
    BBox,
    LineString,
    LonLat,
    Polygon,
    Projection,
    bbox_of,
    distance_m,
    point,
    projection_at,
)
from odyssee.domain.geofences import (
    EARLY_M,
    METRES_APART,
    Geofence,
    GeofenceIndex,
    build_index,
    choose,
    enclosing_circle,
)
from odyssee.domain.proximity.evidence import AT_MOST_M
from odyssee.domain.proximity.ground import ground_of
from odyssee.domain.zones import Zone

PERCHE = BBox(0.756, 48.139, 1.21, 48.72)
RIANTS = LonLat(0.91361, 48.26944)
every_case = settings(derandomize=True, deadline=None, max_examples=120)

anywhere = st.builds(LonLat, st.floats(-180, 180), st.floats(-90, 90))
in_the_perche = st.builds(LonLat, st.floats(0.756, 1.21), st.floats(48.139, 48.72))


def placed(plane: Projection, x: float, y: float) -> LonLat:
    place = plane.to_lonlat(x, y)
    return LonLat(round(place.lon, 7), round(place.lat, 7))


@st.composite
def zones_around(draw: st.DrawFn, plane: Projection) -> Zone:
    """A circle, a corridor or a star-shaped polygon within some kilometres of a legend's start."""
    metres = st.floats(-3_000, 3_000)
    x, y = draw(metres), draw(metres)
    kind = draw(st.sampled_from(["circle", "corridor", "polygon"]))
    if kind == "circle":
        middle = point(placed(plane, x, y))
        return Zone(id="z1", shape=middle, radius_m=draw(st.floats(5, 500)))
    if kind == "corridor":
        legs = st.tuples(st.floats(-400, 400), st.floats(-400, 400))
        line = [placed(plane, x + dx, y + dy) for dx, dy in draw(st.lists(legs, min_size=2))]
        shape = LineString("LineString", tuple(line))
        return Zone(id="z1", shape=shape, radius_m=draw(st.floats(5, 60)))
    turns = sorted(draw(st.sets(st.integers(0, 359), min_size=3, max_size=12)))
    reach = draw(st.lists(st.floats(10, 300), min_size=len(turns), max_size=len(turns)))
    ring = [
        placed(plane, x + m * cos(radians(turn)), y + m * sin(radians(turn)))
        for m, turn in zip(reach, turns, strict=True)
    ]
    return Zone(id="z1", shape=Polygon("Polygon", ((*ring, ring[0]),)))


planes = in_the_perche.map(projection_at)
planes_with_a_zone = planes.flatmap(lambda p: st.tuples(st.just(p), zones_around(p)))


def a_fence(number: int, zone: Zone) -> Geofence:
    return Geofence(f"légende-{number % 7}", f"arrêt-{number}", zone.id, *enclosing_circle(zone))


def a_circle(number: int, place: LonLat, radius_m: float = 35.0) -> Geofence:
    return Geofence(f"légende-{number % 7}", f"arrêt-{number}", "z1", place, radius_m)


def index_of(*fences: Geofence) -> GeofenceIndex:
    return build_index(fences, PERCHE)


def clearance_m(place: LonLat, fence: Geofence) -> float:
    return distance_m(place, fence.center) - fence.radius_m


def moved(place: LonLat, metres: float, bearing_deg: float) -> LonLat:
    """So far along a great circle."""
    arc, turn, lat = metres / EARTH_RADIUS_M, radians(bearing_deg), radians(place.lat)
    goal = asin(sin(lat) * cos(arc) + cos(lat) * sin(arc) * cos(turn))
    east = atan2(sin(turn) * sin(arc) * cos(lat), cos(arc) - sin(lat) * sin(goal))
    return LonLat(place.lon + degrees(east), degrees(goal))


def in_a_row(count: int, apart_m: float = 1_000.0) -> list[Geofence]:
    return [a_circle(n, moved(RIANTS, apart_m * n, 90.0)) for n in range(count)]


@every_case
@given(case=planes_with_a_zone, turn=st.integers(0, 359))
def test_a_circle_encloses_its_zone(case: tuple[Projection, Zone], turn: int) -> None:
    plane, zone = case
    center, radius_m = enclosing_circle(zone)
    ground = ground_of(zone, plane)
    x, y = plane.to_xy(center)
    for metres in (radius_m * (1.0 + METRES_APART), radius_m * 1.2, radius_m * 3):
        east, north = metres * cos(radians(turn)), metres * sin(radians(turn))
        assert ground.signed_distance(x + east, y + north) >= 0
    if isinstance(zone.shape, Polygon):
        assert all(distance_m(center, corner) <= radius_m for corner in zone.shape.coordinates[0])


@every_case
@given(case=planes_with_a_zone)
def test_a_circle_is_little_larger_than_it_must_be(case: tuple[Projection, Zone]) -> None:
    plane, zone = case
    _, radius_m = enclosing_circle(zone)
    match zone.shape:
        case Polygon(coordinates=(corners, *_)) | LineString(coordinates=corners):
            spots = [plane.to_xy(corner) for corner in corners]
            widest = max(hypot(ax - bx, ay - by) for ax, ay in spots for bx, by in spots)
            # Jung: a circle of width / sqrt(3) holds any shape of that width.
            assert radius_m <= (widest / sqrt(3) * 1.06 + (zone.radius_m or 0)) * 1.02 + 0.1
        case _:
            assert radius_m == zone.radius_m


def test_a_square_has_its_own_middle() -> None:
    plane = projection_at(RIANTS)
    ring = [placed(plane, x, y) for x, y in ((-50, -50), (50, -50), (50, 50), (-50, 50))]
    center, radius_m = enclosing_circle(
        Zone(id="z1", shape=Polygon("Polygon", ((*ring, ring[0]),)))
    )
    assert distance_m(center, RIANTS) < 0.1
    assert radius_m == pytest.approx(50 * sqrt(2), rel=0.015)


@every_case
@given(
    places=st.lists(in_the_perche | anywhere, min_size=1, max_size=150),
    radii=st.lists(st.floats(5, 2_000), min_size=1, max_size=9),
    here=in_the_perche | anywhere,
    limit=st.integers(2, 100),
)
def test_the_list_is_the_nearest_first(
    places: list[LonLat], radii: list[float], here: LonLat, limit: int
) -> None:
    fences = [a_circle(n, place, radii[n % len(radii)]) for n, place in enumerate(places)]
    listed = choose(index_of(*fences), here, limit=limit).listed
    assert len(listed) == len(set(listed)) == min(limit - 1, len(fences))
    near = [clearance_m(here, fence) for fence in listed]
    assert all(a <= b + 0.5 for a, b in pairwise(near))
    left = set(fences) - set(listed)
    assert all(clearance_m(here, fence) >= near[-1] - 0.5 for fence in left)


@every_case
@given(
    places=st.lists(st.sampled_from([RIANTS, LonLat(1.0, 48.3), LonLat(1.0, 48.4)]), max_size=80),
    limit=st.integers(2, 100),
    dice=st.randoms(use_true_random=False),
)
def test_zones_in_another_order_give_the_same_answer(
    places: list[LonLat], limit: int, dice: object
) -> None:
    fences = [a_circle(n, place) for n, place in enumerate(places)]
    shuffled = [*fences]
    dice.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random of Hypothesis
    first, again = (choose(index_of(*some), RIANTS, limit=limit) for some in (fences, shuffled))
    assert first == again
    by_name = sorted(fences, key=lambda fence: (fence.legend, fence.stop))
    wanted = sorted(by_name, key=lambda fence: clearance_m(RIANTS, fence))
    assert first.listed == tuple(wanted[: limit - 1])


@every_case
@given(
    cases=st.lists(planes_with_a_zone, min_size=2, max_size=12),
    here=in_the_perche,
    limit=st.integers(2, 8),
    accuracy_m=st.floats(1, 500),
    far=st.floats(0, 1),
    turn=st.floats(0, 360),
)
def test_inside_the_refresh_circle_every_other_zone_is_out_of_reach(
    cases: list[tuple[Projection, Zone]],
    here: LonLat,
    limit: int,
    accuracy_m: float,
    far: float,
    turn: float,
) -> None:
    fences = [a_fence(n, zone) for n, (_, zone) in enumerate(cases)]
    chosen = choose(index_of(*fences), here, accuracy_m=accuracy_m, limit=limit)
    assume(chosen.refresh.radius_m > 0)
    for fence, (plane, zone) in zip(fences, cases, strict=True):
        if fence in chosen.listed:
            continue
        towards = bearing_to(here, fence.center)
        for bearing, share in ((towards, 1.0), (turn, far)):
            there = moved(here, chosen.refresh.radius_m * share, bearing)
            out_m = ground_of(zone, plane).signed_distance(*plane.to_xy(there))
            assert out_m > AT_MOST_M + accuracy_m * (1.0 - METRES_APART)


def bearing_to(a: LonLat, b: LonLat) -> float:
    lat, goal, east = radians(a.lat), radians(b.lat), radians(b.lon - a.lon)
    north = cos(lat) * sin(goal) - sin(lat) * cos(goal) * cos(east)
    return degrees(atan2(sin(east) * cos(goal), north))


def test_the_last_zone_of_the_limit_bounds_the_circle() -> None:
    chosen = choose(index_of(*in_a_row(5)), RIANTS, accuracy_m=50.0, limit=3)
    assert [fence.stop for fence in chosen.listed] == ["arrêt-0", "arrêt-1"]
    assert not chosen.refresh.complete
    wanted = (2_000 - 35) * (1 - METRES_APART) - EARLY_M - 50
    assert chosen.refresh.radius_m == pytest.approx(wanted, abs=0.11)
    worse = choose(index_of(*in_a_row(5)), RIANTS, accuracy_m=250.0, limit=3)
    assert worse.refresh.radius_m == pytest.approx(wanted - 200, abs=0.11)


def test_two_circles_are_one_zone_and_the_refresh() -> None:
    chosen = choose(index_of(*in_a_row(5)), RIANTS, limit=2)
    assert [fence.stop for fence in chosen.listed] == ["arrêt-0"]
    assert 0 < chosen.refresh.radius_m < 1_000 - 35


def test_zones_too_close_for_a_circle_ask_again_at_once() -> None:
    refresh = choose(index_of(*in_a_row(5, apart_m=60.0)), RIANTS, limit=2).refresh
    assert (refresh.radius_m, refresh.complete) == (0.0, False)


def test_when_all_are_listed_the_circle_holds_the_whole_territory() -> None:
    few = choose(index_of(*in_a_row(4)), RIANTS, limit=5)
    assert len(few.listed) == 4
    assert few.refresh.complete
    corners = [LonLat(0.756, 48.139), LonLat(1.21, 48.72), LonLat(0.756, 48.72)]
    assert all(distance_m(RIANTS, corner) <= few.refresh.radius_m for corner in corners)
    one_more = choose(index_of(*in_a_row(5)), RIANTS, limit=5)
    assert not one_more.refresh.complete


def test_a_zone_outside_the_territory_is_within_a_complete_circle() -> None:
    brest = a_circle(1, LonLat(-4.4861, 48.3904))
    refresh = choose(index_of(brest), RIANTS).refresh
    assert refresh.radius_m >= distance_m(RIANTS, brest.center) + 35


def test_without_a_zone_the_answer_is_complete() -> None:
    chosen = choose(index_of(), RIANTS, limit=2)
    assert chosen.listed == ()
    assert chosen.refresh.complete


def test_a_visitor_inside_a_zone_finds_it_first() -> None:
    wide = a_circle(9, moved(RIANTS, 400, 0), radius_m=450.0)
    near = a_circle(1, moved(RIANTS, 60, 180))
    listed = choose(index_of(near, wide), RIANTS, limit=3).listed
    assert [fence.stop for fence in listed] == ["arrêt-9", "arrêt-1"]


@every_case
@given(place=anywhere, seed=st.integers(0, 99))
def test_any_number_of_zones_is_told_as_if_they_were_measured_one_by_one(
    place: LonLat, seed: int
) -> None:
    here = moved(RIANTS, seed * 400.0, seed * 37.0) if seed % 3 else place
    wanted = sorted(MANY, key=lambda fence: clearance_m(here, fence))[:20]
    listed = choose(MANY_INDEX, here, limit=20).listed
    for ours, theirs in zip(listed, wanted[:19], strict=True):
        assert clearance_m(here, ours) == pytest.approx(clearance_m(here, theirs), abs=0.5)


MANY = [
    a_circle(n, moved(moved(RIANTS, (n % 61) * 700.0, n % 61 * 47.0), n % 29 * 40.0, n * 11.0))
    for n in range(3_000)
]
MANY_INDEX = build_index(MANY, bbox_of([fence.center for fence in MANY]))
