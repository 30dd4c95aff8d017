"""Simulating: walk a published trail at a desk, from a recorded trace or a synthetic walk."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from odyssee.actions.tracking import trail_of
from odyssee.domain.catalogue import PublishedLegend
from odyssee.domain.geo import LonLat, distance_m
from odyssee.domain.proximity import MAX_STEPS, Event, Fix, Trail, count_steps, follow
from odyssee.domain.walks import Noise, Pause, pace_out, synthetic_walk

BATCH = 60
"""How many fixes are told at a time, as a phone would."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An event of a simulated walk, and how far the walker was from the stop's place."""

    event: Event
    elapsed_s: float
    """Since the first fix."""
    distance_m: float | None
    """From the reported position to the stop; null for events without a stop."""


@dataclass(frozen=True, slots=True)
class StopReport:
    """What several walks say of one stop."""

    stop: str
    heard_share: float
    """Of the walks, how many played its story."""
    enter_distance_m: float | None
    """Median distance to the stop's place when it was entered; null when it never was."""


def walk_trace(legend: PublishedLegend, fixes: Sequence[Fix], lang: str) -> list[Heard]:
    """Follow recorded fixes from end to end; positions that decide nothing are passed over."""
    trail = trail_of(legend, lang)
    if not fixes:
        return []
    began_s = min(fix.at_s for fix in fixes)
    heard: list[Heard] = []
    progress: str | None = None
    for batch in _batches(sorted(fixes, key=lambda fix: fix.at_s)):
        followed = follow(trail, batch, progress)
        progress = followed.progress
        heard += [_heard(trail, event, batch, began_s) for event in followed.events]
    return heard


def walk_route(
    legend: PublishedLegend, lang: str, *, noise_m: float, seed: int, start_s: float = 0.0
) -> list[Heard]:
    """Walk the route once, resting at each stop while its story speaks.

    Args:
        legend: the published legend.
        lang: the language of the narrations.
        noise_m: standard deviation of the position error on each axis; 0 is a perfect phone.
        seed: the same seed gives the same walk.
        start_s: Unix seconds of the first fix.
    """
    line = [LonLat(*place) for place in legend.trail["route"]["coordinates"]]
    fixes = synthetic_walk(
        line,
        legend.projection,
        random.Random(seed),  # noqa: S311 - chance of a simulation, not a secret
        noise=Noise(sigma_m=noise_m),
        start_s=start_s,
        pauses=_pauses(trail_of(legend, lang), line),
    )
    return walk_trace(legend, list(fixes), lang)


def report_walks(walks: Sequence[Sequence[Heard]], legend: PublishedLegend) -> list[StopReport]:
    """What the walks say of each stop, in the order of the trail."""
    reports = []
    for place in legend.trail["stops"]:
        slug = place["slug"]
        told = [h for walk in walks for h in walk if h.event.stop == slug]
        played = sum(h.event.type == "play" for h in told)
        entered = sorted(h.distance_m or 0.0 for h in told if h.event.type == "enter")
        middle = entered[len(entered) // 2] if entered else None
        reports.append(StopReport(slug, played / len(walks), middle))
    return reports


def _batches(fixes: Sequence[Fix]) -> list[Sequence[Fix]]:
    batches: list[Sequence[Fix]] = []
    for start in range(0, len(fixes), BATCH):
        batch = fixes[start : start + BATCH]
        if count_steps(batch) <= MAX_STEPS:
            batches.append(batch)
        else:
            batches += [[fix] for fix in batch]
    return batches


def _heard(trail: Trail, event: Event, batch: Sequence[Fix], began_s: float) -> Heard:
    away = None
    if event.stop is not None and event.fix is not None:
        place = trail.stops[trail.stop_index[event.stop]].location
        fix = batch[event.fix]
        away = distance_m(LonLat(fix.lon, fix.lat), place)
    return Heard(event, event.at_s - began_s, away)


def _pauses(trail: Trail, line: Sequence[LonLat]) -> list[Pause]:
    """A rest at the point of the route nearest to each stop, as long as its story."""
    paced = [trail.projection.to_xy(place) for place in line]
    moments = list(pace_out(paced, pace_mps=1.0, sampling_s=1.0))
    pauses = []
    for stop, (x, y) in zip(trail.stops, trail.places, strict=True):
        nearest = min(moments, key=lambda m: (m.x - x) ** 2 + (m.y - y) ** 2)
        pauses.append(Pause(nearest.at_s, stop.narration_s))
    return pauses
