"""Bodies of the admin API: closures, and a publication on its way out."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from odyssee.api.schemas.bodies import Body
from odyssee.api.schemas.legends import LineStringOut
from odyssee.api.schemas.proximity import InstantIn, Slug
from odyssee.domain.closures import MAX_POSITIONS, MAX_TEXT, Closure, ClosureKind

DECIMALS = 7
"""Of a position (contract, conventions)."""

Words = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
PositionIn = tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]]


class ClosureTextIn(Body):
    """What visitors read: why, and what to do instead."""

    fr: Words
    en: Words | None = None


class StretchIn(Body):
    """GeoJSON LineString, within the territory."""

    type: Literal["LineString"]
    coordinates: list[PositionIn] = Field(min_length=2, max_length=MAX_POSITIONS)


class ClosureIn(Body):
    """A closure to be taken; without a stop and without a stretch it is of the whole trail."""

    stop: Slug | None = None
    """Its zones do not fire, and it counts as skipped."""
    stretch: StretchIn | None = None
    """Not together with a stop."""
    from_: InstantIn | None = Field(default=None, alias="from")
    """Absent or null: now."""
    to: InstantIn | None = None
    """Absent or null: until somebody opens it again."""
    kind: ClosureKind
    text: ClosureTextIn

    def to_domain(self, legend: str, now: datetime) -> Closure:
        """The closure of that legend."""
        line = None if self.stretch is None else self.stretch.coordinates
        texts = {"fr": self.text.fr} | ({} if self.text.en is None else {"en": self.text.en})
        return Closure(
            legend=legend,
            starts_at=self.from_ or now,
            ends_at=self.to,
            kind=self.kind,
            text=texts,
            stop=self.stop,
            stretch=None
            if line is None
            else tuple((round(lon, DECIMALS), round(lat, DECIMALS)) for lon, lat in line),
        )


class KeptClosureOut(Body):
    """A closure that is in force or to come."""

    model_config = ConfigDict(populate_by_name=True)

    id: str
    stop: str | None = None
    stretch: LineStringOut | None = None
    from_: AwareDatetime = Field(alias="from")
    to: AwareDatetime | None
    kind: ClosureKind
    text: dict[str, str]
    """By language."""
    created_at: AwareDatetime
    job: int | None = None
    """In the answer to its making: the job that tells visitors; null where nothing is published."""


class KeptClosuresOut(Body):
    """A page of closures."""

    items: list[KeptClosureOut]
    next: str | None


class PublicationOut(Body):
    """What becomes of a revision."""

    revision: int
    state: Literal["unpublished", "superseded", "cancelled"]
    """Superseded: it was still being built. Cancelled: it waited for its day. Nobody saw either."""
    job: int | None
    """The job that tells visitors; null where nothing that is served changes."""
