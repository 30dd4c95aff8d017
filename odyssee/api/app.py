"""The application: FastAPI behind the thin front."""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from odyssee.actions.tools import Tools
from odyssee.api.admin import routes as admin
from odyssee.api.admin.callers import OpenDesk
from odyssee.api.admin.guard import Guard
from odyssee.api.errors import tell_errors
from odyssee.api.front import Front, LogRequest
from odyssee.api.health import build_health
from odyssee.api.kiosk import routes as kiosk
from odyssee.api.manual import build_manual
from odyssee.api.public import reports, visits
from odyssee.api.public.library import Library, Ready
from odyssee.api.public.routes import SCHEMAS, build_router

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

NAMED = (*SCHEMAS, *visits.SCHEMAS, *reports.SCHEMAS, *admin.SCHEMAS, *kiosk.SCHEMAS)
"""Bodies that routes name by reference."""
MAX_BODY_BYTES = 1024 * 1024
"""For every route that has no smaller limit of its own."""


def build_fastapi(
    tools: Tools,
    library: Library,
    ready: Ready,
    lifespan: Lifespan | None = None,
    desk: OpenDesk | None = None,
) -> FastAPI:
    """The FastAPI application: routes, errors, description.

    Without a desk there is nobody to sign in, no kiosk to enrol and nothing to count in: no routes
    for any of it.
    """
    app = FastAPI(
        title="Perche Odyssée",
        summary="Legend trails of the Perche: ordered stops with sound and pictures.",
        version="1",
        license_info={"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        max_body_size=MAX_BODY_BYTES,
        lifespan=lifespan,
    )
    app.include_router(build_router(tools, library))
    app.include_router(build_health(tools, ready, lambda: openapi_document(app)))
    app.include_router(build_manual())
    if desk is not None:
        app.include_router(admin.build_admin(desk))
        app.include_router(kiosk.build_kiosk(desk))
        app.include_router(visits.build_visits(visits.take_at(desk)))
        app.include_router(reports.build_reports(desk))
    tell_errors(app)
    app.openapi = lambda: openapi_document(app)  # type: ignore[method-assign]  # FastAPI's own way
    return app


def build_app(
    tools: Tools,
    ready: Ready,
    lifespan: Lifespan | None = None,
    pages: Sequence[BaseRoute] = (),
    log: LogRequest | None = None,
    desk: OpenDesk | None = None,
    *,
    admin_origins: frozenset[str] = frozenset(),
) -> ASGIApp:
    """The whole application, as the server runs it."""
    library = Library(tools.public_url, tools.clock, ready)
    tools.shelf.on_swap(library.watch)
    app = build_fastapi(tools, library, ready, lifespan, desk)
    app.router.routes.extend(pages)
    guard = Guard(admin_origins, https=tools.public_url.startswith("https://"))
    return Front(app, tools, library, guard, log)


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """The description of the API, with the bodies that routes name by reference."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            summary=app.summary,
            version=app.version,
            license_info=app.license_info,
            routes=app.routes,
        )
        _, named = models_json_schema(
            [(model, "validation") for model in NAMED],
            ref_template="#/components/schemas/{model}",
        )
        schemas = document["components"]["schemas"]
        schemas.update(named["$defs"])
        document["components"]["securitySchemes"] = admin.SECURITY | kiosk.SECURITY
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        _forget_default_validation(document)
        app.openapi_schema = document
    return app.openapi_schema


def _forget_default_validation(document: dict[str, Any]) -> None:
    """Drop the framework's 422 where a route cannot give one: path parameters are plain text."""
    for operations in document["paths"].values():
        for operation in operations.values():
            said = json.dumps(operation["responses"].get("422", {}))
            if "HTTPValidationError" in said:
                del operation["responses"]["422"]
