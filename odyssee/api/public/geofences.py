"""`POST /v1/geofences`: a place in, the circles for a phone's operating system out."""

from typing import Any

from anyio.to_thread import run_sync
from pydantic import ValidationError
from starlette.responses import Response
from starlette.types import Receive, Scope

from odyssee.actions import geofencing
from odyssee.actions.tools import Tools
from odyssee.api.answers import header_of
from odyssee.api.errors import problem_response
from odyssee.api.faults import problem_of, problems_of_json
from odyssee.api.public.library import to_json
from odyssee.api.public.proximity import MAX_BODY_BYTES, read_body
from odyssee.api.schemas.geofences import GeofencesIn
from odyssee.domain.errors import InputInvalid
from odyssee.domain.geo import LonLat
from odyssee.domain.geofences import UNKNOWN_ACCURACY_M, Geofence, Geofences

_HEADERS = {
    "Cache-Control": "no-store",
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
}


async def answer_geofences(scope: Scope, receive: Receive, tools: Tools) -> Response:
    """Read the body, choose the zones, shape the answer.

    Raises:
        InputInvalid: values out of their bounds; every pointer is told.
        OdysseeError: as `actions.geofencing.choose_geofences`.
    """
    kind = header_of(scope, b"content-type").partition(";")[0].strip().lower()
    if kind not in {"", "application/json"}:
        return problem_response(scope, 415, "unsupported_media_type")
    raw = await read_body(receive, MAX_BODY_BYTES)
    if raw is None:
        return problem_response(scope, 413, "payload_too_large")
    asked = _parse(raw)

    def choose() -> Geofences:
        return _choose(tools, asked)

    chosen = choose() if geofencing.has_index(tools, asked.legend) else await run_sync(choose)
    return Response(_body(chosen), 200, _HEADERS, "application/json")


def _parse(raw: bytes) -> GeofencesIn:
    try:
        return GeofencesIn.model_validate_json(raw, strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        if found[0]["type"] == "json_invalid":
            raise InputInvalid(problems_of_json(raw)) from None
        raise InputInvalid([problem_of(fault, ()) for fault in found]) from None


def _choose(tools: Tools, asked: GeofencesIn) -> Geofences:
    told_m = asked.accuracy_m or 0.0
    return geofencing.choose_geofences(
        tools,
        LonLat(round(asked.lon, 7), round(asked.lat, 7)),
        accuracy_m=told_m if told_m > 0.0 else UNKNOWN_ACCURACY_M,
        limit=asked.limit,
        legend=asked.legend,
    )


def _body(chosen: Geofences) -> bytes:
    refresh = chosen.refresh
    return to_json(
        {
            "geofences": [_geofence(fence) for fence in chosen.listed],
            "refresh": {
                "center": refresh.center,
                "radius_m": refresh.radius_m,
                "complete": refresh.complete,
            },
        }
    )


def _geofence(fence: Geofence) -> dict[str, Any]:
    return {
        "legend": fence.legend,
        "stop": fence.stop,
        "zone": fence.zone,
        "center": fence.center,
        "radius_m": fence.radius_m,
    }
