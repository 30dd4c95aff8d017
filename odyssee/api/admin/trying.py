"""A draft is looked at before it is published: its rules, its ground."""

import json
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.exceptions import HTTPException

from odyssee.api.admin.callers import Callers, OpenDesk
from odyssee.api.admin.drafts import tellers
from odyssee.api.admin.slugs import check_slug
from odyssee.api.admin.speaking import speak
from odyssee.api.content_texts import say_content
from odyssee.api.public.bodies import MAX_BODY_BYTES, parse_raw
from odyssee.api.schemas.reviews import CheckedOut, CheckOut, SimulationIn, SimulationOut
from odyssee.api.stating import problems
from odyssee.domain.people import Caller

if TYPE_CHECKING:
    from odyssee.domain.synthetic_walks import Synthetic
    from odyssee.domain.traces import Trace

MAX_TRACE_BODY_BYTES = 32 * 1024 * 1024
"""As much as a trace may hold (content/traces.py)."""
_TRACES = {
    *("application/gpx+xml", "application/xml", "text/xml", "text/csv"),
    *("application/geo+json", "application/octet-stream"),
}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/SimulationIn"}},
            **{
                kind: {"schema": {"type": "string", "format": "binary"}} for kind in sorted(_TRACES)
            },
        },
    }
}


def add_trying(router: APIRouter, desk: OpenDesk) -> None:
    """The routes that look at a draft and change nothing."""
    contributors = tellers(desk)
    _add_check(router, desk, contributors)
    _add_simulation(router, desk, contributors)


def _add_check(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.get(
        "/legends/{slug}/check",
        summary="What is wrong with a draft",
        description="Everything at once: texts, trail, media, accessibility, rights. An error "
        "stands in the way of publication; advice is accepted by its code.",
        responses=problems(401, 403, 404, 503),
    )
    def check_draft(
        caller: Annotated[Caller, Depends(known)], slug: str, request: Request, response: Response
    ) -> CheckOut:
        from odyssee.actions import checking

        found = checking.check_draft(desk(), caller, check_slug(slug))
        lang = speak(request, response)
        told = [
            CheckedOut(severity=p.severity, where=p.where, code=p.code, text=say_content(p, lang))
            for p in found
        ]
        is_whole = all(problem.severity != "error" for problem in found)
        return CheckOut(problems=told, publishable=is_whole)


async def _take_body(request: Request) -> bytes:
    """The bytes of a recorded walk, or of the wish for made-up ones."""
    return await request.body()


def _add_simulation(router: APIRouter, desk: OpenDesk, known: Callers) -> None:
    @router.post(
        "/legends/{slug}/simulation",
        summary="Walk a draft at a desk",
        description="A recorded walk (GPX, GeoJSON or CSV, with times) or made-up ones "
        "(`synthetic`, 200 at most). Nothing of it is kept. 503 while another simulation is "
        "under way. The stories are those of `lang`, where the draft speaks it.",
        max_body_size=MAX_TRACE_BODY_BYTES,
        responses=problems(401, 403, 404, 409, 413, 415, 422, 503),
        openapi_extra=_BODY,
    )
    def simulate_draft(
        caller: Annotated[Caller, Depends(known)],
        body: Annotated[bytes, Depends(_take_body)],
        slug: str,
        request: Request,
        response: Response,
    ) -> SimulationOut:
        from odyssee.actions import checking
        from odyssee.domain.walk_report_document import report_document

        asked = _read(request.headers.get("content-type", ""), body)
        lang = speak(request, response)
        report = checking.simulate_draft(desk(), caller, check_slug(slug), asked, lang)
        return SimulationOut.model_validate(report_document(report))


def _read(kind: str, body: bytes) -> "Synthetic | Trace":
    """What is to be walked, by the type of the body and by what it is."""
    from odyssee.actions.tracing import take_trace

    kind = kind.partition(";")[0].strip().lower()
    if kind not in {"", "application/json", *_TRACES}:
        raise HTTPException(415)
    start = body.lstrip()[:1]
    is_json = kind == "application/json" or (kind == "" and start == b"{")
    if not is_json or len(body) > MAX_BODY_BYTES or _is_geojson(body):
        return take_trace("trace", body)
    return parse_raw(body, SimulationIn).synthetic.to_domain()


def _is_geojson(body: bytes) -> bool:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return False  # told by who reads it next
    return isinstance(document, dict) and "type" in document
