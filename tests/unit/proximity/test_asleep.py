"""A phone sleeps inside its refresh circle: the engine, had it been awake, enters nothing else.

Invariant 18 (design: triggers, section 5), with every fix as wrong as the phone said it might
be, towards the zone that is nearest and not listed, claiming whatever it likes, and with a known
path that pulls the walker on.
"""

import random
from math import cos, hypot, pi, sin
from types import SimpleNamespace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from odyssee.domain.geo import BBox, LonLat, Projection, point, projection_at
from odyssee.domain.geofences import EARLY_M, Geofence, build_index, choose, enclosing_circle
from odyssee.domain.legends import Order, Route
from odyssee.domain.proximity import Fix, Trail, TrailStop, build_trail, follow
from odyssee.domain.proximity.estimate import OFF_PATH_MOST_M
from odyssee.domain.proximity.evidence import AT_MOST_M
from odyssee.domain.zones import Zone

every_case = settings(derandomize=True, deadline=None, max_examples=60)
TERRITORY = BBox(0.756, 48.139, 1.21, 48.72)
CLAIMS_M = [5.0, 8.0, 30.0, 66.0, 100.0, None]


def test_the_promise_reckons_with_the_farthest_fix_that_wakes_a_zone() -> None:
    """A metre of one measure is 1 % off in another, as is a radius of up to 500 m."""
    assert EARLY_M >= AT_MOST_M * 1.01 + 500.0 * 0.01


@pytest.mark.parametrize("claimed_m", [5.0, 15.0])
@pytest.mark.parametrize("silence_s", [30.0, 40.0, 58.0])
@pytest.mark.parametrize("radius_m", [10.0, 100.0, 400.0])
def test_a_cyclist_who_stops_short_of_a_zone_does_not_wake_it(
    tell: SimpleNamespace, radius_m: float, silence_s: float, claimed_m: float
) -> None:
    """The estimate runs on through a silence: without a bound it is 160 m too far."""
    path = tell.a_route((-800, 0), (2_000, 0))
    for outside_m in (AT_MOST_M + 0.1, 130.0, 160.0):
        stop = tell.a_stop(x=outside_m + radius_m, radius_m=radius_m)
        coming = [tell.a_fix(n, 8.0 * (n - 60), accuracy_m=claimed_m) for n in range(61)]
        resting = tell.fixes_at([0.0] * 20, from_s=60 + silence_s, accuracy_m=claimed_m)
        for trail in (tell.a_trail(stop), tell.a_trail(stop, route=path)):
            assert tell.kinds(follow(trail, [*coming, *resting], None), "enter") == []


@every_case
@given(seed=st.integers(0, 100_000))
def test_no_fix_wakes_a_zone_from_farther_than_is_reckoned_with(
    tell: SimpleNamespace, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - a case that repeats, no secret
    radius_m = dice.choice([5.0, 35.0, 120.0, 500.0])
    line = [(dice.uniform(-60.0, 60.0), dice.uniform(-60.0, 60.0)) for _ in range(3)]
    route = tell.a_route(*line, (AT_MOST_M + radius_m, 0.0), (2_000.0, 0.0))
    stop = tell.a_stop(x=AT_MOST_M + 0.1 + radius_m, radius_m=radius_m)
    at_s, fixes = 0.0, []
    for _ in range(120):
        at_s += dice.choice([1.0, 1.0, 1.0, 5.0, 20.0, 50.0])
        x, y = -abs(dice.gauss(0.0, dice.choice([1.0, 10.0, 60.0]))), dice.gauss(0.0, 20.0)
        fixes.append(tell.a_fix(at_s, x, y, accuracy_m=dice.choice(CLAIMS_M)))
    assert tell.kinds(follow(tell.a_trail(stop, route=route), fixes, None), "enter") == []


class Country:
    """Some legends far apart, their zones, and a place to ask from."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a case that repeats, no secret
        starts = [self._anywhere() for _ in range(self.dice.randint(1, 4))]
        self.planes = [projection_at(start) for start in starts]
        self.legends = [self._legend(plane) for plane in self.planes]
        self.fences = [
            Geofence(f"légende-{number}", stop.slug, zone.id, *enclosing_circle(zone))
            for number, (stops, _) in enumerate(self.legends)
            for stop in stops
            for zone in stop.zones
        ]
        self.index = build_index(self.fences, TERRITORY)

    def _anywhere(self) -> LonLat:
        return LonLat(self.dice.uniform(0.756, 1.21), self.dice.uniform(48.139, 48.72))

    def _legend(self, plane: Projection) -> tuple[list[TrailStop], Order]:
        stops = []
        for position in range(1, self.dice.randint(2, 8)):
            spot = plane.to_lonlat(self.dice.uniform(-900, 900), self.dice.uniform(-900, 900))
            place = LonLat(round(spot.lon, 7), round(spot.lat, 7))
            radius_m = self.dice.choice([5.0, 35.0, 120.0])
            zone = Zone(id="z1", shape=point(place), radius_m=radius_m)
            stops.append(TrailStop(f"arrêt-{position}", position, (zone,), place))
        return stops, self.dice.choice(["free", "window", "strict"])

    def trails(self, line: list[LonLat]) -> list[Trail]:
        """The legends, each on its own ground; all are told to run along this line."""
        route = Route(status="traced", line=tuple(line)) if line else None
        return [
            build_trail(
                slug=f"légende-{number}",
                revision=1,
                projection=plane,
                stops=stops,
                order=order,
                route=route,
            )
            for number, (plane, (stops, order)) in enumerate(
                zip(self.planes, self.legends, strict=True)
            )
        ]

    def place(self) -> LonLat:
        """Near a legend."""
        plane = self.dice.choice(self.planes)
        far = self.dice.choice([0.0, 500.0, 1_500.0])
        return plane.to_lonlat(self.dice.uniform(-far, far), self.dice.uniform(-far, far))


@pytest.mark.parametrize("path", ["unknown", "traced"])
@pytest.mark.parametrize("limit", [2, 4, 8])
@every_case
@given(seed=st.integers(0, 100_000), accuracy_m=st.sampled_from([5.0, 50.0, 100.0]))
def test_whoever_stays_inside_the_refresh_circle_enters_no_unlisted_zone(
    tell: SimpleNamespace, limit: int, path: str, seed: int, accuracy_m: float
) -> None:
    country = Country(seed)
    here = country.place()
    chosen = choose(country.index, here, accuracy_m=accuracy_m, limit=limit)
    left = [fence for fence in country.fences if fence not in chosen.listed]
    assume(left and chosen.refresh.radius_m > 0)
    listed = {(fence.legend, fence.stop) for fence in chosen.listed}
    goal = min(left, key=lambda fence: hypot(*_towards(here, fence)) - fence.radius_m)
    walk = Attempt(country.dice, here, goal, chosen.refresh.radius_m, accuracy_m)
    for trail in country.trails(walk.path() if path == "traced" else []):
        entered = tell.stops_of(follow(trail, walk.fixes(tell.start_s), None), "enter")
        assert {(trail.slug, stop) for stop in entered} <= listed


def _towards(here: LonLat, fence: Geofence) -> tuple[float, float]:
    return projection_at(here).to_xy(fence.center)


class Attempt:
    """A visitor who tries to wake a zone from within the circle."""

    def __init__(
        self,
        dice: random.Random,
        here: LonLat,
        goal: Geofence,
        radius_m: float,
        accuracy_m: float,
    ) -> None:
        self.dice, self.goal, self.accuracy_m = dice, goal, accuracy_m
        self.plane = projection_at(here)
        x, y = self.plane.to_xy(goal.center)
        self.far_m = hypot(x, y)
        self.ahead = (x / self.far_m, y / self.far_m)
        self.reach_m = radius_m * 0.99  # the plane's metres are not quite the sphere's

    def _on_the_way(self, metres: float) -> LonLat:
        return self.plane.to_lonlat(self.ahead[0] * metres, self.ahead[1] * metres)

    def path(self) -> list[LonLat]:
        """Begins as far ahead of the farthest fix as a path pulls, and leads through the zone."""
        begin_m = min(self.reach_m + self.accuracy_m + OFF_PATH_MOST_M * 0.95, self.far_m)
        return [self._on_the_way(begin_m), self.goal.center, self._on_the_way(self.far_m + 900.0)]

    def fixes(self, start_s: float) -> list[Fix]:
        """To the edge of the circle that is nearest to the zone, a rest there, and one around."""
        ways = [*[n / 60 for n in range(61)], *[1.0] * 60]
        spots = [
            (self.ahead[0] * self.reach_m * way, self.ahead[1] * self.reach_m * way) for way in ways
        ]
        for _ in range(40):
            turn, far_m = self.dice.uniform(0, 2 * pi), self.reach_m * self.dice.random()
            spots.append((cos(turn) * far_m, sin(turn) * far_m))
        claims = self.dice.choice([*([claim] for claim in CLAIMS_M), CLAIMS_M])
        apart_s = self.dice.choice([1.0, 10.0, 50.0])
        return [
            self._fix(start_s + n * apart_s, spot, self.dice.choice(claims))
            for n, spot in enumerate(spots)
        ]

    def _fix(self, at_s: float, spot: tuple[float, float], claimed_m: float | None) -> Fix:
        """As wrong as the phone said, towards the zone."""
        east, north = self.ahead[0] * self.accuracy_m, self.ahead[1] * self.accuracy_m
        place = self.plane.to_lonlat(spot[0] + east, spot[1] + north)
        return Fix(at_s, place.lon, place.lat, claimed_m)
