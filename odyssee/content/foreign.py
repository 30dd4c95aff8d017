"""Rows of other systems: each is read by itself, and tells everything that is wrong with it."""

import math
import re
from collections.abc import Mapping
from typing import Any

from odyssee.content.markup import to_line
from odyssee.domain.errors import Problem
from odyssee.domain.geo import LonLat
from odyssee.domain.legends import FALLBACK_LANG
from odyssee.domain.uploads import LANGUAGES

DECIMALS = 7
"""Of a position (contract, conventions)."""
MAX_URL = 500
_URL = re.compile(r"https?://[^\s<>\"'\\]+")
_EMAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[^\s@<>\"']+")
_PHONE = re.compile(r"[0-9+().\-/ ]{6,40}")
_ID = re.compile(r"[\w./:-]{1,80}")


class Row:
    """One row, its problems, and the few forms that fields come in."""

    def __init__(self, collection: str, document: object, id_field: str = "id") -> None:
        """Take a row of a collection, such as `poi`."""
        self.told: Mapping[str, Any] = document if isinstance(document, dict) else {}
        known = self.told.get(id_field)
        is_id = isinstance(known, int | str) and not isinstance(known, bool)
        self.id = str(known) if is_id and _ID.fullmatch(str(known)) else None
        self.key = f"{collection}/{self.id or '?'}"
        self.problems: list[Problem] = []
        if self.id is None:
            self.refuse("", "row_unreadable")

    @property
    def is_sound(self) -> bool:
        """Whether nothing stands in the way of taking it."""
        return all(problem.severity != "error" for problem in self.problems)

    def refuse(self, field: str, code: str, **values: str) -> None:
        """Say what is wrong with a field, by its name in the row."""
        where = f"{self.key}/{field}" if field else self.key
        self.problems.append(Problem(where, code, values=values))

    def advise(self, field: str, code: str, **values: str) -> None:
        """Say what somebody should look at; the row is taken."""
        self.problems.append(Problem(f"{self.key}/{field}", code, "advice", values))

    def raw(self, field: str) -> dict[str, str]:
        """A text by language as it was written; one without a language is French."""
        told = self.told.get(field)
        if isinstance(told, str):
            told = {FALLBACK_LANG: told}
        if not isinstance(told, dict):
            return {}
        return {
            lang: words
            for lang, words in told.items()
            if lang in LANGUAGES and isinstance(words, str) and words.strip()
        }

    def words(self, field: str, max_chars: int) -> dict[str, str]:
        """A text by language as plain words on one line."""
        lines = {lang: to_line(told, max_chars) for lang, told in self.raw(field).items()}
        return {lang: line for lang, line in lines.items() if line}

    def name(self, field: str, max_chars: int) -> dict[str, str]:
        """As `words`; a row without a name cannot be shown, and one without a French one neither.

        Another language stands in for the French where it is the only one.
        """
        named = self.words(field, max_chars)
        if not named:
            self.refuse(field, "name_missing")
        elif FALLBACK_LANG not in named:
            self.advise(field, "name_not_french")
            named[FALLBACK_LANG] = next(iter(named.values()))
        return named

    def place(self, field: str) -> LonLat:
        """Where a GeoJSON geometry is: a point, or the first position of anything else."""
        geometry = self.told.get(field)
        position = geometry.get("coordinates") if isinstance(geometry, dict) else None
        while isinstance(position, list) and position and isinstance(position[0], list):
            position = position[0]
        return self.check_place(field, position)

    def check_place(self, field: str, position: object) -> LonLat:
        """A position as a place on earth; (0, 0), where nothing is, stands for unknown ones."""
        if not isinstance(position, list | tuple) or len(position) < 2:
            self.refuse(field, "place_missing")
            return LonLat(0.0, 0.0)
        place = LonLat(*(_number(value) for value in position[:2]))
        if not place.is_on_earth or place == (0.0, 0.0):
            self.refuse(field, "place_impossible")
            return LonLat(0.0, 0.0)
        return LonLat(round(place.lon, DECIMALS), round(place.lat, DECIMALS))

    def text(self, field: str, max_chars: int = 200) -> str | None:
        """A text without a language as plain words; null where there is none."""
        told = self.told.get(field)
        return (to_line(told, max_chars) or None) if isinstance(told, str) else None

    def url(self, field: str) -> str | None:
        """An address that a page may link to."""
        return self.check_link(field, self.text(field, MAX_URL + 1))

    def check_link(self, field: str, told: str | None) -> str | None:
        """The address, `https://` before it where nothing is; advice where it is none."""
        if told is None:
            return None
        whole = told if "://" in told else f"https://{told}"
        if len(whole) <= MAX_URL and _URL.fullmatch(whole) and "." in whole:
            return whole
        self.advise(field, "link_unreadable")
        return None

    def email(self, field: str, told: str | None) -> str | None:
        """An e-mail address; advice where it is none."""
        if told is None or _EMAIL.fullmatch(told):
            return told
        self.advise(field, "contact_unreadable")
        return None

    def phone(self, field: str, told: str | None) -> str | None:
        """A telephone number as it was written; advice where it is none."""
        if told is None or _PHONE.fullmatch(told):
            return told
        self.advise(field, "contact_unreadable")
        return None


def _number(value: object) -> float:
    """A number, or one that a system wrote as text, with a French comma; else one nowhere."""
    if isinstance(value, str):
        try:
            value = float(value.strip().replace(",", "."))
        except ValueError:
            return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1_000:
        return math.nan
    return float(value)
