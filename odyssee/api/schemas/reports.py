"""Bodies of reports: what somebody tells of a trail, and what the office makes of it."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field

from odyssee.api.schemas.bodies import Body
from odyssee.api.schemas.languages import LangIn
from odyssee.api.schemas.slugs import SlugIn
from odyssee.domain.reports import (
    MAX_CONTACT,
    MAX_NOTE,
    MAX_TEXT,
    Gathered,
    Report,
    ReportKind,
    ReportState,
    Told,
)


class ReportIn(Body):
    """What is wrong on a trail."""

    legend: SlugIn
    stop: SlugIn | None = None
    kind: ReportKind
    text: Annotated[str, Field(max_length=MAX_TEXT)] | None = None
    """In the sender's own words; it is text and never markup."""
    lang: LangIn
    """In which the sender writes and reads."""
    contact: Annotated[str, Field(max_length=MAX_CONTACT)] | None = None
    """Only for who wants an answer; erased 90 days after closing."""

    def to_domain(self) -> Told:
        """The same in the words of the domain; blank is as good as absent."""
        return Told(
            legend=self.legend,
            stop=self.stop,
            kind=self.kind,
            text=(self.text or "").strip() or None,
            lang=self.lang,
            contact=(self.contact or "").strip() or None,
        )


class ReferenceOut(Body):
    """The report is kept."""

    reference: str
    """What to name when asking after it."""


class ReportOut(Body):
    """A report as the office reads it."""

    id: str
    reference: str
    legend: str
    stop: str | None
    kind: ReportKind
    text: str | None
    """As it was typed: to be shown as text, never as markup."""
    lang: str
    contact: str | None
    """Null for contributors, where none was given, and 90 days after closing."""
    created_at: AwareDatetime
    state: ReportState
    note: str
    closed_at: AwareDatetime | None

    @classmethod
    def from_domain(cls, report: Report) -> "ReportOut":
        """The same as a body."""
        told = report.told
        return cls(
            id=report.id,
            reference=report.reference,
            legend=told.legend,
            stop=told.stop,
            kind=told.kind,
            text=told.text,
            lang=told.lang,
            contact=told.contact,
            created_at=report.created_at,
            state=report.state,
            note=report.note,
            closed_at=report.closed_at,
        )


class ReportsOut(Body):
    """A page of reports."""

    items: list[ReportOut]
    next: str | None


class GatheredOut(Body):
    """Reports of one kind at one place."""

    legend: str
    stop: str | None
    """Null: of the trail as a whole."""
    kind: ReportKind
    count: int
    first_day: date
    last_day: date
    """By UTC."""

    @classmethod
    def from_domain(cls, gathered: Gathered) -> "GatheredOut":
        """The same as a body."""
        return cls(
            legend=gathered.legend,
            stop=gathered.stop,
            kind=gathered.kind,
            count=gathered.count,
            first_day=gathered.first_day,
            last_day=gathered.last_day,
        )


class GatheredsOut(Body):
    """A page of them."""

    items: list[GatheredOut]
    next: str | None


class ReportChangesIn(Body):
    """What the office makes of a report; what is absent stays."""

    state: ReportState = "open"
    note: Annotated[str, Field(max_length=MAX_NOTE)] = ""
    """Of the office, never shown outside."""
