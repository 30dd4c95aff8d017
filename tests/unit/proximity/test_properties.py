"""What holds on every walk (design: triggers, section 5), tried on random ones."""

import random
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from odyssee.domain.geo import LonLat, Projection
from odyssee.domain.legends import Route
from odyssee.domain.proximity import Fix, Trail, TrailStop, build_trail, follow
from odyssee.domain.walks import Noise, Pause, observe, pace_out

every_walk = settings(derandomize=True, deadline=None, max_examples=40)
ORDERS = st.sampled_from(["window", "strict", "free"])


class AnyWalk:
    """A random trail, every second one with a known route, and a noisy walk along and across."""

    def __init__(self, tell: SimpleNamespace, seed: int, order: str) -> None:
        dice = random.Random(seed)  # noqa: S311 - a walk that repeats, no secret
        self.each_entry = dice.random() < 0.3
        self.route: Route | None = tell.a_route((-100, 0), (700, 0)) if seed % 2 else None
        self.trail: Trail = tell.a_trail(
            *[self._stop(tell, dice, n) for n in range(dice.randint(2, 7))],
            order=order,
            window=dice.choice([1, 2, 3]),
            route=self.route,
        )
        self.fixes = self._walk(tell, dice)

    def _stop(self, tell: SimpleNamespace, dice: random.Random, n: int) -> TrailStop:
        options: dict[str, Any] = {
            "radius_m": dice.choice([20, 30, 60]),
            "narration_s": dice.choice([0, 30, 300]),
            "layer": dice.choice(["main", "main", "ambiance"]),
            "priority": dice.choice([0, 0, 2]),
            "dwell_s": dice.choice([0, 20]),
        }
        if self.each_entry:
            options |= {"repeat": "each_entry", "cooldown_s": dice.choice([0, 60])}
        stop: TrailStop = tell.a_stop(
            f"arrêt-{n}", n * dice.choice([40, 90, 120]), dice.uniform(-30, 30), **options
        )
        return stop

    def _walk(self, tell: SimpleNamespace, dice: random.Random) -> list[Fix]:
        goals = [(dice.uniform(-150, 700), dice.uniform(-60, 60)) for _ in range(3)]
        moments = pace_out(
            [(-100.0, 0.0), *goals],
            pace_mps=dice.uniform(0.8, 2.0),
            sampling_s=dice.choice([1.0, 1.0, 5.0, 20.0, 90.0]),
            start_s=tell.start_s,
            pauses=[Pause(dice.uniform(0, 500), 60.0)],
        )
        noise = Noise(dice.choice([1.0, 5.0, 15.0]), 27.0, dice.choice([0.0, 0.05]))
        return list(observe(moments, tell.projection, noise, dice))


walks = st.builds(lambda seed, order: (seed, order), st.integers(0, 10_000), ORDERS)


@every_walk
@given(walk=walks, data=st.data())
def test_the_same_walk_in_any_pieces_gives_the_same_events_and_bytes(
    tell: SimpleNamespace, walk: tuple[int, str], data: st.DataObject
) -> None:
    any_walk = AnyWalk(tell, *walk)
    whole = follow(any_walk.trail, any_walk.fixes, None)
    assert follow(any_walk.trail, any_walk.fixes, None) == whole
    cuts = data.draw(st.sets(st.integers(1, len(any_walk.fixes)), max_size=12))
    events, token = tell.in_pieces(any_walk.trail, any_walk.fixes, cuts)
    assert events == list(whole.events)
    assert token == whole.progress


@every_walk
@given(walk=walks)
@example(walk=(1082, "window"))  # two zones left at once, entered against the trail's order
def test_a_token_at_every_fix_gives_the_same_events(
    tell: SimpleNamespace, walk: tuple[int, str]
) -> None:
    any_walk = AnyWalk(tell, *walk)
    fixes = any_walk.fixes[:300]
    events, token = tell.in_pieces(any_walk.trail, fixes, range(len(fixes)))
    whole = follow(any_walk.trail, fixes, None)
    assert (events, token) == (list(whole.events), whole.progress)


@every_walk
@given(walk=walks, data=st.data())
def test_repeated_and_late_fixes_change_nothing(
    tell: SimpleNamespace, walk: tuple[int, str], data: st.DataObject
) -> None:
    any_walk = AnyWalk(tell, *walk)
    fixes = any_walk.fixes
    at = data.draw(st.integers(1, len(fixes)))
    before = follow(any_walk.trail, fixes[:at], None)
    clock_s = fixes[at - 1].at_s
    late = [fix for fix in fixes[:at] if clock_s - fix.at_s <= 120]
    elsewhere = [replace(fix, lon=fix.lon + 0.001, at_s=fix.at_s - 0.5) for fix in late[1:]]
    for again in (late, late[::-1], elsewhere):
        told = follow(any_walk.trail, again, before.progress)
        assert (told.events, told.progress) == ((), before.progress)


@every_walk
@given(walk=walks)
def test_enter_and_exit_alternate_for_each_zone_starting_with_enter(
    tell: SimpleNamespace, walk: tuple[int, str]
) -> None:
    any_walk = AnyWalk(tell, *walk)
    edges = defaultdict(list)
    for event in follow(any_walk.trail, any_walk.fixes, None).events:
        if event.type in ("enter", "exit"):
            edges[event.stop, event.zone].append(event.type)
    for types in edges.values():
        assert types == (["enter", "exit"] * len(types))[: len(types)]


@every_walk
@given(walk=walks)
def test_off_and_back_on_the_trail_alternate_starting_with_off(
    tell: SimpleNamespace, walk: tuple[int, str]
) -> None:
    any_walk = AnyWalk(tell, *walk)
    told = tell.kinds(follow(any_walk.trail, any_walk.fixes, None), "off_trail", "back_on_trail")
    assert told == (["off_trail", "back_on_trail"] * len(told))[: len(told)]
    if any_walk.route is None:
        assert told == []


@every_walk
@given(walk=walks)
def test_event_times_never_fall_and_ids_are_unique(
    tell: SimpleNamespace, walk: tuple[int, str]
) -> None:
    any_walk = AnyWalk(tell, *walk)
    events = follow(any_walk.trail, any_walk.fixes, None).events
    assert all(a.at_s <= b.at_s for a, b in pairwise(events))
    assert len({event.id for event in events}) == len(events)


@every_walk
@given(walk=walks)
def test_what_was_heard_never_shrinks(tell: SimpleNamespace, walk: tuple[int, str]) -> None:
    any_walk = AnyWalk(tell, *walk)
    told = follow(any_walk.trail, any_walk.fixes, None)
    again = follow(any_walk.trail, any_walk.fixes, told.progress)
    heard = set(tell.stops_of(told, "play"))
    if not any_walk.each_entry:
        assert heard.isdisjoint(tell.stops_of(again, "play"))


@every_walk
@given(walk=walks, data=st.data())
def test_a_disarmed_zone_never_enters(
    tell: SimpleNamespace, walk: tuple[int, str], data: st.DataObject
) -> None:
    any_walk = AnyWalk(tell, *walk)
    slugs = [stop.slug for stop in any_walk.trail.stops]
    shut = frozenset(data.draw(st.sets(st.sampled_from(slugs))))
    told = follow(any_walk.trail, any_walk.fixes, None, closed=shut)
    behind: set[str] = set()
    for event in told.events:
        if event.type == "enter":
            assert event.stop not in shut | behind
            behind |= set(event.skipped)


@every_walk
@given(walk=walks)
def test_a_story_starts_by_itself_at_most_once_a_walk(
    tell: SimpleNamespace, walk: tuple[int, str]
) -> None:
    any_walk = AnyWalk(tell, *walk)
    stories = tell.stops_of(follow(any_walk.trail, any_walk.fixes, None), "play")
    if not any_walk.each_entry:
        assert len(set(stories)) == len(stories)


@every_walk
@given(walk=walks)
def test_two_stories_never_overlap(tell: SimpleNamespace, walk: tuple[int, str]) -> None:
    any_walk = AnyWalk(tell, *walk)
    told = follow(any_walk.trail, any_walk.fixes, None)
    lengths = {stop.slug: stop.narration_s for stop in any_walk.trail.stops}
    for a, b in pairwise(e for e in told.events if e.type == "play"):
        assert b.at_s >= a.at_s + lengths[a.stop]


@every_walk
@given(walk=walks, east=st.integers(-64, 64), north=st.integers(-32, 32))
def test_moving_trail_and_fixes_together_changes_no_event(
    tell: SimpleNamespace, walk: tuple[int, str], east: int, north: int
) -> None:
    any_walk = AnyWalk(tell, *walk)
    old = any_walk.trail.projection
    origin = LonLat(old.origin.lon + east / 64, old.origin.lat + north / 64)
    moved = Projection(origin, old.m_per_deg_lon, old.m_per_deg_lat)

    def shift(place: LonLat) -> LonLat:
        return LonLat(place.lon + east / 64, place.lat + north / 64)

    stops = [
        replace(
            stop,
            location=shift(stop.location),
            zones=tuple(
                replace(z, shape=replace(z.shape, coordinates=shift(z.shape.coordinates)))
                for z in stop.zones
            ),
        )
        for stop in any_walk.trail.stops
    ]
    route = any_walk.route
    if route is not None:
        route = replace(route, line=tuple(shift(place) for place in route.line))
    trail = build_trail(
        slug=any_walk.trail.slug,
        revision=1,
        projection=moved,
        stops=stops,
        order=any_walk.trail.order,
        window=any_walk.trail.window,
        route=route,
    )
    fixes = [replace(f, lon=f.lon + east / 64, lat=f.lat + north / 64) for f in any_walk.fixes]
    here, there = follow(any_walk.trail, any_walk.fixes, None), follow(trail, fixes, None)
    assert [_without_id(e) for e in here.events] == [_without_id(e) for e in there.events]


def _without_id(event: Any) -> Any:
    return replace(event, id="")


@every_walk
@given(walk=walks, at=st.integers(1, 60), east=st.floats(-4000, 4000), north=st.floats(300, 4000))
def test_a_spike_between_good_fixes_tells_nothing(
    tell: SimpleNamespace, walk: tuple[int, str], at: int, east: float, north: float
) -> None:
    any_walk = AnyWalk(tell, *walk)
    fixes = tell.fixes_at(tell.steps(-100, 0))
    spike = tell.a_fix(at + 0.5, east, north)
    told = follow(any_walk.trail, [*fixes[: at + 1], spike, *fixes[at + 1 :]], None)
    assert at + 1 not in {event.fix for event in told.events}
    clean = follow(any_walk.trail, fixes, None)
    assert [e.id for e in told.events] == [e.id for e in clean.events]


@every_walk
@given(
    radius_m=st.floats(10.0, 25.0),
    before_m=st.floats(0.1, 20.0),
    beyond_m=st.floats(4.0, 30.0),
    pace_mps=st.floats(2.2, 2.9),
)
def test_whoever_passed_a_zone_between_two_fixes_does_not_enter_it_behind_their_back(
    tell: SimpleNamespace, radius_m: float, before_m: float, beyond_m: float, pace_mps: float
) -> None:
    gone_m = 1.66 * radius_m + beyond_m  # the place that is reckoned with trails the fix a little
    stride_m = radius_m + before_m + gone_m
    every_s = stride_m / pace_mps
    metres = [gone_m + n * stride_m for n in range(-5, 4)]
    trail = tell.a_trail(tell.a_stop(radius_m=radius_m))
    told = follow(trail, tell.fixes_at(metres, every_s=every_s, accuracy_m=5.0), None)
    assert tell.kinds(told, "enter") == []


@every_walk
@given(accuracy_m=st.floats(0.1, 20.0), radius_m=st.floats(5.0, 500.0), every_s=st.floats(0.5, 4.0))
def test_clean_fixes_at_the_heart_enter_within_eight_seconds(
    tell: SimpleNamespace, accuracy_m: float, radius_m: float, every_s: float
) -> None:
    fixes = tell.fixes_at([0.0] * 20, every_s=every_s, accuracy_m=accuracy_m)
    told = follow(tell.a_trail(tell.a_stop(radius_m=radius_m)), fixes, None)
    enter = next(e for e in told.events if e.type == "enter")
    assert enter.at_s - tell.start_s <= 8.0 + every_s


@every_walk
@given(pause_s=st.floats(1.0, 80_000.0))
def test_after_a_pause_inside_a_zone_nothing_is_repeated(
    tell: SimpleNamespace, pause_s: float
) -> None:
    arriving = tell.fixes_at(tell.steps(-60, 0))
    going_on = tell.fixes_at([0.0] * 30, from_s=len(arriving) + pause_s)
    trail = tell.a_trail(tell.a_stop(repeat="each_entry"))
    told = follow(trail, [*arriving, *going_on], None)
    assert tell.kinds(told, "enter", "play", "exit") == ["enter", "play"]


@pytest.mark.parametrize("order", ["window", "strict", "free"])
def test_ten_thousand_steps_take_no_batch_apart(tell: SimpleNamespace, order: str) -> None:
    any_walk = AnyWalk(tell, 7, order)
    whole = follow(any_walk.trail, any_walk.fixes, None)
    events, token = tell.in_pieces(
        any_walk.trail, any_walk.fixes, range(0, len(any_walk.fixes), 97)
    )
    assert (events, token) == (list(whole.events), whole.progress)
