"""What lies ahead: the next stop, and how long a phone may sleep."""

from collections.abc import Iterator
from math import inf, sqrt
from typing import NamedTuple

from odyssee.domain.geo import bearing_deg
from odyssee.domain.progress import APPROACHED, ENTERED, QUEUED, WAITS_FOR_SPEED, Estimate
from odyssee.domain.proximity import order, zones
from odyssee.domain.proximity.estimate import OFF_PATH_MOST_M, STRIDE_MPS, Seen, look
from odyssee.domain.proximity.events import NextStop
from odyssee.domain.proximity.evidence import (
    ENTER_SHARE,
    HOPELESS_SIGMAS,
    LEAVE_S,
    LEAVE_SHARE,
    NEAR_SHARE,
    REPORTED_SIGMAS,
    enough_to_enter_s,
    share_inside,
)
from odyssee.domain.proximity.gate import REANCHOR_S, V_MAX_MPS
from odyssee.domain.proximity.route import HALF_WIDTH_M
from odyssee.domain.proximity.trail import GROWN_AT_LEAST_M, ZoneGround
from odyssee.domain.proximity.walk import Walk

CHECK_MIN_M, CHECK_MAX_M = 5.0, 2_000.0
CHECK_MIN_S, CHECK_MAX_S = 3.5, 600.0
SOONEST_S = 1.0
"""Nothing comes before the next fix."""
LATE_S = 2.5
"""By how much an enter may be told late: a fix a second later it is three seconds."""
LATE_UNHEARD_S = 20.0
"""The same of what nobody waits for: media are fetched 150 m ahead, an exit is for the map."""
LATE_ASTRAY_S = 60.0
"""The same of leaving the route, which people on it hardly ever do."""
STRETCH = 3.0
"""A check in less than so many times what may be late is put off, a later one comes in time."""
WALK_MPS, STROLL_MPS = 1.5, 1.3
"""A pace that most walkers do not exceed, and a leisurely one."""
FASTER = 1.15
"""How much faster than now somebody may go on."""
REACHES_SIGMAS = (0.5, 1.0, 1.5)
"""Where a zone may begin to count, in standard deviations from its edge."""


class Chance(NamedTuple):
    """Something that may come."""

    clear_m: float
    """So far the walker must go first."""
    then_s: float
    """So long it takes from there."""
    late_s: float = LATE_S


def next_stop(walk: Walk) -> NextStop | None:
    """The first stop still to come; where the order is free, the nearest."""
    trail, last = walk.trail, walk.progress.last
    if trail.order == "free" and last is not None:
        stop = min(order.pending(walk), key=lambda i: (_away(walk, i), i), default=None)
    else:
        stop = next(order.pending(walk), None)
    if stop is None:
        return None
    goal = trail.stops[stop]
    if last is None:
        return NextStop(goal.slug, None, None)
    here = trail.projection.to_lonlat(last.x, last.y)
    return NextStop(goal.slug, _away(walk, stop), bearing_deg(here, goal.location))


def _away(walk: Walk, stop: int) -> float:
    last = walk.progress.last
    if last is None:
        return inf
    x, y = walk.trail.places[stop]
    return sqrt((x - last.x) * (x - last.x) + (y - last.y) * (y - last.y))


def next_check(walk: Walk) -> tuple[float, float]:
    """Metres and seconds to sleep: until the walker is so far from the last fix, or so long after.

    What happens meanwhile is told late, an enter, a story or a dwell by at
    most `LATE_S` and the time to the next fix, all else by `LATE_UNHEARD_S`,
    leaving the route by `LATE_ASTRAY_S`; what is far off is told in time. That
    is reckoned for a walker who goes on at their pace. While the pace is not
    known it is for a runner, and who begins to run has gone too far before it
    is too late. Errors are taken to go on as they are.
    """
    p = walk.progress
    if p.last is None or p.estimate is None:
        return CHECK_MIN_M, CHECK_MIN_S
    after_m, after_s, pace_mps = CHECK_MAX_M, CHECK_MAX_S, _pace(p.estimate)
    for chance in _chances(walk, look(p.estimate, walk.trail.path)):
        wait_m, wait_s = _wait(chance, pace_mps)
        after_m, after_s = min(after_m, wait_m), min(after_s, wait_s)
    for wait_s in _appointments(walk):
        after_s = min(after_s, wait_s)
    return max(CHECK_MIN_M, after_m), max(CHECK_MIN_S, after_s)


def _pace(estimate: Estimate) -> float:
    """Metres a second that the walker will hardly exceed; a runner's while nothing is known."""
    if estimate.pvv > 0.5 * STRIDE_MPS * STRIDE_MPS:
        return V_MAX_MPS
    speed_mps = sqrt(estimate.vx * estimate.vx + estimate.vy * estimate.vy)
    return min(V_MAX_MPS, max(WALK_MPS, FASTER * speed_mps))


def _wait(chance: Chance, pace_mps: float) -> tuple[float, float]:
    """How far and how long a phone may sleep for this.

    Either as long as a runner would need, wherever they are then; or as long as
    this walker needs, unless they have gone all the way before. The longer of
    the two is told, for distance and time both end the sleep.
    """
    clear_m = max(0.0, chance.clear_m)
    wait_s = clear_m / V_MAX_MPS + chance.then_s
    wait_m = V_MAX_MPS * wait_s
    if clear_m / pace_mps > wait_s:
        wait_m, wait_s = clear_m, clear_m / pace_mps + chance.then_s
    late_s = chance.late_s
    return _stretch(wait_m, STROLL_MPS * late_s), _stretch(max(SOONEST_S, wait_s), late_s)


def _stretch(least: float, late: float) -> float:
    return max(least, min(least + late, STRETCH * late))


def _chances(walk: Walk, seen: Seen) -> Iterator[Chance]:
    """All that the walker may bring about by going somewhere."""
    p = walk.progress
    for zone in walk.armed:
        if zone.index not in p.inside:
            yield _enter(walk, zone, seen)
            if not p.stop_flags[zone.stop] & (APPROACHED | ENTERED):
                far_m = zone.ground.signed_distance(seen.x, seen.y)
                near_m = zone.prefetch_m + REPORTED_SIGMAS * seen.sigma_m
                yield Chance(far_m - near_m, 0.0, LATE_UNHEARD_S)
    for index in p.inside:
        zone = walk.trail.zones[index]
        out_m = zone.grown_m - zones.distance_to(zone, seen)
        yield Chance(out_m, (LEAVE_S - p.evidence[index]) / LEAVE_SHARE, LATE_UNHEARD_S)
    if p.strayed:
        enough_s = enough_to_enter_s(seen.sigma_m)
        lacking_s = max(0.0, enough_s - p.route_evidence_s) / (1.0 - ENTER_SHARE)
        yield Chance(seen.aside_m - HALF_WIDTH_M, lacking_s, LATE_UNHEARD_S)
    elif p.strayed is not None:
        out_m = HALF_WIDTH_M + GROWN_AT_LEAST_M - seen.aside_m
        yield Chance(out_m, (LEAVE_S - p.route_evidence_s) / LEAVE_SHARE, LATE_ASTRAY_S)


def _enter(walk: Walk, zone: ZoneGround, seen: Seen) -> Chance:
    """Where a zone begins to count, and the evidence that is lacking then.

    A walker who is taken to be on the known path may turn out to have left it,
    and one beside it may be put on it when they come nearer.
    """
    far_m = zone.ground.signed_distance(seen.x, seen.y)
    if zone.on_path:
        if (seen.path_x, seen.path_y) == (seen.x, seen.y):
            far_m = max(min(far_m, seen.aside_m - OFF_PATH_MOST_M), far_m - OFF_PATH_MOST_M)
        far_m = min(far_m, zones.distance_to(zone, seen))
    enough_s = enough_to_enter_s(seen.sigma_m)
    lacking_s = max(0.0, enough_s - walk.progress.evidence.get(zone.index, 0.0))
    if lacking_s == 0.0:
        return Chance(far_m - NEAR_SHARE * zone.inradius_m, 0.0)
    return Chance(far_m - _reach(zone, seen.sigma_m), lacking_s / (1.0 - ENTER_SHARE))


def _reach(zone: ZoneGround, sigma_m: float) -> float:
    """Metres outside a zone from which nothing speaks for it; rounded up."""
    for sigmas in REACHES_SIGMAS:
        reach_m = sigmas * sigma_m
        if share_inside(reach_m, sigma_m, zone.inradius_m) <= ENTER_SHARE:
            return reach_m
    return HOPELESS_SIGMAS * sigma_m


def _appointments(walk: Walk) -> Iterator[float]:
    """Seconds until something happens even to a walker who stands still."""
    p = walk.progress
    if p.suspect is not None:
        yield REANCHOR_S - (p.suspect.mark.at_s - p.suspect.since_s)
    if any(flags & QUEUED for flags in p.stop_flags):
        yield CHECK_MIN_S if p.playing is None else p.free_at_s - walk.at_s
    for index, (since_s, bits) in p.inside.items():
        if bits & WAITS_FOR_SPEED:
            yield CHECK_MIN_S
        dwell_s = walk.trail.zones[index].dwell_s
        if since_s + dwell_s > walk.at_s:
            yield since_s + dwell_s - walk.at_s
