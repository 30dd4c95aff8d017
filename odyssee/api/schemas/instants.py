"""Instants as RFC 3339 writes them, and nothing else that a lenient reader would take."""

import re
from datetime import UTC, datetime

from pydantic_core import PydanticCustomError

_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:([0-9]{2})(\.[0-9]+)?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 12, 30, tzinfo=UTC)
"""Later times cannot be told in every time zone."""


def to_instant(value: object) -> datetime:
    """An aware instant; a leap second is the second before it, as POSIX clocks count.

    Raises:
        PydanticCustomError: `bad_instant`, or `out_of_range` before 1970 or after 9999.
    """
    written = _RFC_3339.fullmatch(value) if isinstance(value, str) else None
    if written is None:
        raise PydanticCustomError("bad_instant", "not an RFC 3339 instant")
    text = written.string.upper()
    if written.group(1) == "60":
        text = f"{text[: written.start(1)]}59{text[written.end(1) :]}"
    try:
        instant = datetime.fromisoformat(text)
        in_range = _EARLIEST <= instant <= _LATEST
    except (ValueError, OverflowError):
        raise PydanticCustomError("bad_instant", "not an RFC 3339 instant") from None
    if not in_range:
        raise PydanticCustomError("out_of_range", "1970…9999", {"expected": "1970…9999"})
    return instant
