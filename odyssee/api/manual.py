"""The manual: the API's description in Swagger UI, and what each problem means."""

from functools import cache
from html import escape
from importlib.resources import files

from fastapi import APIRouter, Request, Response

from odyssee.api.answers import Answer, Sent, lang_of
from odyssee.api.errors import LANGUAGES
from odyssee.api.stating import OpenRoute
from odyssee.api.texts import ERRORS, FIELDS
from odyssee.domain.errors import NotFound

_PAGE_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_SWAGGER = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
}
_START = b"""window.addEventListener("load", () => {
  window.ui = SwaggerUIBundle({ url: "/openapi.json", dom_id: "#ui", deepLinking: true,
    showExtensions: true });
});
"""


def build_manual() -> APIRouter:
    """The pages of the manual; nothing of them comes from elsewhere."""
    router = APIRouter(include_in_schema=False, route_class=OpenRoute)

    @router.get("/docs")
    async def get_docs() -> Response:
        return Sent(_docs())

    @router.get("/docs/problems")
    async def get_problems(request: Request) -> Response:
        return Sent(_problems(lang_of(request.scope, LANGUAGES)))

    @router.get("/docs/{name}")
    def get_docs_file(name: str) -> Response:
        return Sent(_file(name))

    return router


@cache
def _docs() -> Answer:
    return _page(
        "Perche Odyssée · API",
        '<div id="ui"></div><script src="/docs/swagger-ui-bundle.js"></script>'
        '<script src="/docs/start.js"></script>',
        '<link rel="stylesheet" href="/docs/swagger-ui.css">',
    )


@cache
def _problems(lang: str) -> Answer:
    english = lang == "en"
    rows = [
        f'<dt id="{escape(code)}"><code>{escape(code)}</code></dt>'
        f"<dd>{escape(sentences[1 if english else 0])}</dd>"
        for known in (ERRORS, FIELDS)
        for code, sentences in known.items()
    ]
    title = "What the API refuses" if english else "Ce que l’API refuse"
    return _page(title, f"<h1>{title}</h1><dl>{''.join(rows)}</dl>")


def _file(name: str) -> Answer:
    if name != "start.js" and name not in _SWAGGER:
        raise NotFound(file=name[:64])
    return _known_file(name)


@cache
def _known_file(name: str) -> Answer:
    if name == "start.js":
        return Answer(_START, "text/javascript")
    data = (files("fastapi_swagger") / "resources" / name).read_bytes()
    return Answer(data, _SWAGGER[name], sent_once=True)


def _page(title: str, body: str, head: str = "") -> Answer:
    html = (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{head}</head><body>{body}</body></html>"
    )
    policy = [(b"content-security-policy", _PAGE_POLICY)]
    return Answer(html.encode(), "text/html; charset=utf-8", headers=policy)
