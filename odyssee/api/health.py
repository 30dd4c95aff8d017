"""Is it alive, is it ready, what can it do: addresses for those who run and use the server."""

from collections.abc import Callable
from functools import cache
from typing import Any

from fastapi import APIRouter, Response

from odyssee.actions.tools import Tools
from odyssee.api.answers import Answer, Sent
from odyssee.api.public.library import Ready, to_json
from odyssee.api.schemas.health import HealthOut, ReadyOut
from odyssee.api.stating import OpenRoute

_UNKEPT = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"}


def build_health(tools: Tools, ready: Ready, describe: Callable[[], dict[str, Any]]) -> APIRouter:
    """The routes of health and description; none of them touches the database."""
    router = APIRouter(tags=["service"], route_class=OpenRoute)

    @cache
    def description() -> Answer:
        return Answer(to_json(describe()))

    @router.get("/healthz", summary="Alive", description="The process answers.")
    async def get_health(response: Response) -> HealthOut:
        response.headers.update(_UNKEPT)
        return HealthOut(status="ok")

    @router.get(
        "/readyz",
        summary="Ready",
        description="Whether the published store has been read, and which revision is served.",
        responses={503: {"model": ReadyOut, "description": "Not yet."}},
    )
    async def get_readiness(response: Response) -> ReadyOut:
        since = ready()
        response.status_code = 503 if since is None else 200
        response.headers.update(_UNKEPT)
        revision = tools.shelf.current().revision
        return ReadyOut(ready=since is not None, since=since, revision=revision)

    @router.get("/openapi.json", include_in_schema=False)
    async def get_description() -> Response:
        return Sent(description())

    return router
