"""The order of the trail: which stops may wake, which are left behind, which comes next."""

from collections.abc import Iterator

from odyssee.domain.progress import ENTERED
from odyssee.domain.proximity.trail import ZoneGround
from odyssee.domain.proximity.walk import Walk


def reached(walk: Walk) -> int:
    """Index of the furthest stop entered; -1 at the start, and always where the order is free."""
    if walk.trail.order == "free":
        return -1
    flags = walk.progress.stop_flags
    for stop in range(len(flags) - 1, -1, -1):
        if flags[stop] & ENTERED:
            return stop
    return -1


def pending(walk: Walk) -> Iterator[int]:
    """The open stops still to come, in order: neither entered, nor left behind, nor closed."""
    stops, shut = walk.trail.stops, walk.shut
    first = reached(walk) + 1
    for stop, flags in enumerate(walk.progress.stop_flags[first:], first):
        if not flags & ENTERED and not (shut and stops[stop].slug in shut):
            yield stop


def arm(walk: Walk) -> None:
    """Arm the zones that may wake a stop now, and drop the evidence of all others.

    The zones of the next stops in the window, and of entered stops those that
    ask for each entry. A zone that the walker is in keeps its evidence for
    leaving.
    """
    trail, progress = walk.trail, walk.progress
    left = trail.window
    armed: list[ZoneGround] = []
    for stop in pending(walk):
        if left == 0:
            break
        left -= 1
        armed += trail.by_stop[stop]
    armed += _returning(walk)
    walk.armed = armed
    walk.forget_distances()
    if progress.evidence:
        kept = {zone.index for zone in armed} | progress.inside.keys()
        progress.evidence = {z: e for z, e in progress.evidence.items() if z in kept}


def _returning(walk: Walk) -> list[ZoneGround]:
    flags, stops, shut = walk.progress.stop_flags, walk.trail.stops, walk.shut
    return [
        zone
        for zone in walk.trail.returning
        if flags[zone.stop] & ENTERED and stops[zone.stop].slug not in shut
    ]


def left_behind(walk: Walk, stop: int) -> tuple[str, ...]:
    """The slugs of the stops that entering this one skips, closed ones included."""
    if walk.trail.order == "free":
        return ()
    between = range(reached(walk) + 1, stop)
    return tuple(walk.trail.stops[i].slug for i in between)
