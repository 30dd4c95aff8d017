"""What a visitor's walk has come to: all that the next fix needs to know."""

from dataclasses import dataclass, field
from typing import NamedTuple

MAX_STOPS = 64
"""Of a legend, so that the token stays under 2 KiB."""
MAX_ZONES_IN_PLAY = 16
"""Zones with evidence at one time, for the same reason."""

ENTERED, APPROACHED, STARTED, HEARD, QUEUED = 1, 2, 4, 8, 16
"""What happened to a stop: reached; announced; its story started; known as heard; waits."""
INSIDE, DWELT, WAITS_FOR_SPEED = 1, 2, 4
"""A zone: the walker is in it; its dwell was told; its story waits until the walker is slower."""

make = tuple.__new__
"""`make(Mark, (at_s, x, y, sigma_m))` is what `Mark` itself does, in half the time."""


class Mark(NamedTuple):
    """A fix in local metres: Unix seconds, metres east and north, standard deviation in metres."""

    at_s: float
    x: float
    y: float
    sigma_m: float


class Estimate(NamedTuple):
    """Where the walker is thought to be, and how surely; both axes are known equally well."""

    x: float
    y: float
    """Metres east and north."""
    vx: float
    vy: float
    """Metres a second."""
    ux: float
    uy: float
    """The phone's drifting error, in units of its standard deviation."""
    pxx: float
    pxv: float
    pxu: float
    pvv: float
    pvu: float
    puu: float
    """Covariance of place, velocity and error on one axis."""


class Suspect(NamedTuple):
    """A run of fixes that jumped away and agree with each other."""

    since_s: float
    mark: Mark
    """The last of them."""


class Behind(NamedTuple):
    """A run of fixes from long before the last one: perhaps the clock was set back."""

    fixes: int
    since_s: float
    at_s: float


@dataclass(slots=True)
class Progress:
    """A walk so far; changed in place by the one `follow` that read it, and by nobody else."""

    stop_flags: list[int]
    """By stop index, the flags above."""
    ordinals: list[int]
    """By stop index, how many events it had."""
    rests_from_s: list[float]
    """By stop index, when its story last ended."""
    walk: bytes = b""
    """12 bytes that name the walk; empty before the first accepted fix."""
    clock_s: float | None = None
    """Time of the last fix that counted."""
    last: Mark | None = None
    """The last accepted fix."""
    velocity: tuple[float, float] = (0.0, 0.0)
    """Metres a second east and north, smoothed."""
    estimate: Estimate | None = None
    """At the time of the last accepted fix; there when that is there."""
    doubt: float = 1.0
    """Square of the factor by which the phone errs more than it says, as learnt so far."""
    suspect: Suspect | None = None
    behind: Behind | None = None
    playing: int | None = None
    """The stop whose story speaks."""
    free_at_s: float = 0.0
    """When it will have spoken."""
    completed: bool = False
    strayed: bool | None = None
    """Whether the walker is off the known route; None before they were on it once."""
    route_evidence_s: float = 0.0
    """For coming onto the route, or for leaving it when on it."""
    trail_events: int = 0
    """How many events of no stop there were."""
    evidence: dict[int, float] = field(default_factory=dict)
    """By zone index: seconds of evidence for entering, or for leaving when inside."""
    inside: dict[int, tuple[float, int]] = field(default_factory=dict)
    """By zone index: since when, and the flags. Read it sorted: the token keeps no other order."""

    def shift(self, by_s: float) -> None:
        """Move every remembered time: the clock was set, the walk goes on."""
        self.free_at_s += by_s
        for stop, flags in enumerate(self.stop_flags):
            if flags & (STARTED | HEARD):
                self.rests_from_s[stop] += by_s
        self.inside = {zone: (at + by_s, bits) for zone, (at, bits) in self.inside.items()}


def new_progress(stop_count: int) -> Progress:
    """A walk that has not begun."""
    return Progress([0] * stop_count, [0] * stop_count, [0.0] * stop_count)
