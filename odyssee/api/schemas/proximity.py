"""Positions in, events out."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, Field

from odyssee.api.schemas.bodies import Body
from odyssee.api.schemas.instants import to_instant

Slug = Annotated[str, Field(min_length=1, max_length=100)]


InstantIn = Annotated[AwareDatetime, BeforeValidator(to_instant)]


class FixIn(Body):
    """One position reading of a phone."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    accuracy_m: float | None = None
    """Absent, null or negative: unknown. Over 100 m it decides nothing."""
    at: InstantIn
    """RFC 3339, any offset; from 1970."""
    speed_mps: float | None = None
    heading_deg: float | None = None


class ProximityIn(Body):
    """What a phone tells: nothing of it is stored or logged."""

    fixes: list[FixIn] = Field(max_length=1000)
    """Up to 1,000, in any order; may be empty with `here`."""
    progress: str | None = None
    """The token of the answer before; null at the start."""
    here: Slug | None = None
    """"I am here": the stop where the visitor stands."""
    heard: list[Slug] = Field(default=[], max_length=64)
    """Stops whose narration was heard to its end."""
    lang: str | None = Field(default=None, max_length=35)
    """The language in which the visitor listens."""


class EventOut(Body):
    """Something that happened; a player obeys `play` alone."""

    id: str
    type: Literal[
        "enter", "exit", "dwell", "approach", "play", "off_trail", "back_on_trail", "completed"
    ]
    stop: str | None = None
    zone: str | None = None
    at: AwareDatetime
    fix: int | None
    """Index in this request."""
    skipped: list[str] | None = None
    manual: bool | None = None
    after: Literal["at_once", "queued"] | None = None


class NextOut(Body):
    """Where to go now."""

    stop: str
    distance_m: float | None
    bearing_deg: float | None


class NextCheckOut(Body):
    """Sleep until positions lie so far from the last one sent, or so long: whichever is first."""

    after_m: float
    after_s: float


class ProximityOut(Body):
    """What the positions brought about."""

    events: list[EventOut]
    next: NextOut | None
    next_check: NextCheckOut
    progress: str
    revision: int
