"""Reports: what somebody on a trail tells the office is wrong there, and what becomes of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from odyssee.domain.errors import Problem
from odyssee.domain.letters import is_readable

ReportKind = Literal[
    "too_early", "too_late", "no_trigger", "audio", "path_closed", "danger", "text", "other"
]
"""What is wrong (contract, `POST /v1/reports`)."""
KINDS: tuple[ReportKind, ...] = get_args(ReportKind)
ReportState = Literal["open", "triaged", "closed"]
STATES: tuple[ReportState, ...] = get_args(ReportState)
MAX_TEXT = 2000
MAX_CONTACT = 254
MAX_NOTE = 2000
CONTACT_KEPT = timedelta(days=90)
"""How long after closing a contact is kept."""
KEY_KEPT = timedelta(days=62)
"""How long a report that is told again under its key is known."""
_LAYOUT = str.maketrans("", "", "\n\r\t")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report as somebody tells it."""

    legend: str
    stop: str | None
    kind: ReportKind
    text: str | None
    lang: str
    contact: str | None
    """An e-mail address or a number, as it was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report as the office keeps it."""

    id: str
    reference: str
    """Short, for people: what the sender may name when asking after it."""
    told: Told
    created_at: datetime
    state: ReportState
    note: str
    """Of the office, never shown outside."""
    closed_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which reports are asked for; null for any."""

    states: tuple[ReportState, ...] = ()
    """None for all."""
    legend: str | None = None
    stop: str | None = None
    kind: ReportKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Reports of one kind at one place, so that the fifth of them is seen as such."""

    legend: str
    stop: str | None
    kind: ReportKind
    count: int
    first_day: date
    last_day: date


def check_told(told: Told, stops: Collection[str] | None, *, is_known: bool) -> list[Problem]:
    """Everything that is wrong with a report.

    Args:
        told: As somebody tells it.
        stops: Of the legend; null where it is not served any more.
        is_known: Whether the legend is served or was.
    """
    found = []
    if not is_known:
        found.append(Problem("legend", "legend_not_served"))
    if told.stop is not None and stops is not None and told.stop not in stops:
        found.append(Problem("stop", "unknown_stop"))
    found += _check_words("text", told.text)
    if told.contact is not None and not is_readable(told.contact):
        found.append(Problem("contact", "bad_character"))
    return found


def check_note(note: str) -> list[Problem]:
    """What is wrong with what the office writes beside a report."""
    return _check_words("note", note)


def _check_words(where: str, words: str | None) -> list[Problem]:
    """Words of several lines; they are text and never markup."""
    if words is None or is_readable(words.translate(_LAYOUT)):
        return []
    return [Problem(where, "bad_character")]
