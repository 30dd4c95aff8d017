"""The tables of docs/securite.md: every requirement once, with a state, proved by real tests."""

import ast
import re
from collections import Counter
from typing import NamedTuple

import pytest

PAGE = "docs/securite.md"
STATES = ("tenu", "partiel", "non tenu", "exploitant", "sans objet")
COMING = {"médias", "bornes", "curation", "OIDC"}
_SECTIONS = {
    "1": (2, 9, 11, 3, 2),
    "2": (3, 3, 4, 1),
    "3": (0, 2, 4, 6, 5, 0, 2),
    "4": (3, 1, 2, 4),
    "5": (1, 3, 2, 3),
    "6": (3, 12, 4, 4, 5, 3, 0, 4),
    "7": (3, 4, 2, 5, 2, 2),
    "8": (2, 3, 1, 1),
    "9": (3, 4),
    "10": (2, 2, 4, 11, 5, 2, 3),
    "11": (2, 3, 3, 4, 1, 1),
    "12": (3, 2, 4),
    "13": (1, 5, 2, 5),
    "14": (2, 4, 3),
    "15": (3, 3, 7, 0),
    "16": (1, 5, 4, 3, 3),
    "17": (1, 4, 2),
}
"""How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has, numbered from 1."""
_NUMBER = re.compile(r"\b\d{1,2}\.\d{1,2}\.\d{1,2}\b|\bAPI\d{1,2}\b")
_TEST = re.compile(r"`(test_[a-z0-9_]+)`")
_ANCHOR = re.compile(r"\]\(#([^)]+)\)")


class Row(NamedTuple):
    """A line of a table that names requirements."""

    numbers: tuple[str, ...]
    proof: str
    state: str


@pytest.fixture(scope="module")
def rows(files: dict[str, str]) -> list[Row]:
    found = []
    for line in files[PAGE].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        numbers = tuple(_NUMBER.findall(cells[0])) if line.startswith("|") else ()
        if numbers:
            assert len(cells) == 3, line
            found.append(Row(numbers, cells[1], cells[2]))
    return found


@pytest.fixture(scope="module")
def tests(files: dict[str, str]) -> set[str]:
    """The name of every test, in whatever file."""
    return {
        node.name
        for name, text in files.items()
        if name.startswith("tests/") and name.endswith(".py")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    }


def test_every_test_that_the_security_page_names_exists(
    files: dict[str, str], tests: set[str]
) -> None:
    assert set(_TEST.findall(files[PAGE])) - tests == set()


def test_every_requirement_of_both_lists_stands_once(rows: list[Row]) -> None:
    asvs = {
        f"{chapter}.{section}.{number}"
        for chapter, counts in _SECTIONS.items()
        for section, count in enumerate(counts, 1)
        for number in range(1, count + 1)
    }
    assert len(asvs) == 253
    listed = Counter(number for row in rows for number in row.numbers)
    assert set(listed) == asvs | {f"API{number}" for number in range(1, 11)}
    assert [number for number, times in listed.items() if times > 1] == []


def test_every_state_is_one_of_the_words_and_what_holds_is_proved(rows: list[Row]) -> None:
    for row in rows:
        coming = re.fullmatch(r"à venir \((.+)\)", row.state)
        assert row.state in STATES or (coming and coming[1] in COMING), row
        if row.state == "tenu":
            assert _TEST.search(row.proof) or "](" in row.proof, row
        if row.state in {"partiel", "non tenu", "exploitant", "sans objet"}:
            assert row.proof, row


def test_every_section_that_a_proof_points_to_exists(files: dict[str, str]) -> None:
    headings = re.findall(r"^#+ (.+)$", files[PAGE], re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(_ANCHOR.findall(files[PAGE])) <= anchors
