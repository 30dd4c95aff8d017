"""A table opens in a French spreadsheet, and no text in it becomes a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.spreadsheets import to_csv


def read(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\uff1d1", '=HYPERLINK("x";"y")'],
)
def test_no_text_becomes_a_formula(text: str) -> None:
    assert read(to_csv([[text]])) == [["'" + text]]


def test_a_french_spreadsheet_reads_marks_letters_and_numbers() -> None:
    raw = to_csv([["Étape; l’Étang", 12, 0.75, None, "<5"]])
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.decode("utf-8-sig") == '"Étape; l’Étang";12;0,75;;<5\r\n'


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_whatever_stands_in_a_cell_stays_one_cell(cells: list[str]) -> None:
    rows = read(to_csv([["x", *cells]]))
    assert len(rows) == 1
    for written, cell in zip(rows[0][1:], cells, strict=True):
        assert written in (cell, f"'{cell}")
        assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))
