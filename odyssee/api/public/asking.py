"""What a visitor asks of the list of legends, read from the query with every problem told."""

import math
import re
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar
from urllib.parse import parse_qs

from odyssee.domain.amenities import KINDS
from odyssee.domain.errors import InputInvalid, Problem
from odyssee.domain.geo import BBox, LonLat
from odyssee.domain.search import Search

T = TypeVar("T")

MAX_WORDS = 200
"""The longest `q` that is looked for, in characters."""

MAX_REACH_M = 20_100_000
"""Half way round the earth: nothing is farther."""

PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "lang",
        "in": "query",
        "description": "Language of the answer; wins over Accept-Language, never an error.",
        "schema": {"type": "string", "examples": ["fr", "en"]},
    },
    {
        "name": "near",
        "in": "query",
        "description": "`lon,lat` in degrees, three decimals at most; sorts by distance.",
        "schema": {
            "type": "string",
            "pattern": r"^-?\d{1,3}(\.\d{1,3})?,-?\d{1,2}(\.\d{1,3})?$",
            "examples": ["0.822,48.322"],
        },
    },
    {
        "name": "within_m",
        "in": "query",
        "description": "With `near`: starts at most so many metres away.",
        "schema": {"type": "number", "minimum": 0, "maximum": MAX_REACH_M},
    },
    {
        "name": "bbox",
        "in": "query",
        "description": "`west,south,east,north` in degrees; meets the box of the route.",
        "schema": {"type": "string", "examples": ["0.75,48.13,1.21,48.72"]},
    },
    {
        "name": "theme",
        "in": "query",
        "description": "Repeat it: the legend has all of them.",
        "schema": {"type": "array", "items": {"type": "string"}},
        "explode": True,
    },
    {
        "name": "max_duration_min",
        "in": "query",
        "description": "Minutes at most, inclusive.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 100_000},
    },
    {
        "name": "wheelchair",
        "in": "query",
        "description": "`true`: reachable in a wheelchair, wholly or in part.",
        "schema": {"type": "boolean"},
    },
    {
        "name": "open_on",
        "in": "query",
        "description": "Not closed on that day.",
        "schema": {"type": "string", "format": "date"},
    },
    {
        "name": "q",
        "in": "query",
        "description": "Words of title, summary, commune or theme; accents and case ignored.",
        "schema": {"type": "string", "maxLength": MAX_WORDS},
    },
]
"""The query of `GET /v1/legends` as OpenAPI describes it."""
LANG = PARAMETERS[0]
"""What most addresses take of it."""
KIND: dict[str, Any] = {
    "name": "kind",
    "in": "query",
    "description": "Only those of that kind; repeat it for several.",
    "schema": {"type": "array", "items": {"type": "string", "enum": list(KINDS)}},
    "explode": True,
}
"""Of the services near a trail."""


_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{0,20})?")
_INTEGER = re.compile(r"-?[0-9]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _Refused(Exception):
    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def read_search(query: str) -> Search:
    """The search that a query string asks for; unknown parameters are ignored.

    Raises:
        InputInvalid: with every parameter that cannot be read.
    """
    given = parse_qs(query, keep_blank_values=True, separator="&")
    problems: list[Problem] = []

    def read(name: str, reader: Callable[[str], T]) -> T | None:
        if name not in given:
            return None
        try:
            return reader(given[name][-1])
        except _Refused as refused:
            problems.append(Problem(name, refused.code, values=refused.values))
            return None

    search = Search(
        near=read("near", _lonlat),
        within_m=read("within_m", _reach),
        bbox=read("bbox", _bbox),
        themes=frozenset(given.get("theme", ())),
        max_duration_min=read("max_duration_min", _minutes),
        wheelchair=read("wheelchair", _truth) or False,
        open_on=read("open_on", _day),
        words=read("q", _words) or "",
    )
    if "within_m" in given and "near" not in given:
        problems.append(Problem("within_m", "needs_near"))
    if problems:
        raise InputInvalid(problems)
    return search


def read_kinds(query: str) -> frozenset[str]:
    """The kinds of services that a query string asks for; none: all.

    Raises:
        InputInvalid: one of them is none.
    """
    kinds = frozenset(parse_qs(query, keep_blank_values=True, separator="&").get("kind", ()))
    if not kinds <= set(KINDS):
        raise InputInvalid([Problem("kind", "not_allowed", values={"expected": ", ".join(KINDS)})])
    return kinds


def _numbers(text: str, count: int, code: str) -> list[float]:
    parts = text.split(",")
    if len(parts) != count or not all(_DECIMAL.fullmatch(part) for part in parts):
        raise _Refused(code)
    return [float(part) for part in parts]


def _lonlat(text: str) -> LonLat:
    place = LonLat(*_numbers(text, 2, "bad_lonlat"))
    if not place.is_on_earth:
        raise _Refused("out_of_range", expected="-180…180, -90…90")
    if any(len(part.partition(".")[2].strip()) > 3 for part in text.split(",")):
        raise _Refused("too_precise")
    return place


def _bbox(text: str) -> BBox:
    west, south, east, north = _numbers(text, 4, "bad_bbox")
    if not (LonLat(west, south).is_on_earth and LonLat(east, north).is_on_earth):
        raise _Refused("out_of_range", expected="-180…180, -90…90")
    if west > east or south > north:
        raise _Refused("bad_bbox")
    return BBox(west, south, east, north)


def _reach(text: str) -> float:
    try:
        reach = float(text)
    except ValueError:
        raise _Refused("wrong_type", expected="number") from None
    if not math.isfinite(reach):
        raise _Refused("not_finite")
    if not 0 <= reach <= MAX_REACH_M:
        raise _Refused("out_of_range", expected=f"0…{MAX_REACH_M}")
    return reach


def _minutes(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise _Refused("wrong_type", expected="integer")
    if len(text) > 6 or not 1 <= int(text) <= 100_000:
        raise _Refused("out_of_range", expected="1…100000")
    return int(text)


def _truth(text: str) -> bool:
    if text not in {"true", "false"}:
        raise _Refused("not_allowed", expected="true, false")
    return text == "true"


def _day(text: str) -> date:
    if not _DATE.fullmatch(text):  # other shapes of ISO 8601 are not asked for
        raise _Refused("bad_date")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _Refused("bad_date") from None


def _words(text: str) -> str:
    if len(text) > MAX_WORDS:
        raise _Refused("too_long", expected=str(MAX_WORDS))
    return text
