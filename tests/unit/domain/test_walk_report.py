"""What a report counts: early and late, false and double, stories caught up by the next stop."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.geo import LonLat, point, projection_at
from odyssee.domain.proximity import Event, Fix, Trail, TrailStop, build_trail
from odyssee.domain.walk_report import Report, build_report, tell_outing, usual
from odyssee.domain.walk_report_document import report_document
from odyssee.domain.walk_tally import Overlap, Tally, tally_walk
from odyssee.domain.walkers import TrueWalk, Walker, walk_along
from odyssee.domain.zones import Zone

VICHERES = projection_at(LonLat(0.91361, 48.26944))
PLACES = (100.0, 300.0)
RADIUS_M = 30.0


def a_trail(narration_s: float = 20.0) -> Trail:
    """Two stops of 30 m, 100 m and 300 m east of the beginning."""
    stops = [
        TrailStop(
            slug=slug,
            position=n,
            zones=(Zone(id="z1", shape=point(VICHERES.to_lonlat(x, 0)), radius_m=RADIUS_M),),
            location=VICHERES.to_lonlat(x, 0),
            narration_s=narration_s,
        )
        for n, (slug, x) in enumerate(zip(("étang", "herbage"), PLACES, strict=True), 1)
    ]
    return build_trail(slug="riants", revision=1, projection=VICHERES, stops=stops)


def a_walk(trail: Trail) -> TrueWalk:
    """Through both stops at 1 m/s without a rest: seconds are metres."""
    line = [VICHERES.to_lonlat(x, 0) for x in (0, 400)]
    return walk_along(trail, line, Walker(pace_mps=1.0, rests=False))


def an_event(kind: Any, stop: str, at_s: float, **more: Any) -> Event:
    return Event(f"{kind}-{stop}-{at_s}", kind, stop, "z1", at_s, 0, **more)


def tally(*events: Event, narration_s: float = 20.0) -> Tally:
    trail = a_trail(narration_s)
    return tally_walk(trail, a_walk(trail), [Fix(0.0, 0.91361, 48.26944)], events)


def test_an_enter_behind_the_edge_is_late_by_the_metres_walked_since() -> None:
    enter = tally(an_event("enter", "étang", 85)).first_enters[0]
    assert enter is not None
    assert (enter.offset_m, enter.delay_s) == pytest.approx((15, 15))


def test_an_enter_before_the_edge_is_early() -> None:
    enter = tally(an_event("enter", "étang", 60)).first_enters[0]
    assert enter is not None
    assert (enter.offset_m, enter.delay_s) == pytest.approx((-10, -10))


@pytest.mark.parametrize(("at_s", "is_false"), [(56, False), (54, True), (144, False), (146, True)])
def test_an_enter_more_than_one_and_a_half_radii_away_is_false(at_s: float, is_false: bool) -> None:  # noqa: FBT001 - a column
    assert tally(an_event("enter", "étang", at_s)).false_enters == [is_false, False]


def test_a_second_enter_of_the_same_visit_is_double() -> None:
    twice = tally(an_event("enter", "étang", 80), an_event("enter", "étang", 110))
    assert twice.duplicates == [1, 0]
    assert twice.enters == 2


def test_a_stop_is_missed_without_an_enter_near_it_in_time() -> None:
    assert tally().missed == [True, True]
    assert tally(an_event("enter", "étang", 80)).missed == [False, True]
    assert tally(an_event("enter", "étang", 20)).missed == [True, True]
    assert tally(an_event("enter", "étang", 155)).missed == [False, True]
    assert tally(an_event("enter", "étang", 165)).missed == [True, True]


def test_a_stop_that_was_left_behind_is_skipped_unless_it_is_heard() -> None:
    skipping = an_event("enter", "herbage", 280, skipped=("étang",))
    assert tally(skipping).skipped == [True, False]
    assert tally(skipping, an_event("play", "étang", 300)).skipped == [False, False]


def test_a_story_that_speaks_at_the_next_stop_is_an_overlap_with_the_time_to_it() -> None:
    play = an_event("play", "étang", 80, after="at_once")
    assert tally(play, narration_s=189).overlaps == []
    (overlap,) = tally(play, narration_s=200).overlaps
    assert (overlap.stop, overlap.next) == (0, 1)
    assert (overlap.to_next_s, overlap.spoken_over_s) == pytest.approx((190, 10))


def test_a_story_that_begins_on_the_ground_of_the_next_stop_overlaps_at_once() -> None:
    (overlap,) = tally(an_event("play", "étang", 280, after="queued"), narration_s=60).overlaps
    assert (overlap.to_next_s, overlap.spoken_over_s) == pytest.approx((0, 60))


def test_a_stop_that_was_heard_before_is_not_caught_up() -> None:
    plays = [an_event("play", "herbage", 10), an_event("play", "étang", 80)]
    assert tally(*plays, narration_s=250).overlaps[1:] == []


def a_report(*tallies: Tally) -> Report:
    trail = a_trail()
    true = a_walk(trail)
    first = tell_outing(trail, true, [Fix(0.0, 0.91361, 48.26944)], [])
    return build_report(trail, tallies, first, seed=7)


def test_a_report_gives_the_share_that_heard_each_stop() -> None:
    heard = tally(an_event("play", "étang", 80))
    report = a_report(heard, heard, heard, tally())
    assert [stop.heard_share for stop in report.stops] == [0.75, 0.0]
    assert [stop.is_passed for stop in report.stops] == [True, True]
    assert report.stops[1].late_m is None


def test_early_and_late_hold_for_nine_walks_in_ten() -> None:
    walks = [tally(an_event("enter", "étang", 70 + late)) for late in (-30, -20, *range(1, 9))]
    stop = a_report(*walks).stops[0]
    assert stop.early_m == pytest.approx(20)
    assert stop.late_m == pytest.approx(7)
    assert stop.offset_m == stop.delay_s == pytest.approx(3.5)


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_nine_in_ten_do_not_exceed_what_is_usual(values: list[float]) -> None:
    bound = usual(values)
    assert bound in values
    assert sum(value <= bound for value in values) >= 0.9 * len(values)


def test_a_report_keeps_the_keys_of_the_contract() -> None:
    story = tally(an_event("enter", "étang", 80), an_event("play", "étang", 80), narration_s=200)
    document = report_document(a_report(story, tally()))
    assert document.keys() >= {
        "walks", "seed", "stops", "false_enters", "duplicates", "overlaps", "events",
    }  # fmt: skip
    assert document["stops"][0].keys() >= {"stop", "heard_share", "early_m", "late_m", "delay_s"}
    assert (document["walks"], document["seed"]) == (2, 7)
    (overlap,) = document["overlaps"]
    assert (overlap["stop"], overlap["next"], overlap["share"]) == ("étang", "herbage", 0.5)
    assert overlap["to_next_s"] == 190.0


def test_a_walk_that_is_caught_up_twice_by_the_same_stop_counts_once() -> None:
    twice = tally()
    twice.overlaps = [Overlap(0, 1, 100.0, 20.0), Overlap(0, 1, 120.0, 40.0)]
    (overlap,) = a_report(twice, tally(), tally(), tally()).overlaps
    assert (overlap.share, overlap.to_next_s, overlap.spoken_over_s) == (0.25, 110.0, 30.0)


def test_the_events_of_the_first_walk_are_told_with_both_distances() -> None:
    trail = a_trail()
    true = a_walk(trail)
    seen = VICHERES.to_lonlat(70, 0)
    events = [replace(an_event("enter", "étang", 85), fix=0), an_event("exit", "étang", 140)]
    outing = tell_outing(trail, true, [Fix(85.0, *seen)], events)
    assert outing.told[0].elapsed_s == 85
    assert outing.told[0].distance_m == pytest.approx(30, rel=0.01)
    assert outing.told[0].true_distance_m == pytest.approx(15, rel=0.01)
