"""`POST /v1/reports`: what somebody on a trail tells the office."""

import re

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from starlette.responses import Response

from odyssee.api.public.bodies import NOT_KEPT, take_body
from odyssee.api.public.pacing import Pacer
from odyssee.api.public.visits import OpenDesk
from odyssee.api.schemas.reports import ReferenceOut, ReportIn
from odyssee.api.stating import OpenRoute, problems
from odyssee.domain.errors import InputInvalid, Problem
from odyssee.domain.pacing import Pace

PACE = Pace(at_once=20, every_s=60.0)
"""Of one address."""
SCHEMAS = (ReportIn,)
"""Bodies that the route names by reference, for the OpenAPI document."""
KEY_HEADER = "Idempotency-Key"
_KEY = re.compile(r"[!-~]{1,100}")


def build_reports(desk: OpenDesk) -> APIRouter:
    """The route of reports; the desk's tools are asked for at each request."""
    router = APIRouter(prefix="/v1", route_class=OpenRoute, tags=["telling"])
    pacer = Pacer(PACE)

    @router.post(
        "/reports",
        summary="Report what is wrong on a trail",
        description="Goes to the office. A contact is only for who wants an answer, and is erased "
        "90 days after closing. A report that is sent again under the same `Idempotency-Key` is "
        "kept once and answered alike. No position is taken: name the stop.",
        status_code=201,
        response_model=ReferenceOut,
        responses=problems(409, 413, 415, 422, 429, 503),
        openapi_extra={
            "parameters": [
                {
                    "name": KEY_HEADER,
                    "in": "header",
                    "required": False,
                    "description": "Random, made for this report alone.",
                    "schema": {"type": "string", "pattern": f"^{_KEY.pattern}$"},
                }
            ],
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/ReportIn"}}
                },
            },
        },
    )
    async def post_report(request: Request) -> Response:
        pacer.check(request.scope)
        asked = await take_body(request.scope, request.receive, ReportIn)
        if isinstance(asked, Response):
            return asked
        reference = await run_sync(_keep, desk, asked, _key_of(request))
        told = ReferenceOut(reference=reference).model_dump_json()
        return Response(told, 201, NOT_KEPT, "application/json")

    return router


def _keep(desk: OpenDesk, asked: ReportIn, key: str | None) -> str:
    from odyssee.actions import reporting

    return reporting.report(desk(), asked.to_domain(), key)


def _key_of(request: Request) -> str | None:
    key = request.headers.get(KEY_HEADER)
    if key is not None and _KEY.fullmatch(key) is None:
        raise InputInvalid([Problem(KEY_HEADER, "bad_key")])
    return key
