"""Closures: a trail, a stop or a stretch that nobody may use for a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

ClosureKind = Literal["flood", "hunting", "works", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """One closure; without a stop and without a stretch it closes the whole trail."""

    legend: str
    starts_at: datetime
    ends_at: datetime | None
    kind: ClosureKind
    text: Mapping[str, str]
    """By language."""
    stop: str | None = None
    stretch: tuple[tuple[float, float], ...] | None = None

    @property
    def closes_everything(self) -> bool:
        """Whether the whole trail is closed."""
        return self.stop is None and self.stretch is None

    def holds_at(self, at: datetime) -> bool:
        """Whether it is in force at that instant; its end is not part of it."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)

    def falls_on(self, day: date) -> bool:
        """Whether any part of that UTC day is touched."""
        return self.starts_at.date() <= day and (self.ends_at is None or day <= self.ends_at.date())


def is_open_on(closures: Iterable[Closure], day: date) -> bool:
    """Whether no closure of a whole trail falls on that day."""
    return not any(c.closes_everything and c.falls_on(day) for c in closures)


def closed_stops(closures: Iterable[Closure], at: datetime) -> frozenset[str]:
    """The stops whose zones do not fire at that instant."""
    return frozenset(c.stop for c in closures if c.stop is not None and c.holds_at(at))


def closure_from_document(document: Mapping[str, Any]) -> Closure:
    """A closure as `territory.json` keeps it."""
    stretch = document.get("stretch")
    until = document["to"]
    return Closure(
        legend=document["legend"],
        starts_at=datetime.fromisoformat(document["from"]),
        ends_at=None if until is None else datetime.fromisoformat(until),
        kind=document["kind"],
        text=document["text"],
        stop=document.get("stop"),
        stretch=None if stretch is None else tuple((x, y) for x, y in stretch["coordinates"]),
    )
