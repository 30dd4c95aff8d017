"""What is asked of the desk: bodies read strictly, pages of lists, versions that are replaced."""

import re
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query, Request
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from odyssee.api.public.bodies import take_body
from odyssee.domain.errors import NotFound, Stale
from odyssee.domain.paging import DEFAULT_LIMIT, MAX_LIMIT, bad_cursor

Asked = TypeVar("Asked", bound=BaseModel)

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many at most.")]
Cursor = Annotated[
    str | None,
    Query(
        description="`next` of the page before; absent at first.",
        json_schema_extra={"pattern": "^[a-z0-9-]{1,100}$"},
    ),
]
LIMIT = DEFAULT_LIMIT
_ID = re.compile(r"[a-z2-7]{20}")
_CURSOR = re.compile(r"[a-z0-9-]{1,100}")


class Reading(Generic[Asked]):
    """Reads a JSON body as the model has it, as a dependency of FastAPI."""

    def __init__(self, model: type[Asked], *, optional: bool = False) -> None:
        self.model = model
        self._optional = optional

    async def __call__(self, request: Request) -> Asked:
        """The body.

        Raises:
            HTTPException: 415 or 413.
            InputInvalid: its values are not those of the model; all faults are told.
        """
        absent = b"{}" if self._optional else b""
        taken = await take_body(request.scope, request.receive, self.model, absent=absent)
        if isinstance(taken, Response):
            raise HTTPException(taken.status_code)
        return taken

    @property
    def stated(self) -> dict[str, Any]:
        """The same for the description."""
        schema = {"$ref": f"#/components/schemas/{self.model.__name__}"}
        return {
            "requestBody": {
                "required": not self._optional,
                "content": {"application/json": {"schema": schema}},
            }
        }


def check_id(text: str) -> str:
    """An id as we make them; anything else names nothing, and reaches no database.

    Raises:
        NotFound: it is none.
    """
    if _ID.fullmatch(text) is None:
        raise NotFound
    return text


def check_cursor(text: str | None) -> str | None:
    """A cursor as we give them.

    Raises:
        InputInvalid: it is none.
    """
    if text is not None and _CURSOR.fullmatch(text) is None:
        raise bad_cursor()
    return text


def etag_of(version: int | str) -> str:
    """The strong tag of a thing at a version."""
    return f'"{version}"'


def match_header(read: str, *, required: bool = True) -> dict[str, Any]:
    """`If-Match` for the description of a change; `read` says whose `ETag` it is."""
    return {
        "name": "If-Match",
        "in": "header",
        "required": required,
        "description": f"The `ETag` of the {read}.",
        "schema": {"type": "string", "examples": [etag_of(3)]},
    }


def check_match(request: Request, version: int) -> None:
    """Refuse a change of what the caller has not read as it is now.

    Raises:
        HTTPException: 428, there is no `If-Match`.
        Stale: it names other versions; weak tags match nothing (RFC 9110, section 13.1.1).
    """
    tags = tags_of(request)
    if tags is not None and str(version) not in tags:
        raise Stale


def tags_of(request: Request) -> frozenset[str] | None:
    """The strong tags that `If-Match` names, without quotation marks; null for any version.

    Raises:
        HTTPException: 428, there is no `If-Match`.
    """
    asked = request.headers.get("if-match")
    if asked is None:
        raise HTTPException(428)
    if asked.strip() == "*":
        return None
    tags = (tag.strip() for tag in asked.split(","))
    return frozenset(tag[1:-1] for tag in tags if len(tag) > 1 and tag[0] == tag[-1] == '"')
