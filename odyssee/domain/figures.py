"""Figures for the office: what was counted, so that no small number tells of somebody.

A number from 1 to 4 is hidden, and beside it the smallest others, until nobody can
reckon a hidden one from the total and from what is shown: numbers that differ are
hidden together, and five visits or more stand behind them. So every total may be told
that is no small number itself. This holds for each answer alone, not for several compared.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, get_args

from odyssee.domain.errors import Problem
from odyssee.domain.statistics import EVENT_TYPES, EventType

By = Literal["day", "legend", "stop", "lang", "source", "type"]
"""What figures are told by; `stop` is of phones alone, for kiosks count no stops."""
BYS: tuple[By, ...] = get_args(By)
THRESHOLD = 5
"""Every smaller number but 0 is hidden."""
MAX_DAYS = 800
"""Of one answer; counts are kept for 25 months."""
PHONES = "phones"
"""The source of what phones told; any other is the id of a kiosk."""


class Sum(NamedTuple):
    """What was counted under one key."""

    key: tuple[str, ...]
    """A day, a language …; of a stop its legend and its slug, which is empty for the trail."""
    type: EventType
    n: int


@dataclass(frozen=True, slots=True)
class Line:
    """What is told under one key; null where it is hidden."""

    key: tuple[str, ...]
    counts: Mapping[EventType, int | None]

    @property
    def listening_rate(self) -> float | None:
        """How many narrations were heard to their end, of those that were started."""
        return rate(self.counts.get("narration_finished"), self.counts.get("narration_started"))


@dataclass(frozen=True, slots=True)
class StopReached:
    """How many of those who set out heard a stop."""

    stop: str
    started: int | None
    share: float | None
    """Of the starts; null where either is hidden, or nobody set out."""


@dataclass(frozen=True, slots=True)
class DropOff:
    """A trail, stop by stop."""

    legend: str
    starts: int | None
    stops: tuple[StopReached, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """An answer."""

    lines: tuple[Line, ...]
    """In the order of their keys."""
    totals: Mapping[EventType, int | None]
    """Of all lines, the hidden numbers among them; null where it is small itself."""
    drop_off: tuple[DropOff, ...] = ()
    """By stop only: worked out from the lines, so that it tells nothing that they hide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What figures are asked for."""

    by: By
    first: date
    last: date
    legend: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """Figures, with what they are of."""

    asked: Asked
    figures: Figures
    kiosks: Mapping[str, str]
    """The name of each kiosk by its id; by source only."""


def check_days(first: date, last: date) -> list[Problem]:
    """What is wrong with the time that is asked for."""
    if last < first:
        return [Problem("from", "days_reversed")]
    if (last - first).days >= MAX_DAYS:
        return [Problem("from", "too_many_days", values={"expected": str(MAX_DAYS)})]
    return []


def rate(part: int | None, whole: int | None) -> float | None:
    """The part of the whole; null where either is hidden, or the whole is nothing."""
    return None if part is None or not whole else round(part / whole, 3)


def figures_of(by: By, sums: Iterable[Sum], stops: Mapping[str, Sequence[str]]) -> Figures:
    """What may be told of what was counted.

    Args:
        by: What it is told by.
        sums: What was counted.
        stops: Of each legend that is served, in the order of the trail.
    """
    counted: dict[tuple[str, ...], dict[EventType, int]] = defaultdict(dict)
    for one in sums:
        counted[one.key][one.type] = counted[one.key].get(one.type, 0) + one.n
    keys = sorted(counted)
    columns = {kind: [counted[key].get(kind, 0) for key in keys] for kind in EVENT_TYPES}
    totals = {kind: hide_total(column) for kind, column in columns.items()}
    if by == "type":
        return Figures(tuple(Line((kind,), {kind: totals[kind]}) for kind in EVENT_TYPES), totals)
    groups = [key[0] for key in keys] if by == "stop" else None
    shown = {kind: hide(column, groups) for kind, column in columns.items()}
    lines = tuple(
        Line(key, {kind: shown[kind][at] for kind in EVENT_TYPES}) for at, key in enumerate(keys)
    )
    return Figures(lines, totals, _drop_offs(lines, stops) if by == "stop" else ())


def hide_total(counts: Sequence[int]) -> int | None:
    """The total of a column; null where it may not be told."""
    total = sum(counts)
    return None if total and (total < THRESHOLD or _is_known(counts)) else total


def hide(counts: Sequence[int], groups: Sequence[str] | None = None) -> list[int | None]:
    """The numbers of one column, with those hidden that may not be told.

    Args:
        counts: The numbers.
        groups: Whose total may be known besides that of all: the group of each number.
    """
    hidden = {at for at, n in enumerate(counts) if _is_small(n)}
    for group in sorted(set(groups or ())):
        _hide_more(counts, hidden, [at for at, one in enumerate(groups or ()) if one == group])
    _hide_more(counts, hidden, range(len(counts)))
    return [None if at in hidden else n for at, n in enumerate(counts)]


def _hide_more(counts: Sequence[int], hidden: set[int], members: Sequence[int]) -> None:
    """Hide the smallest others, all of one size at once, until those hidden tell nothing.

    Exchanged among each other, the hidden numbers would be hidden just the same: so where two of
    them differ, none is known.
    """
    together = [counts[at] for at in members if at in hidden]
    if not together:
        return
    for size in sorted({counts[at] for at in members if at not in hidden and counts[at]}):
        if sum(together) >= THRESHOLD and len(set(together)) > 1:
            return
        alike = [at for at in members if counts[at] == size]
        hidden.update(alike)
        together += [size] * len(alike)


def _is_known(counts: Sequence[int]) -> bool:
    """Whether the total alone tells every number, 1 at least, to be 1; or, where one is 2, nearly.

    The second keeps the first from being known by the total's own absence.
    """
    return sum(counts) <= sum(n > 0 for n in counts) + 1


def _is_small(n: int) -> bool:
    return 0 < n < THRESHOLD


def _drop_offs(lines: Sequence[Line], stops: Mapping[str, Sequence[str]]) -> tuple[DropOff, ...]:
    by_key = {line.key: line.counts for line in lines}
    return tuple(
        _drop_off(legend, by_key, stops.get(legend) or _named(lines, legend))
        for legend in sorted({line.key[0] for line in lines})
    )


def _named(lines: Sequence[Line], legend: str) -> list[str]:
    """The stops of a trail that is not served any more, by name."""
    return [line.key[1] for line in lines if line.key[0] == legend and line.key[1]]


def _drop_off(
    legend: str,
    by_key: Mapping[tuple[str, ...], Mapping[EventType, int | None]],
    stops: Sequence[str],
) -> DropOff:
    starts = by_key.get((legend, ""), {}).get("trail_started", 0)
    heard = [by_key.get((legend, stop), {}).get("narration_started", 0) for stop in stops]
    reached = (
        StopReached(stop, started, rate(started, starts))
        for stop, started in zip(stops, heard, strict=True)
    )
    return DropOff(legend, starts, tuple(reached))
