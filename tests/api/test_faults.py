"""What is told of a body that cannot be read takes no more room than the body."""

import tracemalloc
from collections.abc import Callable

import pytest

from odyssee.api.admin.draft_bodies import parse_document
from odyssee.api.faults import MAX_POINTER, problems_of_json
from odyssee.domain.errors import InputInvalid

DEEP = b'{"' + b"k" * 190 + b'":'
TORN = b'"\\ud800"'


def peak_mb(tell: Callable[[], object]) -> float:
    tracemalloc.start()
    try:
        tell()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("value", [b"0", b"[]", b"{}"])
def test_long_keys_above_many_values_fill_no_memory(value: bytes) -> None:
    many = b"[" + b",".join([value] * 5_000) + b"]"
    long_key = b'{"' + b"k" * 50_000 + b'":' + many + b',"x":' + TORN + b"}"
    assert peak_mb(lambda: problems_of_json(long_key)) < 10
    nested = DEEP * 20 + many + b"}" * 20
    assert peak_mb(lambda: parse_document(nested)) < 10


def test_a_pointer_that_is_too_long_points_to_what_is_around() -> None:
    raw = DEEP * 3 + b"[" + b",".join([TORN] * 3) + b"]" + b"}" * 3
    told = problems_of_json(raw)
    assert [problem.code for problem in told] == ["bad_text"] * 3
    assert max(len(problem.where) for problem in told) <= MAX_POINTER
    assert told[0].where.startswith("k" * 190)
    with pytest.raises(InputInvalid) as refused:
        parse_document(raw)
    assert [problem.where for problem in refused.value.problems] == [p.where for p in told]


def test_torn_keys_and_texts_are_told_in_their_order() -> None:
    raw = b'{"a/b":["x",' + TORN + b'],"\\ud800":1,"c":{"d":' + TORN + b"}}"
    assert [p.where for p in problems_of_json(raw)] == ["?", "a~1b/1", "c/d"]
