"""One call's view of a walk: trail, progress, time, and the events so far."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from odyssee.domain.progress import Progress
from odyssee.domain.proximity.estimate import Seen
from odyssee.domain.proximity.events import After, Event, EventType, event_id
from odyssee.domain.proximity.trail import Trail, ZoneGround

LAST_ORDINAL = 65_535
NOT_MEASURED = (0.0, 0.0, -inf, -inf)
Closed = Callable[[float], frozenset[str]] | frozenset[str]
"""The slugs of closed stops, or those at a time in Unix seconds."""


@dataclass(slots=True)
class Walk:
    """What the rules pass around while `follow` runs; nothing outside ever holds one."""

    trail: Trail
    progress: Progress
    now_s: float = 0.0
    """Dates the events of a walk that has no fix yet."""
    at_s: float = 0.0
    """The walk's clock; 0 before its first fix."""
    shut: frozenset[str] = frozenset()
    """Slugs of the stops that are closed now."""
    armed: list[ZoneGround] = field(default_factory=list)
    """The zones that may wake a stop now, in the order of the trail."""
    measured: tuple[float, float, float, float] = NOT_MEASURED
    """Where all zones were measured last, in metres east and north; how far from there no armed
    zone is to be told of or weighed, and how far every zone that the walker is in holds them."""
    calm: Seen | None = None
    """The place that was found last to change nothing."""
    fix: int | None = None
    speed_mps: float = 0.0
    waiting: bool = True
    """Whether a story may wait for its turn."""
    held_back: bool = True
    """Whether one may wait for a slower walker."""
    wanted: set[int] = field(default_factory=set)
    """Stops whose story was asked for by this very fix."""
    events: list[Event] = field(default_factory=list)
    steps: int = 0

    def forget_distances(self) -> None:
        """Other zones are armed than when they were measured, or evidence may have changed."""
        self.measured, self.calm = NOT_MEASURED, None

    def tell(
        self,
        kind: EventType,
        stop: int | None = None,
        zone: str | None = None,
        *,
        skipped: tuple[str, ...] = (),
        manual: bool = False,
        after: After | None = None,
    ) -> None:
        """Add an event, now."""
        p, slug = self.progress, None
        if stop is None:
            ordinal = p.trail_events
            p.trail_events = min(LAST_ORDINAL, ordinal + 1)
        else:
            slug, ordinal = self.trail.stops[stop].slug, p.ordinals[stop]
            p.ordinals[stop] = min(LAST_ORDINAL, ordinal + 1)
        at_s = self.now_s if p.clock_s is None else self.at_s
        name = event_id(p.walk, self.trail.revision, slug, kind, ordinal)
        self.events.append(Event(name, kind, slug, zone, at_s, self.fix, skipped, manual, after))
