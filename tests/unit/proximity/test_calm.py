"""Zones are measured now and then: where the engine looks at none, none could change anything."""

import random
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from odyssee.domain.progress import INSIDE, new_progress
from odyssee.domain.proximity import Trail, follow, order, zones
from odyssee.domain.proximity.estimate import Seen
from odyssee.domain.proximity.walk import Walk
from odyssee.domain.proximity.zones import is_calm, measure
from odyssee.domain.walks import Noise, Pause, observe, pace_out
from odyssee.domain.zones import Zone

every_case = settings(derandomize=True, deadline=None, max_examples=500)
METRES = st.floats(-700.0, 1_500.0)
SIGMAS = st.floats(2.0, 60.0)


def a_trail_of_all_shapes(tell: SimpleNamespace) -> Trail:
    """A circle, a street and a square 400 m apart; a known path runs through the first."""
    street = tell.a_line((380, -20), (420, 40))
    square = tell.a_polygon([(760, -30), (840, -20), (830, 50), (770, 40)])
    return tell.a_trail(
        tell.a_stop("cercle", prefetch_m=60),
        tell.a_stop("rue", 400, zones=(Zone(id="rue", shape=street, radius_m=15.0),)),
        tell.a_stop("place", 800, zones=(Zone(id="place", shape=square),)),
        route=tell.a_route((-600, 0), (300, 0), (300, 300), (900, 300)),
    )


def a_place(x: float, y: float, sigma_m: float, aside_m: float = 0.0) -> Seen:
    """A walker so far north of the known path, and put on it there."""
    return Seen(x, y, x, y - aside_m, sigma_m, aside_m)


def state_of(walk: Walk) -> tuple[Any, ...]:
    p = walk.progress
    return (list(walk.events), dict(p.evidence), dict(p.inside), list(p.stop_flags))


@every_case
@given(
    place=st.tuples(METRES, METRES),
    away=st.tuples(st.floats(-200.0, 200.0), st.floats(-200.0, 200.0)),
    sigma_m=SIGMAS,
    aside_m=st.floats(0.0, 60.0),
    entered=st.sets(st.integers(0, 2)),
    inside=st.integers(-1, 2),
)
def test_a_calm_place_changes_nothing_that_is_weighed_there(
    tell: SimpleNamespace,
    place: tuple[float, float],
    away: tuple[float, float],
    sigma_m: float,
    aside_m: float,
    entered: set[int],
    inside: int,
) -> None:
    trail = a_trail_of_all_shapes(tell)
    walk = Walk(trail, new_progress(len(trail.stops)))
    for stop in entered:
        walk.progress.stop_flags[stop] = 3
    if inside >= 0:
        walk.progress.stop_flags[inside] = 3
        walk.progress.inside[inside] = (0.0, INSIDE)
        walk.progress.evidence[inside] = 0.0
    order.arm(walk)
    measure(walk, a_place(*place, sigma_m))
    there = a_place(place[0] + away[0], place[1] + away[1], sigma_m, aside_m)
    if not is_calm(walk, there):
        return
    before = state_of(walk)
    walk.forget_distances()  # so that everything is weighed
    zones.announce(walk, there)
    zones.weigh(walk, there, 2.0, decides=True)
    assert state_of(walk) == before


def test_between_stops_and_in_the_heart_of_one_it_is_calm_and_at_an_edge_not(
    tell: SimpleNamespace,
) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(3, apart_m=400.0, prefetch_m=50))
    walk = Walk(trail, new_progress(3))
    order.arm(walk)
    assert not is_calm(walk, a_place(200.0, 0.0, 8.0))  # nothing was measured
    measure(walk, a_place(200.0, 0.0, 8.0))
    calm = [x for x in range(401) if is_calm(walk, a_place(float(x), 0.0, 8.0))]
    assert calm == list(range(101, 300))  # 30 m of zone, 50 of prefetch, 2.45 sigmas, a metre
    walk.progress.stop_flags[0] = 3
    walk.progress.inside[0], walk.progress.evidence[0] = (0.0, INSIDE), 0.0
    measure(walk, a_place(0.0, 0.0, 8.0))
    calm = [x for x in range(101) if is_calm(walk, a_place(float(x), 0.0, 8.0))]
    assert calm == list(range(31))  # 30 m of zone, 10 grown, a sigma, a metre
    order.arm(walk)
    assert not is_calm(walk, a_place(0.0, 0.0, 8.0))


def test_nothing_is_calm_while_there_is_evidence(tell: SimpleNamespace) -> None:
    walk = Walk(tell.a_trail(*tell.stops_in_a_row(2, apart_m=400.0)), new_progress(2))
    order.arm(walk)
    walk.progress.evidence[0] = 0.1
    measure(walk, a_place(200.0, 200.0, 8.0))
    assert not is_calm(walk, a_place(200.0, 200.0, 8.0))


def test_a_long_walk_is_the_same_when_every_fix_measures_anew(tell: SimpleNamespace) -> None:
    trail = a_trail_of_all_shapes(tell)
    moments = pace_out(
        [(-500.0, 20.0), (0.0, 0.0), (400.0, 10.0), (800.0, 0.0), (400.0, -60.0)],
        start_s=tell.start_s,
        pauses=[Pause(500.0, 120.0), Pause(900.0, 90.0)],
    )
    dice = random.Random(5)  # noqa: S311 - a walk that repeats, no secret
    fixes = list(observe(moments, tell.projection, Noise(10.0, outlier_share=0.02), dice))
    events, token = tell.in_pieces(trail, fixes, range(len(fixes)))
    whole = follow(trail, fixes, None)
    assert tell.stops_of(whole, "enter") == ["cercle", "rue", "place"]
    assert (events, token) == (list(whole.events), whole.progress)
