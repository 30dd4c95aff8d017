"""Closures: a trail, a stop or a stretch that nobody may use for a time."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, get_args

from odyssee.domain.canonical import to_rfc3339
from odyssee.domain.errors import Problem
from odyssee.domain.geo import BBox, LonLat
from odyssee.domain.legends import FALLBACK_LANG
from odyssee.domain.letters import is_readable
from odyssee.domain.uploads import LANGUAGES

ClosureKind = Literal["flood", "hunting", "works", "other"]
KINDS: tuple[ClosureKind, ...] = get_args(ClosureKind)
MAX_CLOSURES = 50
"""Of one legend, in force or to come."""
MAX_TEXT = 500
MAX_POSITIONS = 200
"""Of a stretch: every kiosk and phone fetches all closures with the territory."""
LATE_FIXES = timedelta(days=1)
"""Positions of a walk may be sent so late, and a stop that was closed then stays silent."""


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

    @property
    def leaves_at(self) -> datetime | None:
        """When the published territory need not name it any more; null without an end.

        A stop is looked up by when a position was read. The rest is only told,
        and a trail that was opened again says so at once.
        """
        if self.ends_at is None or self.stop is None:
            return self.ends_at
        return self.ends_at + LATE_FIXES

    def is_over(self, at: datetime) -> bool:
        """Whether it has ended by that instant."""
        return self.ends_at is not None and self.ends_at <= at

    def stands(self, at: datetime) -> bool:
        """Whether the published territory names it at that instant."""
        leaves_at = self.leaves_at
        return leaves_at is None or at < leaves_at


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptClosure:
    """A closure as an office keeps it."""

    id: str
    closure: Closure
    created_by: str
    created_at: datetime


def to_seconds(closure: Closure) -> Closure:
    """The same closure, its times in UTC and to the second: nobody closes a trail more finely."""
    starts_at, ends_at = closure.starts_at, closure.ends_at
    return replace(
        closure,
        starts_at=starts_at.astimezone(UTC).replace(microsecond=0),
        ends_at=None if ends_at is None else ends_at.astimezone(UTC).replace(microsecond=0),
    )


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


def closure_to_document(closure: Closure) -> dict[str, Any]:
    """As `closure_from_document` reads it."""
    until = closure.ends_at
    document: dict[str, Any] = {
        "legend": closure.legend,
        "from": to_rfc3339(closure.starts_at),
        "to": None if until is None else to_rfc3339(until),
        "kind": closure.kind,
        "text": dict(closure.text),
    }
    if closure.stop is not None:
        document["stop"] = closure.stop
    if closure.stretch is not None:
        line = [list(place) for place in closure.stretch]
        document["stretch"] = {"type": "LineString", "coordinates": line}
    return document


def check_closure(
    closure: Closure, stops: Collection[str], ground: BBox | None, now: datetime
) -> list[Problem]:
    """Everything that is wrong with a new closure.

    Args:
        closure: as somebody asks for it.
        stops: the slugs of the legend's stops.
        ground: the box around the territory, in which a stretch lies; null where none is known.
        now: the present.
    """
    found = _check_text(closure.text)
    if closure.ends_at is not None:
        if closure.ends_at <= closure.starts_at:
            found.append(Problem("to", "ends_before"))
        elif closure.is_over(now):
            found.append(Problem("to", "over_already"))
    if closure.stop is not None and closure.stop not in stops:
        found.append(Problem("stop", "unknown_stop"))
    if closure.stretch is not None:
        if closure.stop is not None:
            found.append(Problem("stretch", "stop_or_stretch"))
        found += _check_stretch(closure.stretch, ground)
    return found


def _check_text(text: Mapping[str, str]) -> list[Problem]:
    found = [] if FALLBACK_LANG in text else [Problem(f"text/{FALLBACK_LANG}", "missing")]
    for lang, words in text.items():
        if lang not in LANGUAGES:
            values = {"expected": ", ".join(LANGUAGES)}
            found.append(Problem("text", "not_allowed", values=values))
        elif len(words) > MAX_TEXT:
            found.append(Problem(f"text/{lang}", "too_long", values={"expected": str(MAX_TEXT)}))
        elif not words.strip():
            found.append(Problem(f"text/{lang}", "too_short", values={"expected": "1"}))
        elif not is_readable(words):
            found.append(Problem(f"text/{lang}", "bad_character"))
    return found


def _check_stretch(
    stretch: tuple[tuple[float, float], ...], ground: BBox | None
) -> Iterator[Problem]:
    where = "stretch/coordinates"
    if len(stretch) > MAX_POSITIONS:
        yield Problem(where, "too_long", values={"expected": str(MAX_POSITIONS)})
    elif len(set(stretch)) < 2:
        yield Problem(where, "too_short", values={"expected": "2"})
    for number, place in enumerate(stretch[:MAX_POSITIONS]):
        if not _lies_in(LonLat(*place), ground):
            yield Problem(f"{where}/{number}", "off_territory")


def _lies_in(place: LonLat, ground: BBox | None) -> bool:
    if ground is None:
        return place.is_on_earth
    # NaN compares false.
    return ground.west <= place.lon <= ground.east and ground.south <= place.lat <= ground.north
