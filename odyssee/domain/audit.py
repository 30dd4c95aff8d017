"""Who did what, when: entries that are added and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


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
