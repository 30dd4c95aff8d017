"""The route of a draft, from a file that somebody recorded or drew."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.exceptions import HTTPException

from odyssee.api.admin.bodies import Reading, match_header, tags_of
from odyssee.api.admin.callers import OpenDesk
from odyssee.api.admin.drafts import check_slug, legend_answer, tellers
from odyssee.api.public.bodies import read_within
from odyssee.api.schemas.bodies import Body
from odyssee.api.stating import problems
from odyssee.domain.legends import Legend
from odyssee.domain.people import Caller

MAX_TRACE_BYTES = 8 * 1024 * 1024
TYPES = ("application/gpx+xml", "application/geo+json", "application/json", "application/xml")


class ReadingTrace(Reading[Any]):
    """Reads the bytes of a GPX or GeoJSON file, as a dependency of FastAPI."""

    async def __call__(self, request: Request) -> bytes:
        """The bytes, whatever they are.

        Raises:
            HTTPException: 415 or 413.
        """
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in {"", *TYPES}:
            raise HTTPException(415)
        raw = await read_within(request.receive, MAX_TRACE_BYTES)
        if raw is None:
            raise HTTPException(413)
        return raw

    @property
    def stated(self) -> dict[str, Any]:
        """The same for the description."""
        content: dict[str, Any] = {kind: {"schema": {}} for kind in TYPES}
        return {"requestBody": {"required": True, "content": content}}


def add_route(router: APIRouter, desk: OpenDesk) -> None:
    """The route of routes."""
    known = tellers(desk)

    @router.put(
        "/legends/{slug}/route",
        summary="Take the route from a file",
        description="GPX (tracks, else routes) or GeoJSON (lines), with or without times: its line "
        "is the route from then on, with 2,000 positions at most. Needs `If-Match` with the "
        "`ETag` of the legend.",
        max_body_size=MAX_TRACE_BYTES,
        response_model=Legend,
        responses=problems(401, 403, 404, 412, 413, 415, 422, 428, 503),
        openapi_extra={"parameters": [match_header("legend as it was read")]},
    )
    def put_route(
        caller: Annotated[Caller, Depends(known)],
        raw: Annotated[bytes, Depends(ReadingTrace(Body))],
        slug: str,
        request: Request,
        status: Annotated[
            Literal["traced", "walked"],
            Query(description="Walked: somebody went there and recorded it."),
        ] = "traced",
    ) -> Response:
        from odyssee.actions import redrawing

        tags = tags_of(request)
        return legend_answer(
            redrawing.put_route(desk(), caller, check_slug(slug), raw, status, tags)
        )
