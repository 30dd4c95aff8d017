"""One-time codes of kiosks: long enough for nobody to guess, made for a person to type.

25 letters and digits in five groups: 115 random bits, and a check of ten bits by
which every single wrong character and every two that changed places are found.
The letters are those of Crockford's base 32: no I, L, O or U.
"""

import re

from odyssee.domain.errors import Problem

BITS = 115
SYMBOLS = 25
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP = 5
_CHECK_SYMBOLS = 2
_PRIME = 1021
"""The largest under 2**10. No difference of two symbols times a power of 32 is a multiple of it."""
_MISREAD = str.maketrans("ILO", "110")
"""What people write for what they see."""
_BETWEEN = re.compile(r"[\s\u2010-\u2015-]")
"""Blanks, and dashes of every length."""


def write_code(number: int) -> str:
    """The code of a number under 2**115, as it is told."""
    if not 0 <= number < 2**BITS:
        raise ValueError(f"not a number of {BITS} bits")
    symbols = _symbols(number, SYMBOLS - _CHECK_SYMBOLS) + _symbols(number % _PRIME, _CHECK_SYMBOLS)
    return "-".join(symbols[at : at + _GROUP] for at in range(0, SYMBOLS, _GROUP))


def read_code(typed: str) -> str | None:
    """The code that was meant, as it was told; null where it was mistyped.

    Capitals or not, with or without hyphens; I and L are read as 1, O as 0.
    """
    symbols = _BETWEEN.sub("", typed).upper().translate(_MISREAD)
    if len(symbols) != SYMBOLS or not set(symbols) <= set(_LETTERS):
        return None
    number, check = _number(symbols[:-_CHECK_SYMBOLS]), _number(symbols[-_CHECK_SYMBOLS:])
    return write_code(number) if number % _PRIME == check else None


def check_code(typed: str, *, where: str = "code") -> list[Problem]:
    """Whether the code was typed as it was told; says nothing of whether it counts."""
    return [] if read_code(typed) else [Problem(where, "mistyped_code")]


def _symbols(number: int, length: int) -> str:
    return "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(length)))


def _number(symbols: str) -> int:
    number = 0
    for symbol in symbols:
        number = number * 32 + _LETTERS.index(symbol)
    return number
