"""Bodies of drafts: the keys of the content folder, the words in their places."""

from typing import Any

from pydantic import AwareDatetime, Field

from odyssee.api.schemas.bodies import Body
from odyssee.domain.checks import MAX_STOPS

LEGEND: dict[str, Any] = {"$ref": "#/components/schemas/Legend"}
STOP: dict[str, Any] = {"$ref": "#/components/schemas/Stop"}
ANY_OBJECT: dict[str, Any] = {"type": "object"}


class OrderIn(Body):
    """The slugs of all stops, in the order of the trail."""

    stops: list[str] = Field(max_length=MAX_STOPS)


class OrderOut(Body):
    """The slugs of the stops, in the order of the trail."""

    stops: list[str]


class DraftVersionOut(Body):
    """A version that the draft had before somebody changed it."""

    version: int
    part: str
    """What was changed: `legend`, `order`, `route`, `stops/…`, or the whole `draft`."""
    changed_by: str
    """Who changed it into the next one."""
    changed_at: AwareDatetime
    """When that change began."""


class DraftVersionsOut(Body):
    """A page of versions."""

    items: list[DraftVersionOut]
    next: str | None


class UndoIn(Body):
    """One of the two: a version of the draft, or a revision that was frozen."""

    version: int | None = Field(default=None, ge=1, le=2**31 - 1)
    revision: int | None = Field(default=None, ge=1, le=2**31 - 1)
