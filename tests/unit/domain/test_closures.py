"""Closures: what is closed, when, and for how long."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from closure_builders import a_closure
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.canonical import canonical
from odyssee.domain.closures import (
    KINDS,
    MAX_POSITIONS,
    MAX_TEXT,
    Closure,
    check_closure,
    closed_stops,
    closure_from_document,
    closure_to_document,
    is_open_on,
)
from odyssee.domain.geo import BBox

ENDS = datetime(2026, 6, 3, 18, 0, tzinfo=UTC)
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
GROUND = BBox(0.7, 48.1, 1.3, 48.8)
STRETCH = ((0.9, 48.2), (0.91, 48.2))
SECOND = timedelta(seconds=1)

instants = st.datetimes(
    datetime(2026, 1, 1), datetime(2026, 12, 31),  # noqa: DTZ001 - Hypothesis adds the zones
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-9))]),
)  # fmt: skip
closures = st.builds(
    Closure,
    legend=st.just("dame-de-riants"),
    starts_at=instants.map(lambda at: at.astimezone(UTC)),
    ends_at=st.none() | instants.map(lambda at: at.astimezone(UTC)),
    kind=st.sampled_from(KINDS),
    text=st.dictionaries(st.sampled_from(["fr", "en"]), st.text(max_size=20)),
    stop=st.none() | st.just("gue"),
    stretch=st.none() | st.just(STRETCH),
)


def flood(**changes: object) -> Closure:
    return a_closure(**{"ends_at": ENDS, **changes})


@pytest.mark.parametrize(
    ("day", "is_open"),
    [(date(2026, 5, 31), True), (date(2026, 6, 1), False), (date(2026, 6, 3), False)],
)
def test_a_closed_trail_is_closed_on_every_day_it_touches(day: date, is_open: bool) -> None:  # noqa: FBT001 - a case
    assert is_open_on([flood()], day) is is_open


def test_a_closed_stop_leaves_the_trail_open() -> None:
    closure = flood(stop="porte-muree")
    assert is_open_on([closure], date(2026, 6, 2))
    assert closed_stops([closure], datetime(2026, 6, 2, tzinfo=UTC)) == {"porte-muree"}


def test_a_closure_ends_with_its_last_instant_not_after_it() -> None:
    closure = flood(stop="porte-muree")
    assert closed_stops([closure], ENDS - SECOND)
    assert not closed_stops([closure], ENDS)


def test_a_closure_without_an_end_goes_on() -> None:
    assert not is_open_on([a_closure()], date(2030, 1, 1))
    assert a_closure().stands(datetime(2030, 1, 1, tzinfo=UTC))


def test_a_closed_stretch_leaves_the_trail_open() -> None:
    assert is_open_on([flood(stretch=STRETCH)], date(2026, 6, 2))


def test_a_stop_is_told_for_a_day_after_its_end_and_the_rest_only_until_its_end() -> None:
    late = ENDS + timedelta(days=1)
    stop, trail = flood(stop="gue"), flood()
    assert (stop.stands(late - SECOND), stop.stands(late)) == (True, False)
    assert (trail.stands(ENDS - SECOND), trail.stands(ENDS)) == (True, False)
    assert (trail.leaves_at, stop.leaves_at) == (ENDS, late)


@given(closures, instants)
def test_what_holds_or_is_to_come_is_told(closure: Closure, at: datetime) -> None:
    if closure.holds_at(at) or not closure.is_over(at):
        assert closure.stands(at)


@given(closures)
def test_a_document_gives_the_closure_back(closure: Closure) -> None:
    document = json.loads(canonical(closure_to_document(closure)))
    assert closure_from_document(document) == closure


def faults(closure: Closure) -> dict[str, str]:
    found = check_closure(closure, {"gue", "etang-de-l-herbage"}, GROUND, NOON)
    return {problem.where: problem.code for problem in found}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"stop": "etang-de-l-herbage"},
        {"stretch": STRETCH},
        {"ends_at": NOON + SECOND},
        {"starts_at": NOON + timedelta(days=9)},
        {"text": {"fr": "L’Étang de l’Herbage-Œuvré déborde « là-bas »."}},
        {"stretch": STRETCH * (MAX_POSITIONS // 2)},
    ],
)
def test_a_whole_closure_has_no_fault(changes: dict[str, object]) -> None:
    assert faults(a_closure(**changes)) == {}


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({"stop": "nulle-part"}, {"stop": "unknown_stop"}),
        ({"ends_at": a_closure().starts_at}, {"to": "ends_before"}),
        ({"ends_at": NOON}, {"to": "over_already"}),
        ({"text": {}}, {"text/fr": "missing"}),
        ({"text": {"en": "Closed."}}, {"text/fr": "missing"}),
        ({"text": {"fr": "Fermé.", "de": "Zu."}}, {"text": "not_allowed"}),
        ({"text": {"fr": " \u00a0"}}, {"text/fr": "too_short"}),
        ({"text": {"fr": "é" * (MAX_TEXT + 1)}}, {"text/fr": "too_long"}),
        ({"text": {"fr": "Fermé\x00"}}, {"text/fr": "bad_character"}),
        ({"stretch": STRETCH[:1]}, {"stretch/coordinates": "too_short"}),
        ({"stretch": STRETCH[:1] * 3}, {"stretch/coordinates": "too_short"}),
        ({"stretch": STRETCH * MAX_POSITIONS}, {"stretch/coordinates": "too_long"}),
        (
            {"stretch": ((48.2, 0.9), STRETCH[0], (float("nan"), 48.2))},
            {"stretch/coordinates/0": "off_territory", "stretch/coordinates/2": "off_territory"},
        ),
        ({"stop": "gue", "stretch": STRETCH}, {"stretch": "stop_or_stretch"}),
        (
            {"stop": "x", "text": {}, "ends_at": NOON},
            {"stop": "unknown_stop", "text/fr": "missing", "to": "over_already"},
        ),
    ],
)
def test_every_fault_is_told_at_its_place(changes: dict[str, object], due: dict[str, str]) -> None:
    assert faults(a_closure(**changes)) == due


def test_without_a_territory_a_stretch_lies_on_earth() -> None:
    line = replace(a_closure(), stretch=((200.0, 48.2), (9.0, 4.0)))
    found = check_closure(line, set(), None, NOON)
    assert [problem.where for problem in found] == ["stretch/coordinates/0"]
