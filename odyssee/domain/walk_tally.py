"""What one followed walk did right and wrong, against where its walker truly was."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from odyssee.domain.geo import LonLat, distance_m
from odyssee.domain.proximity import Event, Fix, Trail
from odyssee.domain.walkers import TrueWalk, Visit, distance_to_stop

FALSE_SHARE = 0.5
"""An enter further outside than this share of the inradius is false: for a circle 1.5 R away."""
MISSED_SHARE = 1.0
"""An enter further outside than this comes from elsewhere: for a circle 2 R away."""
MISSED_AFTER_S = 30.0
"""So long after the stop was truly left an enter may still come (design: triggers, section 6)."""


@dataclass(frozen=True, slots=True)
class FirstEnter:
    """The first enter of a stop."""

    reported_m: float | None
    """From the reported position to the stop's place."""
    offset_m: float | None
    """Metres walked since the stop's ground was truly entered: positive is late, negative early.

    Measured along the true way, to the visit nearest in time; None where the
    walker never truly came. Standing still is not late: `delay_s` tells that.
    """
    delay_s: float | None
    """Seconds since the stop's ground was truly entered; negative is early."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """A story that was still speaking when the walker truly came to another stop not yet heard."""

    stop: int
    next: int
    to_next_s: float
    """From the story's beginning to the true entry; 0 for who stood there already."""
    spoken_over_s: float
    """How much of the story was still to come."""


@dataclass(slots=True)
class Tally:
    """One walk, counted; lists run over the stops in the order of the trail."""

    first_enters: list[FirstEnter | None]
    heard: list[bool]
    queued: list[bool]
    """Its story waited for another to end."""
    skipped: list[bool]
    """Left behind by a later stop, and not heard."""
    missed: list[bool]
    """Truly come to, and no enter near it before 30 s after it was truly left."""
    false_enters: list[int]
    """Enters too far outside the zone's edge (`FALSE_SHARE`)."""
    duplicates: list[int]
    """Enters beyond the first of the same visit."""
    enters: int = 0
    overlaps: list[Overlap] = field(default_factory=list)


def tally_walk(
    trail: Trail, true: TrueWalk, fixes: Sequence[Fix], events: Sequence[Event]
) -> Tally:
    """Count one walk.

    Args:
        trail: what was walked.
        true: where the walker truly was.
        fixes: what the phone reported, as it was followed.
        events: what following these fixes in one piece told.
    """
    count = len(trail.stops)
    tally = Tally(
        first_enters=[None] * count,
        heard=[False] * count,
        queued=[False] * count,
        skipped=[False] * count,
        missed=[],
        false_enters=[0] * count,
        duplicates=[0] * count,
    )
    near = [False] * count
    for stop, enters in enumerate(_enters_by_stop(trail, events)):
        near[stop] = _count_enters(tally, trail, true, fixes, stop, enters)
    for event in events:
        for slug in event.skipped:
            tally.skipped[trail.stop_index[slug]] = True
        if event.type == "play" and event.stop is not None:
            stop = trail.stop_index[event.stop]
            tally.heard[stop] = True
            tally.queued[stop] |= event.after == "queued"
    for stop, heard in enumerate(tally.heard):
        tally.skipped[stop] &= not heard
        tally.missed.append(bool(true.visits[stop]) and not near[stop])
    tally.overlaps.extend(_overlaps(trail, true, events))
    return tally


def _enters_by_stop(trail: Trail, events: Sequence[Event]) -> list[list[Event]]:
    enters: list[list[Event]] = [[] for _ in trail.stops]
    for event in events:
        if event.type == "enter" and event.stop is not None:
            enters[trail.stop_index[event.stop]].append(event)
    return enters


def _count_enters(
    tally: Tally,
    trail: Trail,
    true: TrueWalk,
    fixes: Sequence[Fix],
    stop: int,
    enters: Sequence[Event],
) -> bool:
    """Count the enters of one stop; whether one of them came where and when it should."""
    is_near, taken = False, set()
    for number, event in enumerate(enters):
        x, y, _ = true.at(event.at_s)
        far_m = distance_to_stop(trail, stop, x, y)
        inradius_m = max(zone.inradius_m for zone in trail.by_stop[stop])
        tally.enters += 1
        tally.false_enters[stop] += far_m > FALSE_SHARE * inradius_m
        visit = _visit_of(true.visits[stop], event.at_s)
        if visit is not None and far_m < MISSED_SHARE * inradius_m:
            is_near |= event.at_s <= visit.until_s + MISSED_AFTER_S
        if number == 0:
            tally.first_enters[stop] = _first_enter(trail, true, fixes, event, visit)
        else:
            tally.duplicates[stop] += visit in taken
        taken.add(visit)
    return is_near


def _visit_of(visits: Sequence[Visit], at_s: float) -> Visit | None:
    """The visit nearest in time."""
    return min(visits, key=lambda v: max(v.from_s - at_s, at_s - v.until_s, 0.0), default=None)


def _first_enter(
    trail: Trail, true: TrueWalk, fixes: Sequence[Fix], event: Event, visit: Visit | None
) -> FirstEnter:
    along_m = true.at(event.at_s)[2]
    return FirstEnter(
        reported_m=reported_distance_m(trail, fixes, event),
        offset_m=None if visit is None else along_m - visit.along_m,
        delay_s=None if visit is None else event.at_s - visit.from_s,
    )


def reported_distance_m(trail: Trail, fixes: Sequence[Fix], event: Event) -> float | None:
    """From the position that decided an event to its stop's place; None without stop or fix."""
    if event.stop is None or event.fix is None:
        return None
    fix = fixes[event.fix]
    place = trail.stops[trail.stop_index[event.stop]].location
    return distance_m(LonLat(fix.lon, fix.lat), place)


def true_distance_m(trail: Trail, true: TrueWalk, event: Event) -> float | None:
    """From where the walker truly was to the stop's place; None for events without a stop."""
    if event.stop is None:
        return None
    x, y, _ = true.at(event.at_s)
    place = trail.stops[trail.stop_index[event.stop]].location
    return distance_m(trail.projection.to_lonlat(x, y), place)


def _overlaps(trail: Trail, true: TrueWalk, events: Sequence[Event]) -> Iterator[Overlap]:
    done: set[int] = set()
    for event in events:
        done |= {trail.stop_index[slug] for slug in event.skipped}
        if event.type != "play" or event.stop is None:
            continue
        stop = trail.stop_index[event.stop]
        done.add(stop)
        ends_s = event.at_s + trail.stops[stop].narration_s
        entries = [
            (max(visit.from_s, event.at_s), other)
            for other, visits in enumerate(true.visits)
            if other not in done
            for visit in visits
            if visit.from_s < ends_s and visit.until_s > event.at_s
        ]
        if entries:
            from_s, other = min(entries)
            yield Overlap(stop, other, from_s - event.at_s, ends_s - from_s)
