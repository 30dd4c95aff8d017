"""Static files of the pages: read once, addressed by their content, sent encoded.

All files lie under one path that carries a hash over every one of them, so a
module may import its neighbour by a plain relative address and still be cached
for ever. A name has a folder at most: `app.js`, `engine/index.js`.
"""

import gzip
import hashlib
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import Response

from odyssee.domain.negotiation import choose_coding, holds

STATIC = Path(__file__).parent / "static"
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
SECURITY_HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "geolocation=(self), camera=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}
CODINGS = ("br", "gzip", "identity")
_IMPORT = re.compile(r'^(?:(?:im|ex)port .*|\} )from "(\./[\w./]+)";$', re.MULTILINE)
"""A module that is loaded with this one; `import()` waits until it is called."""


@dataclass(frozen=True, slots=True)
class Representation:
    """The bytes of one answer in one content coding, and their strong ETag."""

    body: bytes
    coding: str
    etag: str


class Document:
    """One text, encoded once in every coding that somebody asks for.

    Not before: most files are of pages that a server, or a kiosk, never sends, and brotli
    at its best would hold up every start.
    """

    def __init__(self, data: bytes, media_type: str) -> None:
        self.media_type = media_type
        self._represented = cache(lambda coding: _represent(data, coding))

    def answer(
        self,
        request: Request,
        *,
        cache: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """The document as an answer: 304 when the caller holds these very bytes.

        Args:
            request: what it accepts, and which bytes it holds.
            cache: the `Cache-Control` of the answer.
            status: 200, or that of an error page, which is never answered with 304.
            headers: what else the answer carries.
        """
        made = self._represented(choose_coding(request.headers.get("accept-encoding", ""), CODINGS))
        kept = {
            **SECURITY_HEADERS,
            **(headers or {}),
            "cache-control": cache,
            "etag": made.etag,
            "vary": "Accept-Language, Accept-Encoding",
        }
        if status == 200 and holds(request.headers.get("if-none-match", ""), made.etag):
            return Response(status_code=304, headers=kept)
        if made.coding != "identity":
            kept["content-encoding"] = made.coding
        kept["content-type"] = self.media_type
        return Response(made.body, status_code=status, headers=kept)


class Assets:
    """The files of `static/` and of the folders in it, and the hash that stands in addresses."""

    def __init__(self, folder: Path = STATIC) -> None:
        content = _read(folder)
        self.version = _fingerprint(content.items())
        self._imports = {name: _imports_of(name, data) for name, data in content.items()}
        self._documents = {
            name: Document(data, MEDIA_TYPES[posixpath.splitext(name)[1]])
            for name, data in content.items()
        }

    def address(self, name: str) -> str:
        """The root-relative address under which a file may be cached for ever."""
        return f"/static/{self.version}/{name}"

    def loaded_with(self, *entries: str) -> tuple[str, ...]:
        """The modules that a browser loads before it runs these: themselves, then their imports."""
        found = dict.fromkeys(entries)
        waiting = [*entries]
        while waiting:
            new = [name for name in self._imports[waiting.pop(0)] if name not in found]
            found.update(dict.fromkeys(new))
            waiting += new
        return tuple(found)

    def script_tags(self, entry: str, *views: str) -> str:
        """The tags that run a module, and ask at once for all that it and its views load."""
        preloads = [
            f'<link rel="modulepreload" href="{self.address(name)}">'
            for name in self.loaded_with(entry, *views)
        ]
        return "\n".join(
            [*preloads, f'<script type="module" src="{self.address(entry)}"></script>']
        )

    async def serve(self, request: Request) -> Response:
        """A file by name, under the hash in force or (for a page of an older version) another."""
        version, _, name = request.path_params["path"].partition("/")
        document = self._documents.get(name)
        if document is None:
            return Response(status_code=404, headers=dict(SECURITY_HEADERS))
        cache = IMMUTABLE if version == self.version else REVALIDATE
        return document.answer(request, cache=cache)


def _read(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in [*folder.glob("*"), *folder.glob("*/*")] if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _imports_of(name: str, data: bytes) -> list[str]:
    if not name.endswith(".js"):
        return []
    beside = posixpath.dirname(name)
    return [
        posixpath.normpath(posixpath.join(beside, found))
        for found in _IMPORT.findall(data.decode())
    ]


def _represent(data: bytes, coding: str) -> Representation:
    body = data
    if coding == "br":
        body = brotli.compress(data)
    elif coding == "gzip":
        body = gzip.compress(data, mtime=0)
    return Representation(body, coding, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def _fingerprint(content: Iterable[tuple[str, bytes]]) -> str:
    total = hashlib.sha256()
    for name, data in content:
        total.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
    return total.hexdigest()[:16]
