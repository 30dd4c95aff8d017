"""`POST /v1/visits`: what phones counted, taken once."""

from collections.abc import Callable, Sequence

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from starlette.responses import Response

from odyssee.actions.tools import Tools
from odyssee.api.public.bodies import NOT_KEPT, take_body
from odyssee.api.public.pacing import Pacer
from odyssee.api.schemas.visits import VisitsIn, VisitsOut
from odyssee.api.stating import OpenRoute, problems
from odyssee.domain.pacing import Pace
from odyssee.domain.statistics import Counted, Visit

TakeVisits = Callable[[Sequence[Visit]], Counted]
"""Counts visits, on a server in its database, on a kiosk in its own file."""
OpenDesk = Callable[[], Tools]
PACE = Pace(at_once=120, every_s=1.0)
"""Of one address: many phones of one mobile network, or of one hotel, share one."""
SCHEMAS = (VisitsIn,)
"""Bodies that the route names by reference, for the OpenAPI document."""


def take_at(desk: OpenDesk) -> TakeVisits:
    """Counts at the desk, whose tools are asked for at each request."""

    def take(visits: Sequence[Visit]) -> Counted:
        from odyssee.actions import taking

        return taking.take_visits(desk(), visits)

    return take


def build_visits(take: TakeVisits) -> APIRouter:
    """The route of visits; `take` is called beside the event loop."""
    router = APIRouter(prefix="/v1", route_class=OpenRoute, tags=["telling"])
    pacer = Pacer(PACE)

    @router.post(
        "/visits",
        summary="Tell what was visited",
        description="Up to 500 events, each counted once by its id, however often it is told. No "
        "position and nothing that names a person or a device; nothing is finer than the day. "
        "Answered 429 or 503, the phone keeps them and tells them later (`Retry-After`).",
        status_code=202,
        response_model=VisitsOut,
        responses=problems(413, 415, 422, 429, 503),
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/VisitsIn"}}
                },
            }
        },
    )
    async def post_visits(request: Request) -> Response:
        pacer.check(request.scope)
        asked = await take_body(request.scope, request.receive, VisitsIn)
        if isinstance(asked, Response):
            return asked
        counted = await run_sync(take, [event.to_domain() for event in asked.events])
        told = VisitsOut.from_domain(counted).model_dump_json()
        return Response(told, 202, NOT_KEPT, "application/json")

    return router
