"""Credits: one clean line, whatever a picture says of itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.assets import check_line
from odyssee.domain.credits import MAX_CREDIT, clean_line, to_credit

TEXTS = st.lists(st.text(max_size=120), max_size=4)


@pytest.mark.parametrize(
    ("creators", "rights", "line"),
    [
        ([], [], None),
        ([" ", "\n"], ["\x00"], None),
        (["Zoé Œuvré"], [], "Zoé Œuvré"),
        (["Zoé", "Noël"], ["© 2026 Office du Perche"], "Zoé, Noël – © 2026 Office du Perche"),
        (["Zoé", "Zoé"], ["zoé"], "Zoé"),
        (["Zoé Œuvré"], ["© 2026 ZOÉ ŒUVRÉ"], "© 2026 ZOÉ ŒUVRÉ"),
        (["Zoé\r\nŒuvré"], ["\t©  2026\u00a0"], "Zoé Œuvré – © 2026"),
        (["\u202eéoZ\u202c"], [], "éoZ"),
        (["Zoe\u0301"], [], "Zoé"),
    ],
)
def test_authors_come_first_and_nothing_is_said_twice(
    creators: list[str], rights: list[str], line: str | None
) -> None:
    assert to_credit(creators, rights) == line


@given(TEXTS, TEXTS)
def test_a_credit_is_one_short_line_that_an_office_may_take_as_it_is(
    creators: list[str], rights: list[str]
) -> None:
    line = to_credit(creators, rights)
    if line is not None:
        assert 0 < len(line) <= MAX_CREDIT
        assert clean_line(line) == line
        assert check_line("credit", line) == []
    else:
        assert not any(clean_line(text) for text in (*creators, *rights))
