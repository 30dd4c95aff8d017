"""What `follow` tells, and ids that are the same wherever the walk is followed."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Literal

EventType = Literal[
    "enter", "exit", "dwell", "approach", "play", "off_trail", "back_on_trail", "completed"
]
After = Literal["at_once", "queued"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on the walk. A player obeys `play` alone."""

    id: str
    """Unique within all walks; the same fixes give the same id, on- and offline."""
    type: EventType
    stop: str | None
    zone: str | None
    """None for an enter by hand, for `play`, and for what concerns the trail."""
    at_s: float
    """Time of the fix that decided."""
    fix: int | None
    """Index of that fix in the request; None for what `here` and `heard` brought about."""
    skipped: tuple[str, ...] = ()
    """Of an enter: the stops that it leaves behind unheard."""
    manual: bool = False
    """Of an enter: the visitor said "I am here"."""
    after: After | None = None
    """Of a play: whether it follows its enter at once or waited for another story."""


@dataclass(frozen=True, slots=True)
class NextStop:
    """Where to go now."""

    stop: str
    distance_m: float | None
    """None while no position is known."""
    bearing_deg: float | None
    """0 is north, 90 east, under 360."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A part of a walk, followed."""

    events: tuple[Event, ...]
    """In the order in which they happened."""
    next: NextStop | None
    next_check_m: float
    next_check_s: float
    """Metres from the last fix and seconds after it to sleep, whichever pass first."""
    progress: str
    """The token for the next call."""
    steps: int
    """How many evidence steps it took."""


def walk_id(slug: str, beginning: bytes) -> bytes:
    """12 bytes for a walk, from the legend and what it began with."""
    return hashlib.sha256(slug.encode() + b"|" + beginning).digest()[:12]


def event_id(walk: bytes, revision: int, stop: str | None, kind: EventType, ordinal: int) -> str:
    """20 characters of base32, from what makes the event the one it is."""
    text = f"|{revision}|{stop or ''}|{kind}|{ordinal}"
    return base64.b32encode(hashlib.sha256(walk + text.encode()).digest())[:20].decode()
