"""Closures: what is closed, when, and for how long."""

from datetime import UTC, date, datetime

import pytest

from odyssee.domain.closures import Closure, closed_stops, closure_from_document, is_open_on

FLOOD = {
    "legend": "dame-de-riants",
    "from": "2026-06-01T08:00:00Z",
    "to": "2026-06-03T18:00:00Z",
    "kind": "flood",
    "text": {"fr": "L’Huisne déborde."},
}


def a_closure(**changes: object) -> Closure:
    return closure_from_document({**FLOOD, **changes})


@pytest.mark.parametrize(
    ("day", "is_open"),
    [(date(2026, 5, 31), True), (date(2026, 6, 1), False), (date(2026, 6, 3), False)],
)
def test_a_closed_trail_is_closed_on_every_day_it_touches(day: date, is_open: bool) -> None:  # noqa: FBT001 - a case
    assert is_open_on([a_closure()], day) is is_open


def test_a_closed_stop_leaves_the_trail_open() -> None:
    closure = a_closure(stop="porte-muree")
    assert is_open_on([closure], date(2026, 6, 2))
    assert closed_stops([closure], datetime(2026, 6, 2, tzinfo=UTC)) == {"porte-muree"}


def test_a_closure_ends_with_its_last_instant_not_after_it() -> None:
    closure = a_closure(stop="porte-muree")
    assert closed_stops([closure], datetime(2026, 6, 3, 17, 59, tzinfo=UTC))
    assert not closed_stops([closure], datetime(2026, 6, 3, 18, 0, tzinfo=UTC))


def test_a_closure_without_an_end_goes_on() -> None:
    assert not is_open_on([a_closure(to=None)], date(2030, 1, 1))


def test_a_closed_stretch_leaves_the_trail_open() -> None:
    line = {"type": "LineString", "coordinates": [[0.9, 48.2], [0.91, 48.2]]}
    assert is_open_on([a_closure(stretch=line)], date(2026, 6, 2))
