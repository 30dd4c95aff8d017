"""What a visit is counted as: a day, a legend, a language and a type; never who, where or when."""

import calendar
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple, get_args

EventType = Literal[
    "legend_opened",
    "pack_downloaded",
    "trail_started",
    "narration_started",
    "narration_finished",
    "riddle_answered",
    "trail_completed",
    "language_chosen",
]
"""What is counted (contract, `POST /v1/visits`)."""
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)

DAYS_BACK = 60
DAYS_AHEAD = 1
"""A day is counted from so many before today to so many after; phones live in other time zones."""

SEEN_DAYS = 62
"""How long it is remembered that a visit of a day was counted: past when it could be told again."""
KEPT_MONTHS = 25
"""How long counts are kept: two summers can be compared."""


class Cell(NamedTuple):
    """What is counted together."""

    day: date
    legend: str
    lang: str
    type: EventType


@dataclass(frozen=True, slots=True)
class Visit:
    """One event that a phone or a screen tells; nothing of it is finer than the day."""

    id: str
    """Random, made by who tells: told twice, it counts once."""
    cell: Cell
    stop: str | None = None
    """Where on the trail; null for what is of the whole of it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of visits that were told."""

    accepted: int
    duplicates: int
    """Told before."""
    refused: tuple[tuple[str, str], ...]
    """The id of each other, and why: `unknown_legend`, `unknown_stop`, `unknown_language`,
    `out_of_range`."""


OF_A_STOP: frozenset[EventType] = frozenset(
    {"narration_started", "narration_finished", "riddle_answered"}
)
"""What happens at a stop; all else is counted for the whole trail, whatever stop is told."""


def sift(
    visits: Iterable[Visit],
    today: date | None,
    stops: Mapping[str, Container[str] | None],
    langs: Container[str],
) -> tuple[list[Visit], tuple[tuple[str, str], ...]]:
    """The visits that are counted, and the ids of the others, each with the reason.

    Args:
        visits: As they were told.
        today: Null where no clock is trusted: then any day will do.
        stops: Of each legend that is served, so that nobody fills the counts with others; null
            where nothing is counted by stop.
        langs: The languages that are served.
    """
    taken, refused = [], []
    for visit in visits:
        fault = _find_fault(visit, today, stops, langs)
        if fault is None:
            taken.append(visit)
        else:
            refused.append((visit.id, fault))
    return taken, tuple(refused)


def _find_fault(
    visit: Visit,
    today: date | None,
    stops: Mapping[str, Container[str] | None],
    langs: Container[str],
) -> str | None:
    if visit.cell.legend not in stops:
        return "unknown_legend"
    known = stops[visit.cell.legend]
    if visit.stop is not None and known is not None and visit.stop not in known:
        return "unknown_stop"
    if visit.cell.lang not in langs:
        return "unknown_language"
    if today is not None and not is_countable(visit.cell.day, today):
        return "out_of_range"
    return None


def is_countable(day: date, today: date) -> bool:
    """Whether the day lies close enough to today to be believed."""
    return today - timedelta(days=DAYS_BACK) <= day <= today + timedelta(days=DAYS_AHEAD)


def oldest_kept(today: date) -> date:
    """The first day whose counts are kept: that of the same number, 25 months ago.

    Where that month is too short, its last.
    """
    year, month = divmod(today.year * 12 + today.month - 1 - KEPT_MONTHS, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(today.day, last))


def sum_up(counts: Iterable[tuple[Cell, int]]) -> Mapping[Cell, int]:
    """Each cell once, with all that was counted in it, in the order of the cells."""
    summed: Counter[Cell] = Counter()
    for cell, n in counts:
        summed[cell] += n
    return dict(sorted(summed.items()))
