"""What phones tell of visits: no position, no person, no device, no hour."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from odyssee.api.schemas.bodies import Body
from odyssee.api.schemas.days import DayIn
from odyssee.api.schemas.languages import LangIn
from odyssee.api.schemas.slugs import SlugIn
from odyssee.api.schemas.whole import Whole
from odyssee.domain.statistics import Cell, Counted, EventType, Visit

MAX_EVENTS = 500
MAX_REVISION = 2**31 - 1


class VisitIn(Body):
    """One event."""

    id: Annotated[str, Field(min_length=1, max_length=64)]
    """Random, made by the phone for this event alone: told twice, it counts once."""
    type: EventType
    legend: SlugIn
    stop: SlugIn | None = None
    """For what happens at a stop."""
    lang: LangIn
    day: DayIn
    """From 60 days ago to tomorrow; another is told in `refused`."""
    revision: Whole = Field(ge=1, le=MAX_REVISION)
    """Of the legend, as the phone has it."""

    def to_domain(self) -> Visit:
        """The same in the words of the domain."""
        return Visit(self.id, Cell(self.day, self.legend, self.lang, self.type), self.stop)


class VisitsIn(Body):
    """Events, as a phone gathered them."""

    batch_id: UUID
    """Nothing is kept of it: each event counts once by its own id."""
    events: list[VisitIn] = Field(max_length=MAX_EVENTS)


class RefusedVisitOut(Body):
    """An event that is not counted; to tell it again changes nothing."""

    id: str
    code: str
    """`unknown_legend`, `unknown_stop`, `unknown_language` or `out_of_range`."""


class VisitsOut(Body):
    """What became of the events; the phone may forget all of them."""

    accepted: int
    duplicates: int
    """Counted before."""
    refused: list[RefusedVisitOut]

    @classmethod
    def from_domain(cls, counted: Counted) -> "VisitsOut":
        """The same as a body."""
        refused = [RefusedVisitOut(id=told, code=code) for told, code in counted.refused]
        return cls(accepted=counted.accepted, duplicates=counted.duplicates, refused=refused)
