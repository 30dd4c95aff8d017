"""Leaving a known route and coming back to it, told as walks in metres."""

from types import SimpleNamespace
from typing import Any

import pytest

from odyssee.domain.proximity import Trail, follow

TURNS = ("off_trail", "back_on_trail")


@pytest.fixture
def trail(tell: SimpleNamespace) -> Trail:
    """From west to east; its only stop lies beside the line's end."""
    stop = tell.a_stop("pré-de-l-étang", 400, 90, radius_m=60)
    trail: Trail = tell.a_trail(stop, route=tell.a_route((0, 0), (400, 0)))
    return trail


def there_and_back(tell: SimpleNamespace, out_m: float, **fix: Any) -> list[Any]:
    """Along the route, square away from it, and back."""
    along = tell.fixes_at(tell.steps(0, 150), **fix)
    away = [0.0 + y for y in (*tell.steps(0, out_m), *tell.steps(out_m, 0))]
    aside = [tell.a_fix(len(along) + n, 150, y, **fix) for n, y in enumerate(away)]
    return [*along, *aside, *tell.fixes_at([150.0] * 20, from_s=len(along) + len(aside), **fix)]


def test_leaving_the_route_is_told_once_and_coming_back_once(
    tell: SimpleNamespace, trail: Trail
) -> None:
    told = follow(trail, there_and_back(tell, 120), None)
    off, back = (event for event in told.events if event.type in TURNS)
    assert (off.type, back.type) == TURNS
    assert (off.stop, off.zone, back.stop, back.zone) == (None, None, None, None)
    assert off.id != back.id


def test_a_detour_of_30_m_is_none(tell: SimpleNamespace, trail: Trail) -> None:
    assert tell.kinds(follow(trail, there_and_back(tell, 30), None), *TURNS) == []


def test_a_bad_receiver_on_the_route_never_leaves_it(tell: SimpleNamespace, trail: Trail) -> None:
    wild = [(-1) ** (n // 10) * 30.0 for n in range(200)]
    fixes = [tell.a_fix(n, 1.3 * n, y, accuracy_m=40.0) for n, y in enumerate(wild)]
    assert tell.kinds(follow(trail, fixes, None), *TURNS) == []


def test_nobody_leaves_a_route_that_they_were_never_on(tell: SimpleNamespace, trail: Trail) -> None:
    far = tell.fixes_at(tell.steps(0, 300), y=-200.0)
    assert tell.kinds(follow(trail, far, None), *TURNS) == []
    arriving = [tell.a_fix(300 + n, 300, y) for n, y in enumerate(tell.steps(-200, 0))]
    assert tell.kinds(follow(trail, [*far, *arriving], None), *TURNS) == []


def test_whoever_is_in_a_zone_has_not_left_the_route(tell: SimpleNamespace, trail: Trail) -> None:
    along = tell.fixes_at(tell.steps(200, 400))
    aside = [tell.a_fix(len(along) + n, 400, y) for n, y in enumerate([*tell.steps(0, 90)])]
    rest = tell.fixes_at([400.0] * 60, from_s=300, y=90.0)
    told = follow(trail, [*along, *aside, *rest], None)
    assert tell.kinds(told, "enter", *TURNS) == ["enter"]


def test_a_sketch_is_no_route_to_leave(tell: SimpleNamespace) -> None:
    sketch = tell.a_route((0, 0), (400, 0), status="sketch")
    told = follow(tell.a_trail(route=sketch), there_and_back(tell, 120), None)
    assert tell.kinds(told, *TURNS) == []


def test_the_turns_are_the_same_in_any_pieces(tell: SimpleNamespace, trail: Trail) -> None:
    fixes = there_and_back(tell, 120)
    whole = follow(trail, fixes, None)
    events, token = tell.in_pieces(trail, fixes, range(len(fixes)))
    assert (events, token) == (list(whole.events), whole.progress)


def test_sparse_fixes_tell_the_turns_too(tell: SimpleNamespace, trail: Trail) -> None:
    fixes = there_and_back(tell, 150)[::15]
    assert tell.kinds(follow(trail, fixes, None), *TURNS) == list(TURNS)


def test_a_new_revision_forgets_on_which_side_the_walker_was(tell: SimpleNamespace) -> None:
    def trail(revision: int, north: float) -> Trail:
        route = tell.a_route((0, north), (400, north))
        made: Trail = tell.a_trail(tell.a_stop(x=2000), route=route, revision=revision)
        return made

    out = follow(trail(1, 0.0), tell.fixes_at(tell.steps(0, 100)), None)
    moved = tell.fixes_at(tell.steps(100, 200), from_s=100)
    assert tell.kinds(follow(trail(2, 300.0), moved, out.progress), *TURNS) == []
    assert tell.kinds(follow(trail(1, 0.0), moved, out.progress), *TURNS) == []


def test_the_next_check_comes_before_leaving_is_a_minute_old(
    tell: SimpleNamespace,
) -> None:
    """On the route 16 s of evidence and 50 m at 1.5 m/s are lacking, off it no metres."""
    trail = tell.a_trail(tell.a_stop(x=5000), route=tell.a_route((0, 0), (400, 0)))
    along = tell.fixes_at(tell.steps(0, 100))
    on = follow(trail, along, None)
    assert on.next_check_s == pytest.approx(60 + 16 + 50 / 1.5, abs=1)
    aside = tell.fixes_at([100.0] * 30, from_s=len(along), y=-80.0)
    leaving = follow(trail, [*along, *aside], None)
    assert leaving.next_check_s < 60 + 16
