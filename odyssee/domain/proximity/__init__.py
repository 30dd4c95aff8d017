"""Which stop a walker has reached, decided from noisy position fixes.

Fixes come in, events come out; the state between calls travels with the
phone as an opaque token. Rules: `gate` (which fixes are believed), `evidence`
and `zones` (when a zone is entered and left), `order` (which may be), `player`
(which story speaks), `ahead` (what comes next), folded by `engine`.
"""

from odyssee.domain.proximity.engine import follow
from odyssee.domain.proximity.events import Event, Followed, NextStop
from odyssee.domain.proximity.fixes import MAX_STEPS, OFFLOAD_STEPS, Fix, count_steps
from odyssee.domain.proximity.trail import Trail, TrailStop, build_trail
from odyssee.domain.proximity.walk import Closed

__all__ = [
    "MAX_STEPS",
    "OFFLOAD_STEPS",
    "Closed",
    "Event",
    "Fix",
    "Followed",
    "NextStop",
    "Trail",
    "TrailStop",
    "build_trail",
    "count_steps",
    "follow",
]
