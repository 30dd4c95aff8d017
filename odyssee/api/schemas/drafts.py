"""Bodies of drafts: the keys of the content folder, the words in their places."""

from typing import Any

from pydantic import AwareDatetime, Field

from odyssee.api.schemas.bodies import Body
from odyssee.api.schemas.proximity import InstantIn
from odyssee.api.schemas.slugs import SlugIn
from odyssee.domain.checks import MAX_STOPS
from odyssee.domain.geo import LonLat
from odyssee.domain.surveying import SurveyFix

LEGEND: dict[str, Any] = {"$ref": "#/components/schemas/Legend"}
STOP: dict[str, Any] = {"$ref": "#/components/schemas/Stop"}
ANY_OBJECT: dict[str, Any] = {"type": "object"}


class OrderIn(Body):
    """The slugs of all stops, in the order of the trail."""

    stops: list[str] = Field(max_length=MAX_STOPS)


class OrderOut(Body):
    """The slugs of the stops, in the order of the trail."""

    stops: list[str]


class SurveyFixIn(Body):
    """One reading on the spot."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    accuracy_m: float | None = None
    """Absent, null or negative: unknown. Over 30 m it does not count."""
    at: InstantIn | None = None
    """Not looked at: taken so that what a phone recorded can be sent as it is."""
    speed_mps: float | None = None
    """As well."""
    heading_deg: float | None = None
    """As well."""


class SurveyIn(Body):
    """Readings of somebody who stands on the spot: used at once, kept nowhere."""

    fixes: list[SurveyFixIn] = Field(max_length=1000)
    """Twenty or more that count."""
    source: SlugIn | None = None
    """A key of the legend's `rights.sources`; absent or null keeps the one of before."""

    def to_domain(self) -> list[SurveyFix]:
        """The readings, without what is not looked at."""
        return [SurveyFix(LonLat(fix.lon, fix.lat), fix.accuracy_m) for fix in self.fixes]


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
