"""Published bytes, whole or in part, never coded: objects, manifests, zips, signed metadata."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from starlette.concurrency import iterate_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.types import Scope

from odyssee.actions.reading import object_key
from odyssee.actions.tools import Tools
from odyssee.api.answers import header_of
from odyssee.api.errors import problem_response
from odyssee.domain.errors import NotFound
from odyssee.domain.negotiation import holds

IMMUTABLE = "public, max-age=31536000, immutable"
_ADDRESS = re.compile(r"[0-9a-f]{64}\Z")
_ONE_RANGE = re.compile(r"bytes=([0-9]{0,40})-([0-9]{0,40})\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Bytes that are sent as they are kept."""

    sha256: str
    """Their ETag."""
    size_bytes: int
    media_type: str
    cache: str
    """Cache-Control."""
    open: Callable[[int, int], Iterator[bytes]]
    """So many of them from a place on, in pieces."""
    file_name: str | None = None
    """For those that a person saves."""


def answer_object(scope: Scope, tools: Tools, sha256: str, media_type: str | None) -> Response:
    """An object that a kept manifest names.

    Raises:
        NotFound: no kept manifest names it.
    """
    if media_type is None or not _ADDRESS.match(sha256):
        raise NotFound(object=sha256[:64])
    stat = tools.published.stat(object_key(sha256))
    if stat is None:
        raise NotFound(object=sha256)
    kept = Kept(
        sha256=sha256,
        size_bytes=stat.size_bytes,
        media_type=media_type,
        cache=IMMUTABLE,
        open=lambda start, length: tools.published.open(object_key(sha256), start, length),
    )
    return answer_kept(scope, kept)


def answer_kept(scope: Scope, kept: Kept) -> Response:
    """The bytes, or a single `Range` of them where `If-Range` allows.

    Several ranges at once are answered whole, as RFC 9110, section 14.2, permits.
    """
    etag = f'"{kept.sha256}"'
    headers = {
        "ETag": etag,
        "Cache-Control": kept.cache,
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "ETag, Content-Range, Accept-Ranges",
    }
    none_match = header_of(scope, b"if-none-match")
    if none_match and holds(none_match, etag):
        return Response(status_code=304, headers=headers)
    if kept.file_name is not None:
        headers["Content-Disposition"] = f'attachment; filename="{kept.file_name}"'
    size = kept.size_bytes
    asked = _range(scope, etag, size)
    if asked is None:
        return _part(scope, kept, (0, size), 200, headers)
    start, end = asked
    if start >= end:
        unmet = headers | {"Content-Range": f"bytes */{size}", "Cache-Control": "no-store"}
        del unmet["ETag"]
        return problem_response(scope, 416, "range_not_satisfiable", headers=unmet)
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return _part(scope, kept, asked, 206, headers)


def _part(
    scope: Scope, kept: Kept, part: tuple[int, int], status: int, headers: dict[str, str]
) -> Response:
    start, end = part
    headers["Content-Length"] = str(end - start)
    if scope.get("odyssee.head"):
        return Response(status_code=status, headers=headers, media_type=kept.media_type)
    chunks = kept.open(start, end - start)
    return StreamingResponse(iterate_in_threadpool(chunks), status, headers, kept.media_type)


def _range(scope: Scope, etag: str, size: int) -> tuple[int, int] | None:
    """The asked part as start and end (not included); null for the whole; empty when unmet."""
    asked = header_of(scope, b"range")
    condition = header_of(scope, b"if-range")
    if not asked or (condition and condition != etag):
        return None
    found = _ONE_RANGE.match(asked.replace(" ", ""))
    if found is None or found.group(1) == found.group(2) == "":
        return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        return max(0, size - int(last)), size if int(last) else 0
    start, end = int(first), size if not last else min(int(last) + 1, size)
    if last and int(last) < start:
        return None  # not a range at all: ignored (RFC 9110, section 14.1.1)
    return start, end
