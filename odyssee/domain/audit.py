"""Who did what, when: entries that are added and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from odyssee.domain.errors import Problem
from odyssee.domain.letters import is_readable

MAX_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One deed of one person or machine."""

    id: int
    """Rises with each entry."""
    at: datetime
    who: str
    deed: str
    """The verb, such as `publish`."""
    what: str
    """The thing, such as `legends/dame-de-riants`."""
    detail: Mapping[str, Any]
    """What else the office wants to know later, as JSON."""


def check_reason(reason: str) -> list[Problem]:
    """Why somebody publishes or takes back: one line, which may be empty."""
    if len(reason) > MAX_REASON:
        return [Problem("reason", "too_long", values={"expected": str(MAX_REASON)})]
    return [] if is_readable(reason) else [Problem("reason", "bad_character")]
