"""Codes of kiosks: typed by people, whose mistakes are found before anybody is asked."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.enrolment_codes import BITS, check_code, read_code, write_code

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
numbers = st.integers(0, 2**BITS - 1)


def plain(code: str) -> str:
    return code.replace("-", "")


def test_a_code_is_longer_than_anybody_can_guess() -> None:
    assert BITS >= 112
    codes = {write_code(number) for number in range(1000)}
    assert len(codes) == 1000
    assert math.log2(32) * 23 == BITS


@given(numbers)
def test_what_is_told_is_read(number: int) -> None:
    code = write_code(number)
    assert [len(group) for group in code.split("-")] == [5] * 5
    assert set(plain(code)) <= set(LETTERS)
    assert read_code(code) == code
    assert check_code(code) == []


@given(numbers, st.data())
def test_every_wrong_character_is_found(number: int, data: st.DataObject) -> None:
    symbols = plain(write_code(number))
    at = data.draw(st.integers(0, 24))
    wrong = data.draw(st.sampled_from([letter for letter in LETTERS if letter != symbols[at]]))
    assert read_code(symbols[:at] + wrong + symbols[at + 1 :]) is None


def test_every_wrong_character_of_one_code_is_found() -> None:
    symbols = plain(write_code(2**114 + 12_345_678_901_234_567_890))
    wrong = [
        symbols[:at] + letter + symbols[at + 1 :]
        for at in range(25)
        for letter in LETTERS
        if letter != symbols[at]
    ]
    assert len(wrong) == 25 * 31
    assert [code for code in wrong if read_code(code)] == []


@given(numbers, st.integers(0, 24), st.integers(0, 24))
def test_two_characters_that_changed_places_are_found(number: int, one: int, other: int) -> None:
    symbols = list(plain(write_code(number)))
    before = symbols.copy()
    symbols[one], symbols[other] = symbols[other], symbols[one]
    if symbols != before:
        assert read_code("".join(symbols)) is None


@given(numbers, st.sampled_from([str.lower, str.upper, str.title]), st.sampled_from(["", " ", "–"]))
def test_capitals_and_what_stands_between_do_not_matter(
    number: int, spell: object, between: str
) -> None:
    code = write_code(number)
    assert callable(spell)
    assert read_code(f" {spell(code).replace('-', between)}\n") == code


def test_letters_that_look_alike_are_read_as_what_was_meant() -> None:
    code = next(c for c in map(write_code, range(10**6, 10**7)) if "0" in c and "1" in c)
    assert read_code(code.replace("0", "o").replace("1", "l")) == code
    assert read_code(code.replace("0", "O").replace("1", "I")) == code


@given(st.text(max_size=60))
def test_anything_else_is_told_as_mistyped(typed: str) -> None:
    found = [(problem.where, problem.code) for problem in check_code(typed)]
    assert found == ([] if read_code(typed) else [("code", "mistyped_code")])


@pytest.mark.parametrize("number", [-1, 2**BITS])
def test_a_number_that_does_not_fit_has_no_code(number: int) -> None:
    with pytest.raises(ValueError, match="115 bits"):
        write_code(number)
