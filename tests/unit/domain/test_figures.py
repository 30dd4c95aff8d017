"""No hidden number can be reckoned: shown by trying every table that looks the same."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.figures import THRESHOLD, Sum, figures_of, hide, hide_total, rate

STOPS = {"dame-de-riants": ["porte", "etang", "chapelle"]}


def told(counts: tuple[int, ...]) -> tuple[tuple[int | None, ...], int | None]:
    """A column and its total, as a reader gets them."""
    return tuple(hide(counts)), hide_total(counts)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_no_hidden_number_has_only_one_value_that_fits(width: int) -> None:
    alike: dict[object, list[tuple[int, ...]]] = {}
    for counts in product(range(11), repeat=width):
        alike.setdefault(told(counts), []).append(counts)
    for (shown, total), tables in alike.items():
        if total is not None and total > 10 + sum(n or 0 for n in shown):
            continue  # larger numbers than those tried here would fit as well
        for at, n in enumerate(shown):
            if n is None:
                assert len({counts[at] for counts in tables}) > 1, (shown, total, tables)


@given(st.lists(st.integers(0, 40), max_size=12))
def test_every_small_number_is_hidden_and_never_alone(counts: list[int]) -> None:
    shown = hide(counts)
    assert all(n is None or n == 0 or n >= THRESHOLD for n in shown)
    assert all(n is None or n == counts[at] for at, n in enumerate(shown))
    hidden = [counts[at] for at, n in enumerate(shown) if n is None]
    if hidden and sum(counts) >= THRESHOLD:
        assert len(hidden) > 1
        assert sum(hidden) >= THRESHOLD


@given(st.permutations([0, 1, 1, 4, 5, 5, 7, 20]))
def test_in_whatever_order_the_same_numbers_are_hidden(counts: list[int]) -> None:
    told_of = dict(zip(counts, hide(counts), strict=True))
    assert told_of == {0: 0, 1: None, 4: None, 5: 5, 7: 7, 20: 20}
    assert hide_total(counts) == 43


def test_a_total_that_tells_every_number_is_hidden() -> None:
    assert hide_total([1, 1, 1, 0, 1, 1]) is None
    assert hide_total([1, 1, 1, 1, 2]) is None
    assert hide_total([1, 1, 1, 2, 2]) == 7


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 20)), max_size=12))
def test_within_a_group_whose_total_may_be_known_the_same_holds(
    cells: list[tuple[str, int]],
) -> None:
    counts, groups = [n for _g, n in cells], [g for g, _n in cells]
    shown = hide(counts, groups)
    for group in set(groups):
        mine = [at for at, one in enumerate(groups) if one == group]
        hidden = [counts[at] for at in mine if shown[at] is None]
        if any(0 < n < THRESHOLD for n in hidden) and sum(counts[at] for at in mine) >= THRESHOLD:
            assert len(hidden) > 1
            assert sum(hidden) >= THRESHOLD


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert hide([0, 5, 12]) == [0, 5, 12]
    assert hide([3, 5, 12]) == [None, None, 12]
    assert hide([3, 0, 0]) == [None, 0, 0]


def test_a_trail_is_told_stop_by_stop_in_its_order_from_what_is_shown() -> None:
    key = "dame-de-riants"
    sums = [
        Sum((key, ""), "trail_started", 40),
        Sum((key, "porte"), "narration_started", 36),
        Sum((key, "porte"), "narration_finished", 27),
        Sum((key, "etang"), "narration_started", 20),
        Sum((key, "chapelle"), "narration_started", 3),
    ]
    (dropped,) = figures_of("stop", sums, STOPS).drop_off
    assert (dropped.legend, dropped.starts) == (key, 40)
    reached = [(one.stop, one.started, one.share) for one in dropped.stops]
    assert reached == [("porte", 36, 0.9), ("etang", None, None), ("chapelle", None, None)]
    by_key = {line.key: line for line in figures_of("stop", sums, STOPS).lines}
    assert by_key[key, "porte"].listening_rate == 0.75
    assert by_key[key, "chapelle"].listening_rate is None


def test_a_trail_that_is_not_served_any_more_is_told_by_the_names_of_its_stops() -> None:
    sums = [Sum(("le-marcou", stop), "narration_started", 9) for stop in ("b", "a")]
    (dropped,) = figures_of("stop", sums, STOPS).drop_off
    assert [one.stop for one in dropped.stops] == ["a", "b"]
    assert {one.share for one in dropped.stops} == {None}


def test_by_type_each_total_stands_for_itself() -> None:
    sums = [
        Sum(("trail_started",), "trail_started", 7),
        Sum(("trail_completed",), "trail_completed", 4),
    ]
    lines = {line.key[0]: line.counts for line in figures_of("type", sums, {}).lines}
    assert lines["trail_started"] == {"trail_started": 7}
    assert lines["trail_completed"] == {"trail_completed": None}
    assert lines["riddle_answered"] == {"riddle_answered": 0}


def test_a_rate_of_nothing_or_of_what_is_hidden_is_none() -> None:
    assert (rate(1, 0), rate(None, 9), rate(9, None), rate(0, 9)) == (None, None, None, 0.0)
