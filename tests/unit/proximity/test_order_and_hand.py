"""Orders, skipped and closed stops, "I am here", what comes next."""

from types import SimpleNamespace

import pytest

from odyssee.domain.errors import HereImplausible, NotFound
from odyssee.domain.proximity import follow


def test_a_missed_stop_is_skipped_and_the_event_says_so(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(4))
    fixes = [*tell.fixes_at([-60.0] * 5), *tell.fixes_at([240.0] * 30, from_s=200)]
    told = follow(trail, fixes, None)
    enter = next(e for e in told.events if e.type == "enter")
    assert (enter.stop, enter.skipped) == ("arrêt-3", ("arrêt-1", "arrêt-2"))
    assert told.next is not None
    assert told.next.stop == "arrêt-4"


def test_a_stop_beyond_the_window_does_not_wake(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(4))
    assert tell.stops_of(follow(trail, tell.fixes_at([360.0] * 30), None), "enter") == []


def test_strict_order_waits_for_the_next_stop(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(3), order="strict", window=3)
    told = follow(trail, tell.fixes_at([120.0] * 30), None)
    assert tell.stops_of(told, "enter") == []
    there = follow(trail, tell.fixes_at([0.0] * 30), None)
    assert tell.stops_of(there, "enter") == ["arrêt-1"]


def test_a_skipped_stop_does_not_wake_on_the_way_back(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(3))
    fixes = [*tell.fixes_at([240.0] * 20), *tell.fixes_at(tell.steps(240, -60), from_s=20)]
    assert tell.stops_of(follow(trail, fixes, None), "enter") == ["arrêt-3"]


def test_in_free_order_every_stop_wakes_and_all_complete_the_trail(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(5), order="free")
    told = follow(trail, tell.fixes_at(tell.steps(560, -60)), None)
    assert tell.stops_of(told, "enter") == [f"arrêt-{n}" for n in (5, 4, 3, 2, 1)]
    assert all(e.skipped == () for e in told.events)
    completed = [e for e in told.events if e.type == "completed"]
    last_enter = [e for e in told.events if e.type == "enter"][-1]
    assert [e.at_s for e in completed] == [last_enter.at_s]
    assert told.next is None


def test_the_last_stop_completes_the_trail_once(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(2))
    metres = [*tell.steps(-60, 250), *tell.steps(250, -60), *tell.steps(-60, 250)]
    told = follow(trail, tell.fixes_at(metres), None)
    assert tell.kinds(told, "enter", "completed") == ["enter", "enter", "completed"]


def test_a_closed_stop_sleeps_and_counts_as_skipped(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(3))
    shut = frozenset({"arrêt-2"})
    told = follow(trail, tell.fixes_at(tell.steps(-60, 300)), None, closed=shut)
    enters = [(e.stop, e.skipped) for e in told.events if e.type == "enter"]
    assert enters == [("arrêt-1", ()), ("arrêt-3", ("arrêt-2",))]
    assert tell.stops_of(told, "approach") == ["arrêt-1", "arrêt-3"]


def test_a_closed_stop_makes_room_in_the_window(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(3), order="strict")
    shut = frozenset({"arrêt-1"})
    told = follow(trail, tell.fixes_at([120.0] * 20), None, closed=shut)
    assert tell.stops_of(told, "enter") == ["arrêt-2"]


def test_a_closed_last_stop_does_not_keep_the_trail_from_being_completed(
    tell: SimpleNamespace,
) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(2))
    told = follow(trail, tell.fixes_at([0.0] * 9), None, closed=frozenset({"arrêt-2"}))
    assert "completed" in tell.kinds(told)
    assert told.next is None


def test_a_stop_opens_when_its_closure_ends(tell: SimpleNamespace) -> None:
    ends_s = tell.start_s + 60

    def closed(at_s: float) -> frozenset[str]:
        return frozenset({"porte-muree"}) if at_s < ends_s else frozenset()

    told = follow(tell.a_trail(), tell.fixes_at([0.0] * 120), None, closed=closed)
    enter = next(e for e in told.events if e.type == "enter")
    assert 60 < enter.at_s - tell.start_s < 70


def test_i_am_here_enters_by_hand_and_plays(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(3))
    told = follow(trail, tell.fixes_at([50.0] * 3), None, here="arrêt-2")
    enter, play = (e for e in told.events if e.type in ("enter", "play"))
    assert (enter.stop, enter.manual, enter.zone, enter.fix) == ("arrêt-2", True, None, None)
    assert enter.skipped == ("arrêt-1",)
    assert (play.stop, play.after) == ("arrêt-2", "at_once")


def test_i_am_here_needs_no_fix(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(3, narration_s=60))
    told = follow(trail, [], None, here="arrêt-1", now_s=tell.start_s)
    assert tell.kinds(told) == ["enter", "play"]
    assert {e.at_s for e in told.events} == {tell.start_s}
    on = follow(trail, tell.fixes_at(tell.steps(60, 120), from_s=5), told.progress)
    assert tell.stops_of(on, "enter") == ["arrêt-2"]
    assert tell.stops_of(on, "play") == []


def test_i_am_here_said_twice_enters_once(tell: SimpleNamespace) -> None:
    first = follow(tell.a_trail(), [], None, here="porte-muree")
    again = follow(tell.a_trail(), [], first.progress, here="porte-muree")
    assert again.events == ()
    assert again.progress == first.progress


def test_i_am_here_brings_back_a_skipped_stop(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(3))
    skipped = follow(trail, tell.fixes_at([120.0] * 20), None)
    told = follow(trail, [], skipped.progress, here="arrêt-1")
    assert tell.kinds(told) == ["enter", "play"]
    assert told.next is not None
    assert told.next.stop == "arrêt-3"


def test_i_am_here_from_another_village_is_refused(tell: SimpleNamespace) -> None:
    before = follow(tell.a_trail(), [tell.a_fix(0, 251.0)], None)
    with pytest.raises(HereImplausible):
        follow(tell.a_trail(), [], before.progress, here="porte-muree")
    near = follow(tell.a_trail(), [tell.a_fix(1, 249.0)], before.progress, here="porte-muree")
    assert "enter" in tell.kinds(near)


def test_i_am_here_believes_three_times_the_accuracy(tell: SimpleNamespace) -> None:
    coarse = [tell.a_fix(0, 1400.0, accuracy_m=500.0)]
    assert "enter" in tell.kinds(follow(tell.a_trail(), coarse, None, here="porte-muree"))
    far = [tell.a_fix(0, 1600.0, accuracy_m=500.0)]
    with pytest.raises(HereImplausible):
        follow(tell.a_trail(), far, None, here="porte-muree")


def test_i_am_here_at_no_stop_is_not_found(tell: SimpleNamespace) -> None:
    with pytest.raises(NotFound):
        follow(tell.a_trail(), [], None, here="l-étang-d-à-côté")


def test_next_tells_way_and_distance(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(2))
    told = follow(trail, [tell.a_fix(0, -300.0)], None)
    assert told.next is not None
    assert told.next.stop == "arrêt-1"
    assert told.next.distance_m == pytest.approx(300)
    assert told.next.bearing_deg == pytest.approx(90, abs=0.1)
    unknown = follow(trail, [], None).next
    assert unknown is not None
    assert (unknown.stop, unknown.distance_m) == ("arrêt-1", None)


def test_in_free_order_the_nearest_comes_next(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(4), order="free")
    told = follow(trail, [tell.a_fix(0, 230.0, 40.0)], None)
    assert told.next is not None
    assert told.next.stop == "arrêt-3"
