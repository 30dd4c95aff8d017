"""`POST /v1/geofences`: a place in, the circles for a phone's operating system out."""

from typing import Any

from anyio.to_thread import run_sync
from starlette.responses import Response
from starlette.types import Receive, Scope

from odyssee.actions import geofencing
from odyssee.actions.tools import Tools
from odyssee.api.public.bodies import NOT_KEPT, take_body
from odyssee.api.public.library import to_json
from odyssee.api.schemas.geofences import GeofencesIn
from odyssee.domain.geo import LonLat
from odyssee.domain.geofences import UNKNOWN_ACCURACY_M, Geofence, Geofences


async def answer_geofences(scope: Scope, receive: Receive, tools: Tools) -> Response:
    """Read the body, choose the zones, shape the answer.

    Raises:
        InputInvalid: values out of their bounds; every pointer is told.
        OdysseeError: as `actions.geofencing.choose_geofences`.
    """
    asked = await take_body(scope, receive, GeofencesIn)
    if isinstance(asked, Response):
        return asked

    def choose() -> Geofences:
        return _choose(tools, asked)

    chosen = choose() if geofencing.has_index(tools, asked.legend) else await run_sync(choose)
    return Response(_body(chosen), 200, NOT_KEPT, "application/json")


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
