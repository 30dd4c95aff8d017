"""Which story speaks when, told as walks in metres."""

from itertools import pairwise
from types import SimpleNamespace

from odyssee.domain.proximity import Followed, follow


def plays(followed: Followed) -> list[tuple[str | None, str | None]]:
    return [(e.stop, e.after) for e in followed.events if e.type == "play"]


def test_a_story_that_comes_during_another_waits_for_its_end(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(2, narration_s=200))
    told = follow(trail, tell.fixes_at([*tell.steps(-40, 120), *[120.0] * 200]), None)
    assert plays(told) == [("arrêt-1", "at_once"), ("arrêt-2", "queued")]
    first, second = (e.at_s for e in told.events if e.type == "play")
    assert second - first == 200


def test_the_client_frees_the_player_early(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(2, narration_s=900))
    on_the_way = follow(trail, tell.fixes_at(tell.steps(-40, 120)), None)
    told = follow(trail, [], on_the_way.progress, heard=["arrêt-1"])
    assert plays(told) == [("arrêt-2", "queued")]
    assert told.events[0].fix is None


def test_what_is_heard_elsewhere_does_not_free_the_player(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(3, narration_s=900))
    on_the_way = follow(trail, tell.fixes_at(tell.steps(-40, 120)), None)
    assert plays(follow(trail, [], on_the_way.progress, heard=["arrêt-3", "inconnu"])) == []


def test_two_that_wait_speak_by_priority_then_by_order(tell: SimpleNamespace) -> None:
    stops = [
        tell.a_stop("a", 0, narration_s=600),
        tell.a_stop("b", 120, narration_s=10),
        tell.a_stop("c", 240, narration_s=10),
        tell.a_stop("d", 360, narration_s=10, priority=5),
    ]
    told = follow(
        tell.a_trail(*stops, order="free"),
        tell.fixes_at([*tell.steps(-40, 420), *[420.0] * 400]),
        None,
    )
    assert [stop for stop, _ in plays(told)] == ["a", "d", "b", "c"]


def test_a_story_starts_by_itself_once_a_walk(tell: SimpleNamespace) -> None:
    there_and_back = [*tell.steps(-60, 100), *tell.steps(100, -60), *tell.steps(-60, 100)]
    told = follow(tell.a_trail(), tell.fixes_at(there_and_back), None)
    assert len(plays(told)) == 1


def test_each_entry_plays_again_after_its_rest(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(tell.a_stop(repeat="each_entry", cooldown_s=300, narration_s=20))
    lap = [*tell.steps(-80, 0), *tell.steps(0, -80)]
    told = follow(trail, tell.fixes_at(lap * 8), None)
    enters = tell.kinds(told, "enter")
    starts = [e.at_s for e in told.events if e.type == "play"]
    assert len(enters) == 8
    assert len(starts) == 3
    assert all(b - a >= 320 for a, b in pairwise(starts))


def test_a_story_heard_at_home_does_not_start_by_itself(tell: SimpleNamespace) -> None:
    at_home = follow(tell.a_trail(), [], None, heard=["porte-muree"])
    told = follow(tell.a_trail(), tell.fixes_at(tell.steps(-60, 0)), at_home.progress)
    assert tell.kinds(told, "enter", "play") == ["enter"]


def test_no_story_starts_in_a_vehicle(tell: SimpleNamespace) -> None:
    fixes = tell.fixes_at(tell.steps(-200, 200, 5.0), speed_mps=5.0)
    assert tell.kinds(follow(tell.a_trail(), fixes, None), "enter", "play") == ["enter"]


def test_a_speed_that_the_phone_does_not_report_is_reckoned(tell: SimpleNamespace) -> None:
    fixes = tell.fixes_at(tell.steps(-500, 200, 6.0), speed_mps=None)
    assert tell.kinds(follow(tell.a_trail(), fixes, None), "enter", "play") == ["enter"]


def test_the_story_starts_when_the_driver_stops_inside(tell: SimpleNamespace) -> None:
    arriving = tell.fixes_at(tell.steps(-200, 0, 5.0), speed_mps=5.0)
    parked = tell.fixes_at([0.0] * 5, from_s=len(arriving), speed_mps=0.0)
    told = follow(tell.a_trail(), [*arriving, *parked], None)
    assert plays(told) == [("porte-muree", "at_once")]


def test_i_am_here_waits_for_the_story_that_speaks(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(2, narration_s=100))
    first = follow(trail, tell.fixes_at(tell.steps(-40, 20)), None)
    asked = follow(trail, [], first.progress, here="arrêt-2")
    assert tell.kinds(asked) == ["enter", "completed"]
    told = follow(trail, tell.fixes_at([20.0] * 100, from_s=60), asked.progress)
    assert plays(told) == [("arrêt-2", "queued")]
