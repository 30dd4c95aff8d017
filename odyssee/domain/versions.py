"""Versions of a draft: what each change began from, and which changes count as one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

ONE_CHANGE = timedelta(minutes=10)
"""What one person does to one part within so long is one change: pages save while one writes."""
MAX_VERSIONS = 200
"""Of one draft; older ones are forgotten."""
WHOLE = "draft"
"""The part of an undoing and of an import, which change all of it; never one with the next."""


@dataclass(frozen=True, slots=True)
class DraftVersion:
    """A version that a draft had before somebody changed it."""

    version: int
    part: str
    """What was changed: `legend`, `order`, `stops/…`, `route`, or the whole `draft`."""
    changed_by: str
    """Who changed it into the next one."""
    changed_at: datetime
    """When that change began."""


def is_one_change(newest: DraftVersion, part: str, by: str, now: datetime) -> bool:
    """Whether a change goes on with the newest one that is kept."""
    is_same = part != WHOLE and (newest.part, newest.changed_by) == (part, by)
    return is_same and now - newest.changed_at < ONE_CHANGE
