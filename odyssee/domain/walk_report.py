"""What many walks say of a trail: what is heard, how early, how late, and what goes wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

from odyssee.domain.proximity import Event, Fix, Trail
from odyssee.domain.walk_tally import FirstEnter, Tally, reported_distance_m, true_distance_m
from odyssee.domain.walkers import TrueWalk

USUAL = 0.9
"""Early and late are told for nine walks in ten."""


@dataclass(frozen=True, slots=True)
class StopReport:
    """What the walks say of one stop; distances and times are None when it was never entered."""

    stop: str
    heard_share: float
    """Of the walks, how many played its story."""
    early_m: float | None
    """In nine walks in ten it woke at most so far before its edge was truly reached; 0: never."""
    late_m: float | None
    """In nine walks in ten it woke at most so far behind its edge, along the true way; 0: never."""
    offset_m: float | None
    """Median metres walked between the true entry and the enter; negative is early."""
    delay_s: float | None
    """Median seconds between the true entry and the enter; negative is early."""
    enter_distance_m: float | None
    """Median distance from the reported position to the stop's place at its first enter."""
    is_passed: bool
    """Whether the true walk comes to it at all."""
    missed_share: float
    """Of the walks, how many truly came to it and did not enter it in time."""
    skipped_share: float
    """Of the walks, how many left it behind unheard."""
    queued_share: float
    """Of the walks, in how many its story waited for another to end."""
    false_enters: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class OverlapReport:
    """A story that is still speaking when the walker truly comes to another stop."""

    stop: str
    next: str
    share: float
    """Of the walks."""
    story_s: float
    to_next_s: float
    """Median time from the story's beginning to the true entry."""
    spoken_over_s: float
    """Median of what was still to be told."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event of the first walk, placed in time and on the ground."""

    event: Event
    elapsed_s: float
    """Since the walk began."""
    distance_m: float | None
    """From the reported position to the stop's place; None for events without a stop."""
    true_distance_m: float | None
    """From where the walker truly was."""


@dataclass(frozen=True, slots=True)
class Outing:
    """One walk as it went: where its walker was, what the phone said, what was told."""

    true: TrueWalk
    fixes: tuple[Fix, ...]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What some walks along a trail say of it."""

    walks: int
    seed: int
    is_recorded: bool
    """A trace was followed: its own positions stand in for the truth."""
    stops: tuple[StopReport, ...]
    """In the order of the trail."""
    enters: int
    false_enters: int
    """Enters where the walker truly was more than half an inradius outside (circles: 1.5 R)."""
    duplicates: int
    """Enters beyond the first of the same visit."""
    overlaps: tuple[OverlapReport, ...]
    first: Outing


def build_report(
    trail: Trail, tallies: Sequence[Tally], first: Outing, seed: int, *, is_recorded: bool = False
) -> Report:
    """Sum up one walk or more; `first` is the walk of the first tally."""
    return Report(
        walks=len(tallies),
        seed=seed,
        is_recorded=is_recorded,
        stops=tuple(_stop(trail, tallies, stop, first.true) for stop in range(len(trail.stops))),
        enters=sum(tally.enters for tally in tallies),
        false_enters=sum(sum(tally.false_enters) for tally in tallies),
        duplicates=sum(sum(tally.duplicates) for tally in tallies),
        overlaps=tuple(_overlaps(trail, tallies)),
        first=first,
    )


def tell_outing(
    trail: Trail, true: TrueWalk, fixes: Sequence[Fix], events: Sequence[Event]
) -> Outing:
    """One walk with each of its events placed."""
    began_s = true.moments[0].at_s
    told = (
        Told(
            event,
            event.at_s - began_s,
            reported_distance_m(trail, fixes, event),
            true_distance_m(trail, true, event),
        )
        for event in events
    )
    return Outing(true, tuple(fixes), tuple(told))


def usual(values: Sequence[float]) -> float:
    """What nine in ten do not exceed, by nearest rank; needs one value at least."""
    return sorted(values)[ceil(USUAL * len(values)) - 1]


def _stop(trail: Trail, tallies: Sequence[Tally], stop: int, true: TrueWalk) -> StopReport:
    walks = len(tallies)
    enters = [enter for tally in tallies if (enter := tally.first_enters[stop]) is not None]
    offsets = [enter.offset_m for enter in enters if enter.offset_m is not None]
    delays = [enter.delay_s for enter in enters if enter.delay_s is not None]
    return StopReport(
        stop=trail.stops[stop].slug,
        heard_share=sum(tally.heard[stop] for tally in tallies) / walks,
        early_m=usual([max(0.0, -offset) for offset in offsets]) if offsets else None,
        late_m=usual([max(0.0, offset) for offset in offsets]) if offsets else None,
        offset_m=median(offsets) if offsets else None,
        delay_s=median(delays) if delays else None,
        enter_distance_m=_median_distance(enters),
        is_passed=bool(true.visits[stop]),
        missed_share=sum(tally.missed[stop] for tally in tallies) / walks,
        skipped_share=sum(tally.skipped[stop] for tally in tallies) / walks,
        queued_share=sum(tally.queued[stop] for tally in tallies) / walks,
        false_enters=sum(tally.false_enters[stop] for tally in tallies),
        duplicates=sum(tally.duplicates[stop] for tally in tallies),
    )


def _median_distance(enters: Sequence[FirstEnter]) -> float | None:
    known = [enter.reported_m for enter in enters if enter.reported_m is not None]
    return median(known) if known else None


def _overlaps(trail: Trail, tallies: Sequence[Tally]) -> list[OverlapReport]:
    found: dict[tuple[int, int], list[tuple[float, float]]] = {}
    walks: dict[tuple[int, int], set[int]] = {}
    for walk, tally in enumerate(tallies):
        for overlap in tally.overlaps:
            pair = (overlap.stop, overlap.next)
            found.setdefault(pair, []).append((overlap.to_next_s, overlap.spoken_over_s))
            walks.setdefault(pair, set()).add(walk)
    return [
        OverlapReport(
            stop=trail.stops[stop].slug,
            next=trail.stops[after].slug,
            share=len(walks[stop, after]) / len(tallies),
            story_s=trail.stops[stop].narration_s,
            to_next_s=median(to_next_s for to_next_s, _ in times),
            spoken_over_s=median(over_s for _, over_s in times),
        )
        for (stop, after), times in sorted(found.items())
    ]
