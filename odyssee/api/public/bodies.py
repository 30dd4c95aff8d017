"""What is posted by phones: read in bounds, parsed strictly, all faults told at once."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.responses import Response
from starlette.types import Receive, Scope

from odyssee.api.answers import header_of
from odyssee.api.errors import problem_response
from odyssee.api.faults import problem_of, problems_of_json
from odyssee.api.public.aside import aside
from odyssee.domain.errors import InputInvalid

MAX_BODY_BYTES = 256 * 1024
"""Contract, proximity."""

NOT_KEPT = {
    "Cache-Control": "no-store",
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of an answer that depends on a position."""

Asked = TypeVar("Asked", bound=BaseModel)


async def take_body(
    scope: Scope, receive: Receive, model: type[Asked], *, absent: bytes = b""
) -> Asked | Response:
    """The body as the model has it; the answer 415 or 413 where there is none to read.

    Args:
        scope: of the request.
        receive: gives its body.
        model: what the body must be.
        absent: what an empty body stands for.

    Raises:
        InputInvalid: values out of their bounds; every pointer is told.
    """
    raw = await take_raw(scope, receive)
    return raw if isinstance(raw, Response) else await parse_body(raw or absent, model)


async def take_raw(scope: Scope, receive: Receive) -> bytes | Response:
    """The bytes of a JSON body; the answer 415 or 413 where there are none to read."""
    kind = header_of(scope, b"content-type").partition(";")[0].strip().lower()
    if kind not in {"", "application/json"}:
        return problem_response(scope, 415, "unsupported_media_type")
    raw = await read_within(receive, MAX_BODY_BYTES)
    return problem_response(scope, 413, "payload_too_large") if raw is None else raw


async def parse_body(raw: bytes, model: type[Asked]) -> Asked:
    """The body as the model has it; a large one is parsed beside the loop.

    Raises:
        InputInvalid: values out of their bounds; every pointer is told.
    """

    def parse() -> Asked:
        return parse_raw(raw, model)

    return parse() if len(raw) <= _IN_LOOP_BYTES else await aside(parse)


_IN_LOOP_BYTES = 16 * 1024
"""A body of so many is parsed in less than a millisecond."""


def parse_raw(raw: bytes, model: type[Asked]) -> Asked:
    """As `parse_body`, at once."""
    try:
        return model.model_validate_json(raw, strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        if found[0]["type"] == "json_invalid":
            raise InputInvalid(problems_of_json(raw)) from None
        raise InputInvalid([problem_of(fault, ()) for fault in found]) from None


async def read_within(receive: Receive, limit: int) -> bytes | None:
    """The whole body; null as soon as it is over the limit, without keeping the rest."""
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            return None
        chunks.append(chunk)
        more = message.get("more_body", False)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
