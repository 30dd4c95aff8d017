"""Public routes: each parses, asks the library or one verb, and hands back the answer."""

from typing import Any

from fastapi import APIRouter, Request, Response

from odyssee.actions.tools import Tools
from odyssee.api.public.asking import KIND, LANG, PARAMETERS
from odyssee.api.public.geofences import answer_geofences
from odyssee.api.public.library import Library, find_or_refuse
from odyssee.api.public.objects import answer_object
from odyssee.api.public.packs import add_packs
from odyssee.api.public.proximity import answer_proximity
from odyssee.api.public.tourfiles import ITINERARY, JSONLD, KML
from odyssee.api.public.trailfiles import GEOJSON, GPX
from odyssee.api.schemas.amenities import NearbysOut
from odyssee.api.schemas.geofences import GeofencesIn, GeofencesOut
from odyssee.api.schemas.legends import LegendOut, LegendsOut, StopOfLegendOut, TerritoryOut
from odyssee.api.schemas.problems import ProblemOut
from odyssee.api.schemas.proximity import ProximityIn, ProximityOut
from odyssee.api.stating import UNCHANGED, OpenRoute, binary, problems


def build_router(tools: Tools, library: Library) -> APIRouter:
    """The public routes over a shelf and its library."""
    router = APIRouter(prefix="/v1", route_class=OpenRoute)
    _add_readings(router, library)
    _add_services(router, library)
    _add_files(router, tools, library)
    add_packs(router, tools, library)
    _add_walking(router, tools)
    _add_geofences(router, tools)
    return router


_OF_A_LEGEND: dict[str, Any] = {
    "responses": UNCHANGED | problems(404, 410, 503),
    "openapi_extra": {"parameters": [LANG]},
}
"""What every reading of one legend may answer, and how it is asked."""


def _add_readings(router: APIRouter, library: Library) -> None:
    @router.get(
        "/territory",
        summary="The territory",
        description="Name, outline and what is published in it.",
        response_model=TerritoryOut,
        responses=UNCHANGED | problems(503),
        openapi_extra={"parameters": [LANG]},
        tags=["legends"],
    )
    async def get_territory(request: Request) -> Response:
        return find_or_refuse(library, request)

    @router.get(
        "/legends",
        summary="The legends",
        description="All that are published, or those asked for; by distance with `near`, "
        "else by title. An answer that depends on a position is never kept.",
        response_model=LegendsOut,
        responses=UNCHANGED | problems(422, 503),
        openapi_extra={"parameters": PARAMETERS},
        tags=["legends"],
    )
    async def list_legends(request: Request) -> Response:
        return find_or_refuse(library, request)

    @router.get(
        "/legends/{slug}",
        summary="A legend",
        description="The story and its trail of ordered stops, with sound and pictures.",
        response_model=LegendOut,
        tags=["legends"],
        **_OF_A_LEGEND,
    )
    async def get_legend(slug: str, request: Request) -> Response:
        return find_or_refuse(library, request)

    @router.get(
        "/legends/{slug}/stops/{stop}",
        summary="A stop",
        description="One stop; the same address without `/v1` is the page a QR code opens.",
        response_model=StopOfLegendOut,
        tags=["legends"],
        **_OF_A_LEGEND,
    )
    async def get_stop(slug: str, stop: str, request: Request) -> Response:
        return find_or_refuse(library, request)


def _add_services(router: APIRouter, library: Library) -> None:
    @router.get(
        "/legends/{slug}/services",
        summary="Services near a trail",
        description="Where to sleep, eat, park or drink within 2 km of the route, in its order, "
        "60 at most: as its pack has them, told by local partners.",
        response_model=NearbysOut,
        responses=UNCHANGED | problems(404, 410, 422, 503),
        openapi_extra={"parameters": [LANG, KIND]},
        tags=["legends"],
    )
    async def list_services(slug: str, request: Request) -> Response:
        return find_or_refuse(library, request)


_TRAIL_FILES = (
    (
        GEOJSON,
        "The trail as GeoJSON",
        "Stops as a FeatureCollection (RFC 7946); the route unless it is a sketch.",
        {"type": "object"},
    ),
    (
        GPX,
        "The trail as GPX",
        "GPX 1.1: stops as waypoints; route and track unless the route is a sketch.",
        {"type": "string"},
    ),
    (
        KML,
        "The trail as KML",
        "KML 2.2: stops as placemarks; the line unless the route is a sketch.",
        {"type": "string"},
    ),
    (
        JSONLD,
        "The trail for DATAtourisme",
        "JSON-LD in the terms of the DATAtourisme ontology, with the words of every language.",
        {"type": "object"},
    ),
    (
        ITINERARY,
        "The trail by the national schema",
        "« Itinéraires de randonnée » 1.1; no feature while the route is a sketch.",
        {"type": "object"},
    ),
)
"""Media type and name, summary, description and schema of each file of a trail."""


def _add_files(router: APIRouter, tools: Tools, library: Library) -> None:
    async def get_trail(slug: str, request: Request) -> Response:
        return find_or_refuse(library, request)

    for (media_type, file_name), summary, description, schema in _TRAIL_FILES:
        told: dict[int | str, dict[str, Any]] = {200: {"content": {media_type: {"schema": schema}}}}
        router.add_api_route(
            f"/legends/{{slug}}/{file_name}",
            get_trail,
            name="get_" + file_name.replace(".", "_"),
            summary=summary,
            description=description,
            response_class=Response,
            tags=["files"],
            **_OF_A_LEGEND | {"responses": _OF_A_LEGEND["responses"] | told},
        )

    @router.get(
        "/objects/{sha256}",
        summary="A published object",
        description="Sound, picture or document by its SHA-256; never changes. "
        "`Range` and `If-Range` are honoured.",
        response_class=Response,
        responses=UNCHANGED | problems(404, 416, 503) | binary("*/*"),
        tags=["files"],
    )
    def get_object(sha256: str, request: Request) -> Response:
        named = library.current().catalogue.objects
        return answer_object(request.scope, tools, sha256, named.get(sha256))


def _add_walking(router: APIRouter, tools: Tools) -> None:
    @router.post(
        "/legends/{slug}/proximity",
        summary="Report positions, get events",
        description="Follow a walk: the phone keeps `progress` and sends it back. Nothing is "
        "stored and no position is logged.",
        response_model=ProximityOut,
        responses=problems(404, 409, 410, 413, 415, 422),
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/ProximityIn"}}
                },
            }
        },
        tags=["walking"],
    )
    async def post_proximity(slug: str, request: Request) -> Response:
        return await answer_proximity(request.scope, request.receive, tools, slug)


def _add_geofences(router: APIRouter, tools: Tools) -> None:
    @router.post(
        "/geofences",
        summary="Zones for the phone's operating system",
        description="The zones nearest to a place, and the circle around it in which these are "
        "enough: while the visitor is inside `refresh`, no zone outside the list can be entered. "
        "Nothing is stored and no position is logged.",
        response_model=GeofencesOut,
        responses=problems(404, 410, 413, 415, 422, 503),
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/GeofencesIn"}}
                },
            }
        },
        tags=["walking"],
    )
    async def post_geofences(request: Request) -> Response:
        return await answer_geofences(request.scope, request.receive, tools)


SCHEMAS = (ProximityIn, GeofencesIn, ProblemOut)
"""Bodies that routes name by reference, for the OpenAPI document."""
