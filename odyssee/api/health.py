"""Service addresses: is it alive, is it ready, what can it do."""

from collections.abc import Callable
from functools import cache
from html import escape
from importlib.resources import files

from fastapi import APIRouter, Request, Response

from odyssee.actions.tools import Tools
from odyssee.api.errors import asked_lang
from odyssee.api.schemas.health import HealthOut, ReadyOut
from odyssee.api.texts import ERRORS, FIELDS

Ready = Callable[[], str | None]
"""Gives the RFC 3339 instant since which the shelf was read from the store; null before."""

_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_SWAGGER = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
}
_INITIALIZER = """window.addEventListener("load", () => {
  window.ui = SwaggerUIBundle({ url: "/openapi.json", dom_id: "#ui", deepLinking: true });
});
"""


def build_service(tools: Tools, ready: Ready) -> APIRouter:
    """The service routes; none of them touches the database."""
    router = APIRouter(tags=["service"])

    @router.get("/healthz", summary="Alive", description="The process answers.")
    async def get_health() -> HealthOut:
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
        response.headers["Cache-Control"] = "no-store"
        revision = tools.shelf.current().revision
        return ReadyOut(ready=since is not None, since=since, revision=revision)

    _add_docs(router)
    return router


def _add_docs(router: APIRouter) -> None:
    @router.get("/docs", include_in_schema=False)
    async def get_docs() -> Response:
        return _page(
            "Perche Odyssée · API",
            '<div id="ui"></div><script src="/docs/swagger-ui-bundle.js"></script>'
            '<script src="/docs/start.js"></script>',
            '<link rel="stylesheet" href="/docs/swagger-ui.css">',
        )

    @router.get("/docs/problems", include_in_schema=False)
    async def get_problems(request: Request) -> Response:
        english = asked_lang(request.scope) == "en"
        rows = [
            f'<dt id="{escape(code)}"><code>{escape(code)}</code></dt>'
            f"<dd>{escape(sentences[1 if english else 0])}</dd>"
            for known in (ERRORS, FIELDS)
            for code, sentences in known.items()
        ]
        title = "What the API refuses" if english else "Ce que l’API refuse"
        return _page(title, f"<h1>{title}</h1><dl>{''.join(rows)}</dl>")

    @router.get("/docs/start.js", include_in_schema=False)
    async def get_start() -> Response:
        return Response(_INITIALIZER, media_type="text/javascript")

    @router.get("/docs/{name}", include_in_schema=False)
    def get_docs_file(name: str) -> Response:
        if name not in _SWAGGER:
            return Response(status_code=404)
        headers = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
        return Response(_swagger(name), 200, headers, _SWAGGER[name])


@cache
def _swagger(name: str) -> bytes:
    return (files("fastapi_swagger") / "resources" / name).read_bytes()


def _page(title: str, body: str, head: str = "") -> Response:
    html = (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{head}</head><body>{body}</body></html>"
    )
    headers = {"Content-Security-Policy": _PAGE_POLICY, "X-Content-Type-Options": "nosniff"}
    return Response(html, 200, headers, "text/html")
