"""What `next_check` promises to a client that sleeps: what it would miss, it is told soon."""

import random
from collections.abc import Iterator
from math import hypot
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thin_client import posts, posts_at_rest

from odyssee.domain.proximity import Fix, Trail, follow
from odyssee.domain.proximity.ahead import LATE_ASTRAY_S, LATE_S, LATE_UNHEARD_S

every_case = settings(derandomize=True, deadline=None, max_examples=40)
Xy = tuple[float, float]
NEXT_FIX_S = 0.5
"""From the end of a sleep to a whole second."""
OVERSHOT_S = 5.0
"""The estimate overshoots by some metres where a walker stops."""
LATEST_S = {
    "approach": LATE_UNHEARD_S + OVERSHOT_S,
    "exit": LATE_UNHEARD_S + OVERSHOT_S,
    "off_trail": LATE_ASTRAY_S + OVERSHOT_S,
    "back_on_trail": LATE_ASTRAY_S + OVERSHOT_S,
}


def a_country(tell: SimpleNamespace, dice: random.Random) -> tuple[Trail, list[Xy]]:
    """A trail of stops of all sizes, with a route past them or without, and their places."""
    apart_m = dice.choice([60.0, 120.0, 150.0, 300.0])
    places = [(n * apart_m, dice.uniform(-30.0, 30.0)) for n in range(dice.randint(1, 6))]
    stops = [
        tell.a_stop(
            f"arrêt-{n}",
            *place,
            radius_m=dice.choice([8.0, 25.0, 30.0, 60.0, 150.0]),
            narration_s=dice.choice([0.0, 20.0, 90.0]),
            prefetch_m=dice.choice([0, 50, 150]),
            dwell_s=dice.choice([0, 0, 15]),
            repeat=dice.choice(["once", "each_entry"]),
            layer=dice.choice(["main", "main", "fond"]),
        )
        for n, place in enumerate(places)
    ]
    line = [(x, y + dice.gauss(0.0, 10.0)) for x, y in places]
    line = [(-100.0, 0.0), *line, (places[-1][0] + 100.0, 0.0)]
    route = tell.a_route(*line, status=dice.choice(["traced", "sketch"]))
    order = dice.choice(["window", "free", "strict"])
    return tell.a_trail(*stops, order=order, route=route), places


def a_way(dice: random.Random, places: list[Xy]) -> Iterator[Xy]:
    """Second by second past the stops, strolling, running and resting; some turn back."""
    here = (places[0][0] - dice.uniform(0.0, 600.0), dice.uniform(-100.0, 100.0))
    goals = [(x + dice.gauss(0.0, 25.0), y + dice.gauss(0.0, 25.0)) for x, y in places]
    if dice.random() < 0.3:
        goals += goals[::-1]
    yield here
    for goal in goals:
        pace_mps = dice.choice([0.5, 1.3, 1.3, 2.0, 3.0])
        east_m, north_m = goal[0] - here[0], goal[1] - here[1]
        seconds = int(hypot(east_m, north_m) / pace_mps) + 1
        for second in range(1, seconds + 1):
            share = second / seconds
            yield here[0] + east_m * share, here[1] + north_m * share
        here = goal
        for _ in range(dice.choice([0, 0, 2, 10, 45, 120])):
            yield here


@every_case
@given(seed=st.integers(0, 100_000), accuracy_m=st.sampled_from([5.0, 8.0, 15.0, 30.0]))
def test_who_sleeps_by_it_hears_of_a_stop_within_three_seconds_and_of_all_else_soon(
    tell: SimpleNamespace, seed: int, accuracy_m: float
) -> None:
    dice = random.Random(seed)  # noqa: S311 - a case that repeats, no secret
    trail, places = a_country(tell, dice)
    way = enumerate(a_way(dice, places))
    fixes = [tell.a_fix(second, *place, accuracy_m=accuracy_m) for second, place in way]
    for post in posts(trail, fixes):
        for event in post.told.events:
            latest_s = LATEST_S.get(event.type, LATE_S)
            assert post.at_s - event.at_s <= latest_s + NEXT_FIX_S, event


@every_case
@given(seed=st.integers(0, 100_000))
def test_what_it_hears_is_what_a_client_that_never_sleeps_hears(
    tell: SimpleNamespace, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - as above
    trail, places = a_country(tell, dice)
    fixes = [tell.a_fix(second, *place) for second, place in enumerate(a_way(dice, places))]
    told = [post.told for post in posts(trail, fixes)]
    heard = [event.id for answer in told for event in answer.events]
    assert heard == [e.id for e in follow(trail, fixes, None).events][: len(heard)]
    assert len(told) < len(fixes) / 4


def test_a_receiver_that_rests_as_well_misses_no_stop(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(6, 300.0))
    fixes = tell.fixes_at(tell.steps(-400, 1800))
    told = [post.told for post in posts_at_rest(trail, fixes)]
    events = [event for answer in told for event in answer.events]
    assert tell.stops_of(events, "enter") == [f"arrêt-{n}" for n in range(1, 7)]
    assert len(told) < len(fixes) / 20


def far_away(tell: SimpleNamespace) -> list[Fix]:
    return [tell.a_fix(0, -1500.0)]


def test_far_away_it_is_as_long_as_a_runner_needs_until_the_pace_is_known(
    tell: SimpleNamespace,
) -> None:
    trail = tell.a_trail()
    lone = follow(trail, far_away(tell), None)
    assert lone.next_check_m == pytest.approx(1500 - 30 - 150 - 2.45 * 8 / 1.51, abs=0.2)
    assert lone.next_check_s == pytest.approx(lone.next_check_m / 3)
    walking = follow(trail, tell.fixes_at(tell.steps(-1600, -1500)), None)
    assert walking.next_check_m == pytest.approx(lone.next_check_m, abs=10)
    assert walking.next_check_s == 600


def test_whoever_runs_meets_nothing_before_it(tell: SimpleNamespace) -> None:
    told = follow(tell.a_trail(), [tell.a_fix(0, -900.0)], None)
    seconds = int(told.next_check_s)
    running = tell.fixes_at([-900 + 3.0 * n for n in range(seconds)], from_s=1)
    assert follow(tell.a_trail(), running, told.progress).events == ()


def test_at_the_edge_of_a_zone_it_is_a_few_seconds(tell: SimpleNamespace) -> None:
    near = follow(tell.a_trail(), tell.fixes_at(tell.steps(-80, -29)), None)
    assert 3.5 <= near.next_check_s < 5


def test_in_a_zone_it_is_as_long_as_leaving_takes(tell: SimpleNamespace) -> None:
    """35 m to the wider edge at 3 m/s, and 16 s of evidence from there."""
    inside = follow(tell.a_trail(), tell.fixes_at([0.0] * 60), None)
    assert inside.next_check_s == pytest.approx(20 + 40 / 3 + 16, abs=1)


def test_without_a_position_it_is_the_shortest(tell: SimpleNamespace) -> None:
    lost = follow(tell.a_trail(), [tell.a_fix(0, 0.0, accuracy_m=500.0)], None)
    assert (lost.next_check_m, lost.next_check_s) == (5.0, 3.5)


def test_a_doubted_jump_is_looked_at_again_when_it_could_be_believed(
    tell: SimpleNamespace,
) -> None:
    fixes = tell.fixes_at([-1500.0] * 20)
    first = follow(tell.a_trail(), [*fixes, tell.a_fix(20, 0.0)], None)
    assert first.next_check_s == 10
    later = follow(tell.a_trail(), [tell.a_fix(26, 0.0)], first.progress)
    assert later.next_check_s == 4


def test_a_story_that_waits_for_a_slower_walker_is_looked_for_again_and_again(
    tell: SimpleNamespace,
) -> None:
    trail = tell.a_trail(tell.a_stop(radius_m=200.0))
    driving = tell.fixes_at(tell.steps(-300, 0, 6.0), speed_mps=6.0)
    told = follow(trail, driving, None)
    assert tell.kinds(told, "enter", "play") == ["enter"]
    assert told.next_check_s == 3.5
