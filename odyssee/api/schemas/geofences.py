"""A place in, zones for the phone's operating system out."""

from pydantic import Field

from odyssee.api.schemas.bodies import Body
from odyssee.api.schemas.legends import Position
from odyssee.api.schemas.proximity import Slug
from odyssee.api.schemas.whole import Whole
from odyssee.domain.geofences import UNKNOWN_ACCURACY_M


class GeofencesIn(Body):
    """Where a phone is, and how many circles it can watch: nothing of it is stored or logged."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    accuracy_m: float | None = UNKNOWN_ACCURACY_M
    """How wrong the place may be. Absent, null, 0 or negative: unknown, 50 m."""
    limit: Whole = Field(default=20, ge=2, le=100)
    """Circles that the phone can watch, `refresh` among them: 20 on iOS, 100 on Android."""
    legend: Slug | None = None
    """Only the zones of this legend."""


class GeofenceOut(Body):
    """A circle that encloses a zone."""

    legend: str
    stop: str
    zone: str
    center: Position
    radius_m: float


class RefreshOut(Body):
    """Ask again on leaving this circle; until then no zone outside the list can be entered."""

    center: Position
    radius_m: float
    """0: ask again at the next position."""
    complete: bool
    """Every zone is listed; the circle then holds the whole territory."""


class GeofencesOut(Body):
    """At most `limit` - 1 zones, the nearest first, and where they are enough."""

    geofences: list[GeofenceOut]
    refresh: RefreshOut
