"""What routes state in the description: who may call them, and how they may refuse."""

from collections.abc import Callable, Iterator
from inspect import signature
from typing import Any

from fastapi.params import Depends
from fastapi.routing import APIRoute

ANYONE = "anyone"
"""Needs no account; whatever credentials come along are not looked at."""


UNCHANGED: dict[int | str, dict[str, Any]] = {
    304: {"description": "Unchanged since the ETag of If-None-Match."}
}


_REFUSALS = {
    400: "A header is missing or cannot be read.",
    401: "Nobody who is known.",
    403: "Known, and not allowed.",
    404: "No such thing.",
    409: "Not in keeping with what is known.",
    410: "There once, and not any more.",
    412: "It changed since it was read.",
    413: "The body is too large.",
    415: "The body is not of the type that is read here.",
    416: "The range lies outside the object.",
    422: "Bad values; all of them are told.",
    428: "`If-Match` is missing: read first what is to be changed.",
    429: "Too many attempts: `Retry-After` says when the next is looked at.",
    502: "Another system answers otherwise than it should.",
    503: "Something that is needed does not answer: try again.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route may answer with, for its description."""
    schema = {"schema": {"$ref": "#/components/schemas/ProblemOut"}}
    return {
        status: {
            "description": _REFUSALS[status],
            "content": {"application/problem+json": schema},
        }
        for status in statuses
    }


def binary(media_type: str) -> dict[int | str, dict[str, Any]]:
    """Bytes that are sent as they are kept, whole or in part."""
    return {
        200: {"content": {media_type: {"schema": {"type": "string", "format": "binary"}}}},
        206: {"description": "The asked part."},
    }


def dependencies(endpoint: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    """What the parameters of an endpoint are taken from, by their names."""
    for name, parameter in signature(endpoint).parameters.items():
        for told in getattr(parameter.annotation, "__metadata__", ()):
            if isinstance(told, Depends):
                yield name, told.dependency


class OpenRoute(APIRoute):
    """A route for anyone: it reads what is published, or says how the server is."""

    def __init__(self, path: str, endpoint: Any, **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.openapi_extra = {**(self.openapi_extra or {}), "x-callers": [ANYONE]}
