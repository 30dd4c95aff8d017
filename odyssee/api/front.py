"""The thin ASGI front: sends what the library keeps, and leaves the rest to FastAPI.

Ready answers need no routing, no validation and no dependency: this path is
what makes a legend cost little more than its bytes (ADR 0006).
"""

import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from odyssee.actions.tools import Tools
from odyssee.api.admin.guard import Guard
from odyssee.api.answers import Coded
from odyssee.api.errors import broken_response, error_response
from odyssee.api.public.library import Edition, Library, find_answer
from odyssee.api.public.proximity import answer_proximity
from odyssee.domain.errors import OdysseeError
from odyssee.domain.negotiation import choose_lang

LogRequest = Callable[[str, bytes, int, float], None]
"""Told method, path as sent and without query, status and beginning of each ended request."""

_PREFLIGHT = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"Accept-Language, Content-Type, Idempotency-Key, If-None-Match, If-Range, Range",
    ),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
]


_RECENT = 4096
_RECENT_BYTES = 200
"""How many ready answers are found without reading a header, and how long its headers may be."""


class Front:
    """An ASGI app before the app."""

    def __init__(
        self,
        app: ASGIApp,
        tools: Tools,
        library: Library,
        guard: Guard,
        log: LogRequest | None = None,
    ) -> None:
        self._app = app
        self._tools = tools
        self._library = library
        self._guard = guard
        self._log = log
        self._recent: dict[tuple[str, bytes, bytes], Coded] = {}
        self._recent_of = library.current()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        ready = self._find_ready(scope)
        if ready is None:
            await self._serve_watched(scope, receive, send, began)
            return
        await send(ready[0])
        await send(ready[1])
        self._tell(scope, ready[0]["status"], began)

    def _tell(self, scope: Scope, status: int, began: float) -> None:
        if self._log is not None:
            self._log(scope["method"], scope["raw_path"], status, began)

    def _find_ready(self, scope: Scope) -> tuple[Message, Message] | None:
        """The answer to a GET without query, when path and two headers alone decide on it."""
        path: str = scope["path"]
        if scope["query_string"] or scope["method"] != "GET" or not path.startswith("/v1/"):
            return None
        language = coding = none_match = b""
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                coding = value
            elif name == b"accept-language":
                language = value
            elif name == b"if-none-match":
                none_match = value
        edition = self._library.current()
        if edition is not self._recent_of:
            self._recent, self._recent_of = {}, edition
        coded = self._recent.get((path, language, coding))
        if coded is None:
            coded = self._make_ready(edition, path, language, coding)
        return None if coded is None else coded.answer(none_match)

    def _make_ready(
        self, edition: Edition, path: str, language: bytes, coding: bytes
    ) -> Coded | None:
        lang = choose_lang(language.decode("latin-1"), edition.languages)
        try:
            answer = edition.find(path, lang)
        except OdysseeError:
            return None  # told by the way that every other request takes
        if answer is None:
            return None
        coded = answer.coded(coding.decode("latin-1"))
        if len(language) + len(coding) <= _RECENT_BYTES:
            if len(self._recent) >= _RECENT:
                self._recent.clear()
            self._recent[path, language, coding] = coded
        return coded

    async def _serve_watched(
        self, scope: Scope, receive: Receive, send: Send, began: float
    ) -> None:
        status = 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        if self._guard.watches(scope["path"]):
            send = self._guard.watched(scope, send)
        try:
            await self._serve(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - the last door: its message must reach no log
            if status == 0:
                await broken_response(scope, error)(scope, receive, _bodiless(scope, watched))
        finally:
            self._tell(scope, status, began)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if not path.startswith("/v1/"):
            asked = self._guard.answer_preflight(scope)
            if asked is not None:
                await asked(scope, receive, send)
                return
            await self._app(_as_get(scope), receive, _bodiless(scope, send))
            return
        method = scope["method"]
        try:
            if method in {"GET", "HEAD"} and await self._read(scope, receive, send):
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

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> bool:
        answer = find_answer(self._library.current(), scope)
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
