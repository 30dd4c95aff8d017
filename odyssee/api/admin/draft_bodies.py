"""JSON of drafts: read in bounds and told apart from what is no JSON; its form is checked later."""

import json
import math
from collections.abc import Iterator
from typing import Any

from fastapi import Request
from starlette.exceptions import HTTPException

from odyssee.api.admin.bodies import Reading
from odyssee.api.answers import header_of
from odyssee.api.faults import is_torn, problems_of_json, walk
from odyssee.api.public.aside import aside
from odyssee.api.public.bodies import read_within
from odyssee.api.schemas.bodies import Body
from odyssee.domain.errors import InputInvalid, Problem

MAX_BODY_BYTES = 1024 * 1024
MAX_DEPTH = 24
MAX_KEY = 200
"""Characters; keys come back in pointers."""
MAX_NUMBER = 10**15
"""Beyond it, integers and fractions differ between programs."""
MERGE_PATCH = "application/merge-patch+json"

_IN_LOOP_BYTES = 16 * 1024


class ReadingDocument(Reading[Any]):
    """Reads a JSON object whose form an action checks, as a dependency of FastAPI."""

    def __init__(self, schema: dict[str, Any], *, merge_patch: bool = False) -> None:
        """Take the schema for the description."""
        super().__init__(Body)
        self._types = ("application/json", *([MERGE_PATCH] if merge_patch else []))
        self._schema = schema

    async def __call__(self, request: Request) -> dict[str, Any]:
        """The object.

        Raises:
            HTTPException: 415 or 413.
            InputInvalid: it is no JSON object, or holds what no draft can; all is told.
        """
        kind = header_of(request.scope, b"content-type").partition(";")[0].strip().lower()
        if kind not in {"", *self._types}:
            raise HTTPException(415)
        raw = await read_within(request.receive, MAX_BODY_BYTES)
        if raw is None:
            raise HTTPException(413)

        def parse() -> dict[str, Any]:
            return parse_document(raw)

        return parse() if len(raw) <= _IN_LOOP_BYTES else await aside(parse)

    @property
    def stated(self) -> dict[str, Any]:
        """The same for the description."""
        content = {name: {"schema": self._schema} for name in self._types}
        return {"requestBody": {"required": True, "content": content}}


def parse_document(raw: bytes) -> dict[str, Any]:
    """The JSON object of these bytes.

    Raises:
        InputInvalid: it is none, or holds what no draft can; all is told by pointer.
    """
    try:
        document = json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise InputInvalid(problems_of_json(raw)) from None
    if not isinstance(document, dict):
        raise InputInvalid([Problem("", "wrong_type", values={"expected": "mapping"})])
    found = list(_problems_in(document))
    if found:
        raise InputInvalid(found)
    return document


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _problems_in(document: object) -> Iterator[Problem]:
    for where, depth, value in walk(document, MAX_DEPTH + 1):
        if depth > MAX_DEPTH:
            yield Problem(where, "nested_too_deep", values={"max": str(MAX_DEPTH)})
        elif isinstance(value, dict):
            for key in value:
                if len(key) > MAX_KEY:
                    yield Problem(where, "key_too_long", values={"max": str(MAX_KEY)})
                elif is_torn(key):
                    yield Problem(where, "bad_text")
        else:
            yield from _problems_of(where, value)


def _problems_of(where: str, value: object) -> Iterator[Problem]:
    if isinstance(value, str) and is_torn(value):
        yield Problem(where, "bad_text")
    elif isinstance(value, float) and not math.isfinite(value):
        yield Problem(where, "not_finite")
    elif isinstance(value, int | float) and abs(value) > MAX_NUMBER:
        bounds = {"min": f"-{MAX_NUMBER:g}", "max": f"{MAX_NUMBER:g}"}
        yield Problem(where, "out_of_range", values=bounds)
