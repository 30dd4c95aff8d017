"""What lies ahead: the next stop, and how long nothing is to be expected."""

from math import inf, sqrt

from odyssee.domain.geo import bearing_deg
from odyssee.domain.progress import APPROACHED, ENTERED, QUEUED
from odyssee.domain.proximity import order, zones
from odyssee.domain.proximity.estimate import Seen, look
from odyssee.domain.proximity.events import NextStop
from odyssee.domain.proximity.evidence import HOPELESS_SIGMAS, REPORTED_SIGMAS
from odyssee.domain.proximity.gate import V_MAX_MPS
from odyssee.domain.proximity.trail import ZoneGround
from odyssee.domain.proximity.walk import Walk

CHECK_MIN_M, CHECK_MAX_M = 5.0, 2_000.0
CHECK_MIN_S, CHECK_MAX_S = 1.0, 600.0


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
    """Metres and seconds within which nothing is to be expected; sleep until one has passed.

    As far as the nearest edge that matters, less the error of the last fix,
    and as long as a runner needs for it; between 5 m and 2 km, 1 s and 10
    minutes; reckoned from that fix and from where it puts the walker. While a
    zone or the route is being weighed, a jump is doubted, or no position is
    known: the shortest. A walker who keeps to the route is not expected to
    leave it.
    """
    p, last = walk.progress, walk.progress.last
    weighed = len(p.evidence) > len(p.inside) or p.route_evidence_s > 0.0
    if last is None or p.estimate is None or p.suspect or weighed:
        return CHECK_MIN_M, CHECK_MIN_S
    seen = look(p.estimate, walk.trail.path)
    clear_m = min((_clearance(walk, zone, seen) for zone in walk.armed), default=inf)
    for index in p.inside:
        zone = walk.trail.zones[index]
        far_m = zone.ground.signed_distance(last.x, last.y)
        out_m = zone.grown_m - max(far_m, zones.distance_to(zone, seen))
        clear_m = min(clear_m, out_m - HOPELESS_SIGMAS * last.sigma_m)
    after_m = min(CHECK_MAX_M, max(CHECK_MIN_M, clear_m))
    after_s = min(after_m / V_MAX_MPS, *_appointments(walk))
    return after_m, min(CHECK_MAX_S, max(CHECK_MIN_S, after_s))


def _clearance(walk: Walk, zone: ZoneGround, seen: Seen) -> float:
    last, p = walk.progress.last, walk.progress
    if last is None or zone.index in p.inside:
        return inf
    far = min(zone.ground.signed_distance(last.x, last.y), zones.distance_to(zone, seen))
    if p.stop_flags[zone.stop] & (APPROACHED | ENTERED):
        return far - HOPELESS_SIGMAS * last.sigma_m
    return far - zone.prefetch_m - REPORTED_SIGMAS * last.sigma_m


def _appointments(walk: Walk) -> list[float]:
    """Seconds until something happens even to a walker who stands still."""
    p = walk.progress
    times = [CHECK_MAX_S]
    if any(flags & QUEUED for flags in p.stop_flags):
        times.append(CHECK_MIN_S if p.playing is None else p.free_at_s - walk.at_s)
    for index, (since_s, _) in p.inside.items():
        dwell_s = walk.trail.zones[index].dwell_s
        if since_s + dwell_s > walk.at_s:
            times.append(since_s + dwell_s - walk.at_s)
    return times
