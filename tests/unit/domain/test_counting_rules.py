"""What is counted, under which days, and where a batch stands among those that were taken."""

import json
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.batches import place_of, write_batch
from odyssee.domain.statistics import EVENT_TYPES, Cell, is_countable, sum_up

TODAY = date(2026, 6, 1)
cells = st.builds(
    Cell,
    st.dates(date(2026, 1, 1), date(2026, 1, 5)),
    st.sampled_from(["dame-de-riants", "le-marcou"]),
    st.sampled_from(["fr", "en"]),
    st.sampled_from(EVENT_TYPES),
)


def test_a_day_is_believed_from_sixty_days_ago_to_tomorrow() -> None:
    believed = [d for d in range(-70, 10) if is_countable(TODAY + timedelta(days=d), TODAY)]
    assert believed == list(range(-60, 2))


@given(st.lists(st.tuples(cells, st.integers(1, 9))))
def test_what_is_summed_is_what_was_counted(counts: list[tuple[Cell, int]]) -> None:
    summed = sum_up(counts)
    assert sum(summed.values()) == sum(n for _cell, n in counts)
    assert list(summed) == sorted({cell for cell, _n in counts})
    assert all(n == sum(k for c, k in counts if c == cell) for cell, n in summed.items())


@given(st.integers(0, 10))
def test_a_number_is_known_or_next_or_beyond_a_gap(last: int) -> None:
    places = [place_of(seq, last) for seq in range(1, last + 4)]
    assert places == ["known"] * last + ["next", "gap", "gap"]


@given(st.lists(st.tuples(cells, st.integers(1, 9))))
def test_the_same_batch_has_the_same_bytes(counts: list[tuple[Cell, int]]) -> None:
    body = write_batch("e", 7, "m", counts)
    assert body == write_batch("e", 7, "m", counts)
    told = json.loads(body)
    assert (told["epoch"], told["seq"], told["mark"]) == ("e", 7, "m")
    assert [(one["day"], one["n"]) for one in told["counts"]] == [
        (cell.day.isoformat(), n) for cell, n in counts
    ]
