"""What every answer of the desk and to kiosks carries: closed to other sites, kept by nobody."""

from starlette.responses import Response
from starlette.types import Message, Scope, Send

from odyssee.api.answers import Headers, header_of

_CARRIED = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
"""Added where an answer has none of its own: pages have a policy that lets their script run."""
_REPLACED = {
    b"access-control-allow-origin",
    b"access-control-expose-headers",
    b"cache-control",
    b"vary",
}
_PROMISE = (b"strict-transport-security", b"max-age=31536000")
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Accept-Language, Authorization, Content-Type, If-Match, "
    "Tus-Resumable, Upload-Checksum, Upload-Length, Upload-Metadata, Upload-Offset",
    "Access-Control-Max-Age": "600",
}
_EXPOSED = (
    b"Content-Language, Content-Location, Draft-ETag, ETag, Location, Retry-After, "
    b"Tus-Resumable, Upload-Expires, Upload-Length, Upload-Offset"
)


class Guard:
    """Stands before everything under `/admin`, `/bureau` and `/kiosk`."""

    def __init__(self, origins: frozenset[str], *, https: bool) -> None:
        """Take the other sites whose scripts may call the API with a bearer token.

        Args:
            origins: as browsers send them, `https://host` or `https://host:port`.
            https: the server is reached over TLS, and browsers may be told to stay with it.
        """
        self._origins = origins
        self._carried = (*_CARRIED, *([_PROMISE] if https else []))

    def watches(self, path: str) -> bool:
        """Whether an address belongs to the desk, or to kiosks."""
        return f"{path}/".startswith(("/admin/", "/bureau/", "/kiosk/"))

    def watched(self, scope: Scope, send: Send) -> Send:
        """Sends what it is given with the headers of the desk, and without any that open it."""
        origin = self._find_origin(scope)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": self._dress(message["headers"], origin)}
            await send(message)

        return guarded

    def answer_preflight(self, scope: Scope) -> Response | None:
        """What a browser asks before it lets another site's script call; null for strangers."""
        asked = header_of(scope, b"access-control-request-method")
        if scope["method"] != "OPTIONS" or not asked or self._find_origin(scope) is None:
            return None
        return Response(status_code=204, headers=_PREFLIGHT)

    def _find_origin(self, scope: Scope) -> str | None:
        if not self._origins or not scope["path"].startswith("/admin/"):
            return None
        origin = header_of(scope, b"origin")
        return origin if origin in self._origins else None

    def _dress(self, headers: Headers, origin: str | None) -> Headers:
        kept = [header for header in headers if header[0] not in _REPLACED]
        present = {name for name, _ in kept}
        kept += [header for header in self._carried if header[0] not in present]
        kept.append((b"cache-control", b"no-store"))
        vary = [value for name, value in headers if name == b"vary"]
        if self._origins:
            vary.append(b"Origin")  # the answer to a named site differs, even from none
        if vary:
            kept.append((b"vary", b", ".join(vary)))
        if origin is not None:
            kept.append((b"access-control-allow-origin", origin.encode("latin-1")))
            kept.append((b"access-control-expose-headers", _EXPOSED))
        return kept
