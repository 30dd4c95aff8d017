"""The thin ASGI front: sends what the library keeps, and leaves the rest to FastAPI.

Ready answers need no routing, no validation and no dependency: this path is
what makes a legend cost little more than its bytes (ADR 0006).
"""

import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from odyssee.actions.tools import Tools
from odyssee.api.errors import error_response
from odyssee.api.public.asking import read_search
from odyssee.api.public.library import Library
from odyssee.api.public.proximity import answer_proximity
from odyssee.api.public.speaking import lang_of
from odyssee.domain.errors import OdysseeError

LogRequest = Callable[[str, bytes, int, float], None]
"""Told method, path as sent and without query, status and seconds of each request."""

_PREFLIGHT = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"Accept-Language, Content-Type, If-None-Match, If-Range, Range",
    ),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
]


class Front:
    """An ASGI app before the app."""

    def __init__(
        self, app: ASGIApp, tools: Tools, library: Library, log: LogRequest | None = None
    ) -> None:
        self._app = app
        self._tools = tools
        self._library = library
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._log is None:
            await self._serve(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._serve(scope, receive, watched)
        finally:
            took_s = time.perf_counter() - began
            self._log(scope["method"], scope["raw_path"], status, took_s)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if not path.startswith("/v1/"):
            await self._app(_as_get(scope), receive, _bodiless(scope, send))
            return
        method = scope["method"]
        try:
            if method in {"GET", "HEAD"} and await self._read(path, scope, receive, send):
                return
            if method == "POST" and path.startswith("/v1/legends/") and path.endswith("/proximity"):
                slug = path[len("/v1/legends/") : -len("/proximity")]
                answer = await answer_proximity(scope, receive, self._tools, slug)
                await answer(scope, receive, send)
                return
        except OdysseeError as error:
            await error_response(scope, error)(scope, receive, _bodiless(scope, send))
            return
        if method == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": _PREFLIGHT})
            await send({"type": "http.response.body", "body": b""})
            return
        await self._app(_as_get(scope), receive, _bodiless(scope, send))

    async def _read(self, path: str, scope: Scope, receive: Receive, send: Send) -> bool:
        lang = lang_of(scope, self._library)
        edition = self._library.current()
        if path == "/v1/legends" and scope["query_string"]:
            search = read_search(scope["query_string"].decode("latin-1"))
            await edition.legends(search, lang)(scope, receive, send)
            return True
        answer = edition.find(path, lang)
        if answer is None:
            return False
        await answer(scope, receive, send)
        return True


def _as_get(scope: Scope) -> Scope:
    """HEAD works wherever GET does: the app sees GET, and knows that no body will be sent."""
    if scope["method"] != "HEAD":
        return scope
    return {**scope, "method": "GET", "odyssee.head": True}


def _bodiless(scope: Scope, send: Send) -> Send:
    if scope["method"] != "HEAD":
        return send

    async def without_body(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return without_body
