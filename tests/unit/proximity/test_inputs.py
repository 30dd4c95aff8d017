"""Which fixes count, told as walks in metres."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest

from odyssee.domain.proximity import MAX_STEPS, Fix, count_steps, follow

NOTHING = pytest.mark.parametrize(
    "change",
    [
        {"accuracy_m": 101.0},
        {"accuracy_m": math.nan},
        {"accuracy_m": math.inf},
        {"lon": math.nan},
        {"lat": math.inf},
        {"lon": 181.0},
        {"at_s": math.nan},
        {"at_s": math.inf},
        {"lon": 0.0, "lat": 0.0},
    ],
    ids=str,
)


@NOTHING
def test_what_is_no_reading_decides_nothing(
    tell: SimpleNamespace, change: dict[str, float]
) -> None:
    fixes = [replace(fix, **change) for fix in tell.fixes_at([0.0] * 60)]
    told = follow(tell.a_trail(), fixes, None)
    assert told.events == ()
    assert told.steps == 0


@NOTHING
def test_what_is_no_reading_disturbs_nothing(
    tell: SimpleNamespace, change: dict[str, float]
) -> None:
    fixes = tell.fixes_at(tell.steps(-60, 60))
    bad = replace(tell.a_fix(20.5, 3000.0), **change)
    clean = follow(tell.a_trail(), fixes, None)
    told = follow(tell.a_trail(), [*fixes[:21], bad, *fixes[21:]], None)
    assert told.progress == clean.progress


@pytest.mark.parametrize("accuracy_m", [None, 0.0, -1.0])
def test_an_unknown_accuracy_counts_as_30_m(
    tell: SimpleNamespace, accuracy_m: float | None
) -> None:
    unknown = follow(tell.a_trail(), tell.fixes_at([0.0] * 30, accuracy_m=accuracy_m), None)
    thirty = follow(tell.a_trail(), tell.fixes_at([0.0] * 30, accuracy_m=30.0), None)
    assert unknown.progress == thirty.progress


def test_one_spike_between_good_fixes_tells_nothing(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(tell.a_stop(x=400))
    fixes = tell.fixes_at(tell.steps(-100, -60))
    spiked = [*fixes[:10], tell.a_fix(9.5, 400.0), *fixes[10:]]
    assert follow(trail, spiked, None).events == ()


def test_two_quick_spikes_do_not_move_the_walker(tell: SimpleNamespace) -> None:
    fixes = [
        *tell.fixes_at([-200] * 20),
        *tell.fixes_at([0, 0, 0], from_s=20),
        tell.a_fix(23, -200),
    ]
    told = follow(tell.a_trail(), fixes, None)
    assert tell.kinds(told, "enter") == []
    assert told.next is not None
    assert told.next.distance_m == pytest.approx(200)


def test_suspects_that_agree_for_ten_seconds_are_right(tell: SimpleNamespace) -> None:
    fixes = [tell.a_fix(0, -5000), *tell.fixes_at([0.0] * 20, from_s=1)]
    told = follow(tell.a_trail(), fixes, None)
    enter = next(e for e in told.events if e.type == "enter")
    assert 11 <= enter.at_s - tell.start_s <= 16


def test_fixes_up_to_two_minutes_late_change_nothing(tell: SimpleNamespace) -> None:
    first = follow(tell.a_trail(), tell.fixes_at(tell.steps(-250, -70)), None)
    late = tell.fixes_at([0.0] * 100, from_s=30)
    again = follow(tell.a_trail(), late, first.progress)
    assert again.events == ()
    assert again.progress == first.progress


def test_a_clock_set_back_starts_time_again(tell: SimpleNamespace) -> None:
    first = follow(tell.a_trail(), tell.fixes_at([-100.0] * 10, from_s=7200), None)
    told = follow(tell.a_trail(), tell.fixes_at([0.0] * 20, from_s=3600), first.progress)
    enter = next(e for e in told.events if e.type == "enter")
    assert enter.at_s - tell.start_s == 3600 + 10 + 5


def test_two_fixes_from_long_ago_are_no_clock_set_back(tell: SimpleNamespace) -> None:
    first = follow(tell.a_trail(), tell.fixes_at([-100.0] * 10, from_s=7200), None)
    token = first.progress
    for at_s in (3600, 3700, 3600, 3500, 3590):  # never three in rising order
        token = follow(tell.a_trail(), [tell.a_fix(at_s, 0.0)], token).progress
    told = follow(tell.a_trail(), [tell.a_fix(7210, -100.0)], token)
    assert told.steps == 1


def test_a_clock_set_back_keeps_what_was_heard_and_the_story_that_speaks(
    tell: SimpleNamespace,
) -> None:
    trail = tell.a_trail(*tell.stops_in_a_row(2, narration_s=100))
    first = follow(trail, tell.fixes_at(tell.steps(-60, 5), from_s=7200), None)
    assert tell.stops_of(first, "play") == ["arrêt-1"]
    back = follow(trail, tell.fixes_at([5.0] * 12, from_s=0), first.progress)
    on = follow(trail, tell.fixes_at(tell.steps(5, 120), from_s=12), back.progress)
    plays = [e for e in (*back.events, *on.events) if e.type == "play"]
    assert [(e.stop, e.after) for e in plays] == [("arrêt-2", "queued")]


def test_a_day_later_the_walk_starts_again_without_evidence(tell: SimpleNamespace) -> None:
    first = follow(tell.a_trail(), tell.fixes_at([0.0] * 3), None)
    assert tell.kinds(first, "enter") == []
    told = follow(tell.a_trail(), tell.fixes_at([0.0] * 3, from_s=90_000), first.progress)
    assert tell.kinds(told, "enter") == []
    assert told.steps == 2


def test_counted_steps_are_never_fewer_than_taken_ones(tell: SimpleNamespace) -> None:
    fixes = tell.fixes_at(tell.steps(-60, 60, 7.0), every_s=17.0)
    before = follow(tell.a_trail(), [tell.a_fix(-59, -60)], None)
    assert follow(tell.a_trail(), fixes, before.progress).steps <= count_steps(fixes)
    assert count_steps([]) == 0
    assert count_steps(fixes[:1]) == 30


def test_a_thousand_sparse_fixes_are_too_many_steps() -> None:
    fixes = [Fix(60.0 * n, 0.9, 48.3) for n in range(1000)]
    assert count_steps(fixes) > MAX_STEPS
