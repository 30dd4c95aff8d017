"""A phone sleeps inside its refresh circle: the engine, had it been awake, enters nothing else.

Invariant 18 (design: triggers, section 5), with every fix as wrong as the phone said it might
be, towards the zone that is nearest and not listed, and claiming the worst that still counts.
"""

import random
from math import cos, hypot, pi, sin
from types import SimpleNamespace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from odyssee.domain.geo import BBox, LonLat, Projection, point, projection_at
from odyssee.domain.geofences import EARLY_M, Geofence, build_index, choose, enclosing_circle
from odyssee.domain.proximity import Fix, Trail, TrailStop, build_trail, follow
from odyssee.domain.proximity.evidence import ENTER_SHARE, share_inside
from odyssee.domain.proximity.fixes import BEST_ACCURACY_M, COARSE_M, SIGMAS_IN_ACCURACY
from odyssee.domain.proximity.trail import SMALLEST_INRADIUS_M
from odyssee.domain.zones import Zone

every_case = settings(derandomize=True, deadline=None, max_examples=60)
TERRITORY = BBox(0.756, 48.139, 1.21, 48.72)


@every_case
@given(
    out_m=st.floats(103.0, 1_000.0),
    accuracy_m=st.floats(BEST_ACCURACY_M, COARSE_M),
    inradius_m=st.floats(SMALLEST_INRADIUS_M, 5_000.0),
)
def test_no_fix_speaks_for_a_zone_from_farther_than_is_reckoned_with(
    out_m: float, accuracy_m: float, inradius_m: float
) -> None:
    assert share_inside(out_m, accuracy_m / SIGMAS_IN_ACCURACY, inradius_m) <= ENTER_SHARE
    assert EARLY_M >= 103.0 * 1.01 + 500.0 * 0.01


class Country:
    """Some legends far apart, their zones, and a place to ask from."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a case that repeats, no secret
        starts = [self._anywhere() for _ in range(self.dice.randint(1, 4))]
        self.planes = [projection_at(start) for start in starts]
        self.trails = [self._trail(n, plane) for n, plane in enumerate(self.planes)]
        fences = [
            Geofence(trail.slug, stop.slug, zone.id, *enclosing_circle(zone))
            for trail in self.trails
            for stop in trail.stops
            for zone in stop.zones
        ]
        self.fences = fences
        self.index = build_index(fences, TERRITORY)

    def _anywhere(self) -> LonLat:
        return LonLat(self.dice.uniform(0.756, 1.21), self.dice.uniform(48.139, 48.72))

    def _trail(self, number: int, plane: Projection) -> Trail:
        stops = []
        for position in range(1, self.dice.randint(2, 8)):
            spot = plane.to_lonlat(self.dice.uniform(-900, 900), self.dice.uniform(-900, 900))
            place = LonLat(round(spot.lon, 7), round(spot.lat, 7))
            radius_m = self.dice.choice([5.0, 35.0, 120.0])
            zone = Zone(id="z1", shape=point(place), radius_m=radius_m)
            stops.append(TrailStop(f"arrêt-{position}", position, (zone,), place))
        order = self.dice.choice(["free", "window", "strict"])
        return build_trail(
            slug=f"légende-{number}", revision=1, projection=plane, stops=stops, order=order
        )

    def place(self) -> LonLat:
        """Near a legend."""
        plane = self.dice.choice(self.planes)
        far = self.dice.choice([0.0, 500.0, 1_500.0])
        return plane.to_lonlat(self.dice.uniform(-far, far), self.dice.uniform(-far, far))


@pytest.mark.parametrize("limit", [2, 4, 8])
@every_case
@given(seed=st.integers(0, 100_000), accuracy_m=st.sampled_from([5.0, 50.0, 100.0]))
def test_whoever_stays_inside_the_refresh_circle_enters_no_unlisted_zone(
    tell: SimpleNamespace, limit: int, seed: int, accuracy_m: float
) -> None:
    country = Country(seed)
    here = country.place()
    chosen = choose(country.index, here, accuracy_m=accuracy_m, limit=limit)
    left = [fence for fence in country.fences if fence not in chosen.listed]
    assume(left and chosen.refresh.radius_m > 0)
    listed = {(fence.legend, fence.stop) for fence in chosen.listed}
    goal = min(left, key=lambda fence: hypot(*_towards(here, fence)))
    fixes = list(_fixes(tell, country.dice, here, goal, chosen.refresh.radius_m, accuracy_m))
    for trail in country.trails:
        entered = tell.stops_of(follow(trail, fixes, None), "enter")
        assert {(trail.slug, stop) for stop in entered} <= listed


def _towards(here: LonLat, fence: Geofence) -> tuple[float, float]:
    return projection_at(here).to_xy(fence.center)


def _fixes(
    tell: SimpleNamespace,
    dice: random.Random,
    here: LonLat,
    goal: Geofence,
    radius_m: float,
    accuracy_m: float,
) -> list[Fix]:
    """A walk to the edge of the circle that is nearest to a zone, a rest there, and one around."""
    plane = projection_at(here)
    x, y = _towards(here, goal)
    far = hypot(x, y)
    ahead = (x / far, y / far)
    reach_m = radius_m * 0.99  # the plane's metres are not quite the sphere's
    ways = [*[n / 60 for n in range(61)], *[1.0] * 60]
    spots = [(ahead[0] * reach_m * way, ahead[1] * reach_m * way) for way in ways]
    for _ in range(40):
        turn, way = dice.uniform(0, 2 * pi), dice.random()
        spots.append((cos(turn) * reach_m * way, sin(turn) * reach_m * way))
    claimed = dice.choice([8.0, 30.0, 66.0, 100.0, None])
    made = []
    for n, (east, north) in enumerate(spots):
        place = plane.to_lonlat(east + ahead[0] * accuracy_m, north + ahead[1] * accuracy_m)
        made.append(Fix(tell.start_s + n * 10.0, place.lon, place.lat, claimed))
    return made
