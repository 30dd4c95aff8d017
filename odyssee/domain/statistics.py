"""What a visit is counted as: a day, a legend, a language and a type; never who, where or when."""

from collections import Counter
from collections.abc import Iterable, Mapping
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


def is_countable(day: date, today: date) -> bool:
    """Whether the day lies close enough to today to be believed."""
    return today - timedelta(days=DAYS_BACK) <= day <= today + timedelta(days=DAYS_AHEAD)


def sum_up(counts: Iterable[tuple[Cell, int]]) -> Mapping[Cell, int]:
    """Each cell once, with all that was counted in it, in the order of the cells."""
    summed: Counter[Cell] = Counter()
    for cell, n in counts:
        summed[cell] += n
    return dict(sorted(summed.items()))
