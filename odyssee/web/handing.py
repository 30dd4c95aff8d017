"""From a screen to a phone: the QR code of a legend's page on the server that phones can reach."""

from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from urllib.parse import urlsplit

import segno
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from odyssee.web.assets import Document

_KEPT = 64
"""How many codes are remembered."""
_AT_HOME = {"localhost", "127.0.0.1", "::1"}
"""A phone that reads such an address asks itself."""


def build_handing(
    public_url: str, cache: str, status_of: Callable[[str, str | None], int]
) -> list[BaseRoute]:
    """The route of the QR codes; there are none where no phone could follow them.

    Args:
        public_url: where phones find the office's server, without a slash at the end.
        cache: the `Cache-Control` of a code.
        status_of: as `build_pages` takes it.
    """
    is_reachable = urlsplit(public_url).hostname not in _AT_HOME
    document = lru_cache(maxsize=_KEPT)(_draw)

    async def get_code(request: Request) -> Response:
        slug = request.path_params["slug"]
        status = status_of(slug, None)
        if status != 200:
            return Response(status_code=status)
        if not is_reachable:  # nothing to show, and no fault that a browser would note
            return Response(status_code=204)
        return document(f"{public_url}/legends/{slug}").answer(request, cache=cache)

    return [Route("/legends/{slug}/qr.svg", get_code, name="page_qr")]


def _draw(address: str) -> Document:
    """Black on white whatever the page's colours: cameras read nothing else as well."""
    sink = BytesIO()
    segno.make_qr(address, error="m").save(
        sink, kind="svg", scale=8, border=4, dark="#000", light="#fff", xmldecl=False
    )
    return Document(sink.getvalue(), "image/svg+xml")
