"""Faults that pydantic finds, as problems with a pointer and a stable code."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from odyssee.domain.errors import Problem

MAX_POINTER = 300
"""Characters; the longest of a body that is right has a third."""

_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "finite_number": "not_finite",
    "json_invalid": "bad_json",
    "string_unicode": "bad_text",
    "literal_error": "not_allowed",
    "enum": "not_allowed",
}
_OURS = {"bad_instant", "bad_date", "bad_slug", "bad_language"}
"""Codes that our own readers of values raise; their context holds no input."""
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
    "out_of_range": ("out_of_range", "{expected}"),
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
    code, values = _told(kind, found.get("ctx", {}))
    return Problem(where, code, values=values)


def _told(kind: str, context: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    if kind in _BOUNDS:
        code, expected = _BOUNDS[kind]
        return code, {"expected": expected.format_map(context)}
    if kind in _CODES:
        return _CODES[kind], {}
    if kind in _OURS:
        return kind, {name: str(value) for name, value in context.items()}
    for beginning, code in (("datetime_", "bad_instant"), ("date_", "bad_date")):
        if kind.startswith(beginning):
            return code, {}
    for suffix in ("_type", "_parsing"):
        if kind.endswith(suffix):
            return "wrong_type", {"expected": kind.removesuffix(suffix)}
    return "invalid", {}


def problems_of_json(raw: bytes) -> list[Problem]:
    """Why a body is no readable JSON: each text with a lone surrogate, else the body itself."""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        return [Problem("", "bad_json")]
    found = [Problem(where, "bad_text") for where in _torn_texts(document)]
    return found or [Problem("", "bad_json")]


def _torn_texts(document: object) -> Iterator[str]:
    for where, _depth, value in walk(document):
        if isinstance(value, str) and is_torn(value):
            yield where
        elif isinstance(value, dict):
            yield from (below(where, _whole(name)) for name in value if is_torn(name))


def walk(document: object, deepest: int = 10_000) -> Iterator[tuple[str, int, object]]:
    """Every value down to that depth, with its pointer and its depth.

    No recursion, since a stranger says how deep it goes; and one pointer at a time, since a
    stranger says how long they are and how many.
    """
    ahead: list[Iterator[tuple[str, object]]] = [iter([("", document)])]
    while ahead:
        found = next(ahead[-1], None)
        if found is None:
            ahead.pop()
            continue
        where, value = found
        yield where, len(ahead) - 1, value
        if len(ahead) > deepest:
            continue
        if isinstance(value, dict):
            ahead.append(_below_all(where, value.items()))
        elif isinstance(value, list):
            ahead.append(_below_all(where, enumerate(value)))


def _below_all(where: str, steps: Iterable[tuple[object, object]]) -> Iterator[tuple[str, object]]:
    return ((below(where, _whole(str(step))), value) for step, value in steps)


def _whole(name: str) -> str:
    return name.encode(errors="replace").decode()


def below(where: str, step: str) -> str:
    """The pointer one level down, escaped after RFC 6901, section 3.

    One that would be too long to tell stays where it is: it points to what is around.
    """
    if len(where) + len(step) > MAX_POINTER:
        return where
    step = step.replace("~", "~0").replace("/", "~1")
    return f"{where}/{step}" if where else step


def is_torn(text: str) -> bool:
    """Whether a lone surrogate stands in it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
