"""Which story speaks: one at a time, each by itself once a walk, none in a vehicle."""

from odyssee.domain.progress import HEARD, QUEUED, STARTED, WAITS_FOR_SPEED
from odyssee.domain.proximity.events import After
from odyssee.domain.proximity.trail import ZoneGround
from odyssee.domain.proximity.walk import Walk

TOO_FAST_MPS = 4.0
"""Above this nobody is on foot, and no story starts by itself."""


def ask(walk: Walk, zone: ZoneGround) -> None:
    """Ask for the story of a zone that was just entered, unless it was told already."""
    if not _may_start(walk, zone):
        return
    if walk.speed_mps > TOO_FAST_MPS:
        since_s, bits = walk.progress.inside[zone.index]
        walk.progress.inside[zone.index] = (since_s, bits | WAITS_FOR_SPEED)
        walk.held_back = True
    else:
        _queue(walk, zone.stop)


def ask_again(walk: Walk) -> None:
    """Ask for the stories of the zones whose walker was too fast before."""
    if not walk.held_back or walk.speed_mps > TOO_FAST_MPS:
        return
    walk.held_back = False
    for index, (since_s, bits) in sorted(walk.progress.inside.items()):
        if bits & WAITS_FOR_SPEED:
            walk.progress.inside[index] = (since_s, bits & ~WAITS_FOR_SPEED)
            _queue(walk, walk.trail.zones[index].stop)


def ask_by_hand(walk: Walk, stop: int) -> None:
    """Play at once what the visitor asks for, or queue it behind the story that speaks."""
    if walk.progress.stop_flags[stop] & (STARTED | HEARD):
        return
    _queue(walk, stop)
    if walk.progress.playing is None:
        _start(walk, stop)


def hear(walk: Walk, stop: int) -> None:
    """Take the client's word that a story was heard to its end."""
    p = walk.progress
    p.stop_flags[stop] = p.stop_flags[stop] & ~QUEUED | HEARD
    p.rests_from_s[stop] = walk.at_s
    if p.playing == stop:
        p.playing = None


def take_turn(walk: Walk) -> None:
    """Let the next story start when none speaks: the highest priority first, then by order."""
    p = walk.progress
    if p.playing is not None:
        if walk.at_s < p.free_at_s:
            return
        p.playing = None
    if not walk.waiting or walk.speed_mps > TOO_FAST_MPS:
        return
    queue = [stop for stop, flags in enumerate(p.stop_flags) if flags & QUEUED]
    walk.waiting = bool(queue)
    if queue:
        _start(walk, min(queue, key=lambda stop: (-walk.trail.priorities[stop], stop)))


def _may_start(walk: Walk, zone: ZoneGround) -> bool:
    p, stop = walk.progress, zone.stop
    if not p.stop_flags[stop] & (STARTED | HEARD):
        return True
    if not zone.each_entry or (p.playing == stop and walk.at_s < p.free_at_s):
        return False
    return walk.at_s - p.rests_from_s[stop] >= zone.cooldown_s


def _queue(walk: Walk, stop: int) -> None:
    if not walk.progress.stop_flags[stop] & QUEUED:
        walk.progress.stop_flags[stop] |= QUEUED
        walk.waiting = True
        walk.wanted.add(stop)


def _start(walk: Walk, stop: int) -> None:
    p = walk.progress
    after: After = "at_once" if stop in walk.wanted else "queued"
    p.stop_flags[stop] = p.stop_flags[stop] & ~QUEUED | STARTED
    p.playing = stop
    p.free_at_s = p.rests_from_s[stop] = walk.at_s + walk.trail.stops[stop].narration_s
    walk.tell("play", stop, after=after)
