"""Answers that are encoded once and sent many times, negotiated by language and coding.

Each public GET has a strong ETag over the bytes sent (another for each content
coding), answers 304 to `If-None-Match`, and HEAD as GET without its body
(contract, Caching; RFC 9110, sections 8.8.3 and 13.1.2).
"""

import gzip
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import brotli
import zstandard
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from odyssee.domain.negotiation import asked_lang, choose_coding, choose_lang, holds

Headers = list[tuple[bytes, bytes]]

CACHEABLE = b"public, max-age=60, stale-while-revalidate=86400, stale-if-error=604800"
NO_STORE = b"no-store"
LEVELS = {"br": 5, "zstd": 6, "gzip": 6}
"""Brotli at 11 takes twenty times as long for a tenth fewer bytes (design: architecture, traps)."""
QUICK_LEVELS = {"br": 1, "zstd": 1, "gzip": 1}
"""For an answer that is sent once: a fifth of the time for a seventh more bytes."""
MIN_CODED_BYTES = 512
"""Under this a coding costs more than it saves."""


class Coded:
    """An answer's bytes in one content coding, with every header but those of the connection."""

    __slots__ = ("body", "etag", "full", "head", "not_modified", "start")

    def __init__(self, body: bytes, headers: Headers, coding: str) -> None:
        self.body = body
        self.etag = b'"' + hashlib.sha256(body).hexdigest()[:32].encode() + b'"'
        coded = [] if coding == "identity" else [(b"content-encoding", coding.encode())]
        kept = [*headers, *coded, (b"etag", self.etag)]
        full = [*kept, (b"content-length", str(len(body)).encode())]
        self.start: Message = {"type": "http.response.start", "status": 200, "headers": full}
        self.full: Message = {"type": "http.response.body", "body": body}
        self.head: Message = {"type": "http.response.body", "body": b""}
        unchanged = [h for h in kept if h[0] not in {b"content-type", b"content-encoding"}]
        self.not_modified: Message = {
            "type": "http.response.start",
            "status": 304,
            "headers": unchanged,
        }

    def answer(self, none_match: bytes) -> tuple[Message, Message]:
        """Start and body of a GET's answer: 304 when the client has these very bytes."""
        if none_match and holds(none_match.decode("latin-1"), self.etag.decode()):
            return self.not_modified, self.head
        return self.start, self.full


class Answer:
    """One representation, encoded when it is first asked for in each coding."""

    __slots__ = ("_body", "_coded", "_codings", "_headers", "_levels")

    def __init__(
        self,
        body: bytes,
        media_type: str = "application/json",
        *,
        lang: str | None = None,
        cache: bytes = CACHEABLE,
        headers: Sequence[tuple[bytes, bytes]] = (),
        sent_once: bool = False,
    ) -> None:
        vary = b"Accept-Language, Accept-Encoding"
        self._body = body
        self._headers = [
            (b"content-type", media_type.encode()),
            (b"cache-control", cache),
            (b"vary", vary),
            (b"access-control-allow-origin", b"*"),
            (b"access-control-expose-headers", b"ETag, Content-Language, Content-Disposition"),
            (b"x-content-type-options", b"nosniff"),
            *([] if lang is None else [(b"content-language", lang.encode())]),
            *headers,
        ]
        small = len(body) < MIN_CODED_BYTES
        self._codings = ("identity",) if small else ("br", "zstd", "gzip", "identity")
        self._levels = QUICK_LEVELS if sent_once or cache == NO_STORE else LEVELS
        self._coded: dict[str, Coded] = {}

    def coded(self, accept_encoding: str) -> Coded:
        """The bytes in the best coding that the client accepts."""
        coding = choose_coding(accept_encoding, self._codings)
        known = self._coded.get(coding)
        if known is None:
            body = encode(self._body, coding, self._levels)
            known = Coded(body, self._headers, coding)
            self._coded[coding] = known
        return known

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the answer over ASGI: 200 or 304, with a body unless HEAD asked."""
        accept = none_match = b""
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                accept = value
            elif name == b"if-none-match":
                none_match = value
        coded = self.coded(accept.decode("latin-1"))
        start, body = coded.answer(none_match)
        await send(start)
        await send(coded.head if scope["method"] == "HEAD" else body)


class Sent(Response):
    """An answer of the library as the response of a route."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        super().__init__()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer as it is kept."""
        await self._answer(scope, receive, send)


def encode(body: bytes, coding: str, levels: Mapping[str, int] = LEVELS) -> bytes:
    """The body in a content coding; the same body always gives the same bytes."""
    if coding == "br":
        return bytes(brotli.compress(body, quality=levels[coding]))
    if coding == "gzip":
        return gzip.compress(body, compresslevel=levels[coding], mtime=0)
    if coding == "zstd":
        return zstandard.compress(body, level=levels[coding])
    return body


def header_of(scope: Scope, name: bytes) -> str:
    """A request header's first value; empty when it is absent."""
    headers: Any = scope["headers"]
    for known, value in headers:
        if known == name:
            return str(value.decode("latin-1"))
    return ""


def lang_of(scope: Scope, offered: tuple[str, ...]) -> str:
    """The language of an answer: `?lang=` wins, then a body's `lang`, then `Accept-Language`."""
    asked = asked_lang(scope["query_string"].decode("latin-1"))
    if asked is None:
        asked = scope.get("odyssee.lang")
    return choose_lang(header_of(scope, b"accept-language") if asked is None else asked, offered)
