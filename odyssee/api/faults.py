"""Faults that pydantic finds, as problems with a pointer and a stable code."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from odyssee.domain.errors import Problem

_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "finite_number": "not_finite",
    "json_invalid": "bad_json",
    "string_unicode": "bad_text",
    "timezone_aware": "bad_instant",
    "literal_error": "not_allowed",
    "enum": "not_allowed",
}
_BOUNDS = {
    "greater_than_equal": ("out_of_range", "≥ {ge}"),
    "greater_than": ("out_of_range", "> {gt}"),
    "less_than_equal": ("out_of_range", "≤ {le}"),
    "less_than": ("out_of_range", "< {lt}"),
    "too_long": ("too_long", "{max_length}"),
    "too_short": ("too_short", "{min_length}"),
    "string_too_long": ("too_long", "{max_length}"),
    "string_too_short": ("too_short", "{min_length}"),
    "literal_error": ("not_allowed", "{expected}"),
    "enum": ("not_allowed", "{expected}"),
}


def problem_of(
    found: Mapping[str, Any], drop: Sequence[str] = ("body", "query", "path")
) -> Problem:
    """One fault: where it is, and what kind; never the value that was sent."""
    steps = [str(step) for step in found["loc"]]
    if steps and steps[0] in drop:
        steps = steps[1:]
    where = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
    kind = str(found["type"])
    if kind in _BOUNDS:
        code, expected = _BOUNDS[kind]
        return Problem(where, code, values={"expected": expected.format_map(found["ctx"])})
    if kind in _CODES:
        return Problem(where, _CODES[kind])
    if kind.startswith("datetime_"):
        return Problem(where, "bad_instant")
    if kind.startswith("date_"):
        return Problem(where, "bad_date")
    for suffix in ("_type", "_parsing"):
        if kind.endswith(suffix):
            return Problem(where, "wrong_type", values={"expected": kind.removesuffix(suffix)})
    return Problem(where, "invalid")


def problems_of_json(raw: bytes) -> list[Problem]:
    """Why a body is no readable JSON: each text with a lone surrogate, else the body itself."""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        return [Problem("", "bad_json")]
    found = [Problem(where, "bad_text") for where in _torn_texts(document, "")]
    return found or [Problem("", "bad_json")]


def _torn_texts(value: object, where: str) -> Iterator[str]:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            yield where.removeprefix("/")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _torn_texts(item, f"{where}/{index}")
    elif isinstance(value, dict):
        for name, item in value.items():
            told = name.encode(errors="replace").decode()
            if told != name:
                yield f"{where}/{told}".removeprefix("/")
            yield from _torn_texts(item, f"{where}/{told}")
