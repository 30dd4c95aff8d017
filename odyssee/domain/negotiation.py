"""What a client and a server agree on: a language, a coding, whether bytes are known already.

Pure functions of header values (RFC 9110, sections 12.5 and 13.1.2; RFC 4647, section 3.4).
Headers are cut before anything is remembered of them: what strangers send must not fill memory.
"""

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import unquote

from odyssee.domain.legends import FALLBACK_LANG

LONGEST = 256
"""Characters of a header that are read; browsers send a fifth of it."""


def choose_coding(accept_encoding: str, offered: tuple[str, ...]) -> str:
    """The best offered coding by the client's qualities; the first offered breaks ties."""
    return _choose_coding(accept_encoding[:LONGEST], offered)


def choose_lang(accept_language: str, offered: tuple[str, ...]) -> str:
    """The best offered language by RFC 4647 lookup, else French; never an error."""
    return _choose_lang(accept_language[:LONGEST], offered)


def asked_lang(query: str) -> str | None:
    """The last value of `lang` in a query string; null when it is not asked."""
    for part in reversed(query.split("&")):
        if part.startswith("lang="):
            return unquote(part[5:])
    return None


def holds(none_match: str, etag: str) -> bool:
    """Whether `If-None-Match` names the ETag; weak tags compare equal."""
    if none_match.strip() == "*":
        return True
    return any(tag.strip().removeprefix("W/") == etag for tag in none_match.split(","))


@lru_cache(maxsize=256)
def _choose_coding(accept_encoding: str, offered: tuple[str, ...]) -> str:
    if not accept_encoding:
        return "identity"
    wanted = qualities(accept_encoding)
    rest = wanted.get("*", 0.0)
    best, best_q = "identity", wanted.get("identity", 0.0001)
    for coding in offered:
        q = wanted.get(coding, rest if coding != "identity" else best_q)
        if q > best_q:
            best, best_q = coding, q
    return best


@lru_cache(maxsize=256)
def _choose_lang(accept_language: str, offered: tuple[str, ...]) -> str:
    ranges = sorted(qualities(accept_language).items(), key=lambda item: -item[1])
    for wanted, q in ranges:
        if q <= 0:
            continue
        subtags = wanted.split("-")
        while subtags:
            if "-".join(subtags) in offered:
                return "-".join(subtags)
            subtags.pop()
            if subtags and len(subtags[-1]) == 1:  # a singleton never ends a range
                subtags.pop()
    return FALLBACK_LANG


def qualities(header: str) -> dict[str, float]:
    """What a client accepts with its quality values, in its order; what is unreadable counts 0."""
    found: dict[str, float] = {}
    for part in header.lower().split(",")[:32]:
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name:
            found.setdefault(name, _quality(parameters))
    return found


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                q = float(parameter[2:])
            except ValueError:
                return 0.0
            return q if 0.0 <= q <= 1.0 else 0.0
    return 1.0
