"""Zones entered and left: evidence per step, hysteresis, and one zone a layer."""

from math import inf

from odyssee.domain.progress import (
    APPROACHED,
    DWELT,
    ENTERED,
    INSIDE,
    MAX_ZONES_IN_PLAY,
)
from odyssee.domain.proximity import order, player
from odyssee.domain.proximity.estimate import Seen
from odyssee.domain.proximity.evidence import (
    AT_MOST_M,
    DEEP_SIGMAS,
    HOPELESS_SIGMAS,
    LEAVE_S,
    NEAR_SHARE,
    REPORTED_SIGMAS,
    after_inside,
    after_outside,
    enough_to_enter_s,
    share_inside,
)
from odyssee.domain.proximity.trail import ZoneGround
from odyssee.domain.proximity.walk import Walk

FREE_SIGMAS = max(HOPELESS_SIGMAS, REPORTED_SIGMAS)
"""So far off, a zone is neither told of nor weighed."""
ROUNDING_M = 1.0
"""More than any rounding of a distance."""


def announce(walk: Walk, seen: Seen) -> None:
    """Tell once of each stop that its zone may be near: its media are fetched now."""
    flags = walk.progress.stop_flags
    reach_m = REPORTED_SIGMAS * seen.sigma_m
    for zone in walk.armed:
        if flags[zone.stop] & (APPROACHED | ENTERED):
            continue
        if zone.ground.signed_distance(seen.x, seen.y) - reach_m <= zone.prefetch_m:
            flags[zone.stop] |= APPROACHED
            walk.tell("approach", zone.stop, zone.id)


def weigh(walk: Walk, seen: Seen, elapsed_s: float, *, decides: bool) -> None:
    """One evidence step: leave first, then enter what has enough evidence.

    Only the place of a fix decides on entering: between two fixes evidence
    grows, but a story starts where the walker is now.
    """
    if is_calm(walk, seen):
        return
    walk.forget_distances()
    holding = _weigh_inside(walk, seen, elapsed_s)
    best = _weigh_outside(walk, seen, elapsed_s, holding, decides=decides)
    for _, zone in sorted(best.values(), key=lambda pair: pair[1].index):
        _enter(walk, zone)
    _forget_weakest(walk.progress.evidence, walk.progress.inside)
    measure(walk, seen)


def is_calm(walk: Walk, seen: Seen) -> bool:
    """Whether the zones, as measured last, leave nothing to tell or to weigh at a place.

    Most of a walk leads from one stop to the next, or stands in a zone while its
    story is told; and who goes a metre comes no zone nearer, and no edge of one,
    by more than a metre. This spares time and decides nothing: the engine in
    TypeScript, which is asked fix by fix, weighs everywhere and comes to
    the same to the bit.
    """
    at_x, at_y, free_m, deep_m = walk.measured
    x, y, _, _, sigma_m, aside_m = seen
    free_m -= FREE_SIGMAS * sigma_m
    deep_m -= DEEP_SIGMAS * sigma_m
    spare_m = (free_m if free_m < deep_m else deep_m) - aside_m - ROUNDING_M
    dx = x - at_x
    dy = y - at_y
    if spare_m <= 0.0 or dx * dx + dy * dy >= spare_m * spare_m:
        return False
    walk.calm = seen
    return True


def measure(walk: Walk, seen: Seen) -> None:
    """Measure all zones from a place, unless there is evidence: that has to be weighed on."""
    p = walk.progress
    if len(p.evidence) > len(p.inside) or any(p.evidence.values()):
        return
    free_m = deep_m = inf
    for zone in walk.armed:
        far_m = zone.ground.signed_distance(seen.x, seen.y)
        if not p.stop_flags[zone.stop] & (APPROACHED | ENTERED):
            free_m = min(free_m, far_m - zone.prefetch_m)
        elif zone.index not in p.inside:
            free_m = min(free_m, far_m)
    for index in p.inside:
        zone = walk.trail.zones[index]
        deep_m = min(deep_m, zone.grown_m - zone.ground.signed_distance(seen.x, seen.y))
    walk.measured = (seen.x, seen.y, free_m, deep_m)


def distance_to(zone: ZoneGround, seen: Seen) -> float:
    """Metres to the zone's edge, negative inside; on the known path where that runs through it."""
    if zone.on_path:
        return zone.ground.signed_distance(seen.path_x, seen.path_y)
    return zone.ground.signed_distance(seen.x, seen.y)


def _weigh_inside(walk: Walk, seen: Seen, elapsed_s: float) -> dict[str, float]:
    """Weigh whether the walker left; the share of the zones that still hold them, by layer."""
    holding: dict[str, float] = {}
    evidence = walk.progress.evidence
    for index in sorted(walk.progress.inside):
        zone = walk.trail.zones[index]
        far, grown = distance_to(zone, seen), zone.grown_m
        share = share_inside(far - grown, seen.sigma_m, zone.inradius_m + grown)
        evidence[index] = after_inside(evidence[index], share, elapsed_s)
        if evidence[index] >= LEAVE_S:
            _leave(walk, zone)
        else:
            holding[zone.layer] = share_inside(far, seen.sigma_m, zone.inradius_m)
    return holding


def _weigh_outside(
    walk: Walk, seen: Seen, elapsed_s: float, holding: dict[str, float], *, decides: bool
) -> dict[str, tuple[float, ZoneGround]]:
    """Weigh the armed zones; the one of each layer that is entered, with its share."""
    evidence, inside = walk.progress.evidence, walk.progress.inside
    enough_s, hopeless_m = enough_to_enter_s(seen.sigma_m), HOPELESS_SIGMAS * seen.sigma_m
    best: dict[str, tuple[float, ZoneGround]] = {}
    for zone in walk.armed:
        index, layer = zone.index, zone.layer
        if index in inside:
            continue
        far, before_s = distance_to(zone, seen), evidence.get(index, 0.0)
        if far >= hopeless_m and before_s == 0.0:
            continue
        share = share_inside(far, seen.sigma_m, zone.inradius_m)
        held = layer in holding and share <= holding[layer]  # the zone one is in wins ties
        if held:
            share = 0.0
        now_s = after_outside(before_s, share, elapsed_s, enough_s)
        if now_s > 0.0:
            evidence[index] = now_s
        else:
            evidence.pop(index, None)
        ripe = decides and now_s >= enough_s and far <= NEAR_SHARE * zone.inradius_m
        best_yet = layer not in best or share > best[layer][0]
        if ripe and not held and best_yet and _is_said_near(walk, zone):
            best[layer] = (share, zone)
    return best


def _is_said_near(walk: Walk, zone: ZoneGround) -> bool:
    """Whether the fix itself lies near.

    The estimate runs on where a cyclist stops, the known path pulls, and both
    together may put a walker two hundred metres away from any fix.
    """
    last = walk.progress.last
    return last is None or zone.ground.signed_distance(last.x, last.y) <= AT_MOST_M


def _enter(walk: Walk, zone: ZoneGround) -> None:
    progress = walk.progress
    for index in sorted(progress.inside):
        if walk.trail.zones[index].layer == zone.layer:
            _leave(walk, walk.trail.zones[index])
    progress.inside[zone.index] = (walk.at_s, INSIDE)
    progress.evidence[zone.index] = 0.0
    reach_stop(walk, zone.stop, zone.id)
    player.ask(walk, zone)


def reach_stop(walk: Walk, stop: int, zone: str | None) -> None:
    """Enter a stop, by its zone or by hand (None); the last one to come completes the trail."""
    progress = walk.progress
    skipped = order.left_behind(walk, stop)
    progress.stop_flags[stop] |= ENTERED | APPROACHED
    walk.tell("enter", stop, zone, skipped=skipped, manual=zone is None)
    order.arm(walk)
    if not progress.completed and next(order.pending(walk), None) is None:
        progress.completed = True
        walk.tell("completed")


def _leave(walk: Walk, zone: ZoneGround) -> None:
    del walk.progress.inside[zone.index]
    del walk.progress.evidence[zone.index]
    walk.tell("exit", zone.stop, zone.id)


def tell_dwells(walk: Walk) -> None:
    """Tell once an entry when the walker has stayed as long as the zone asks."""
    if not walk.trail.asks_to_dwell:
        return
    for index, (since_s, bits) in sorted(walk.progress.inside.items()):
        zone = walk.trail.zones[index]
        if zone.dwell_s and not bits & DWELT and walk.at_s - since_s >= zone.dwell_s:
            walk.progress.inside[index] = (since_s, bits | DWELT)
            walk.tell("dwell", zone.stop, zone.id)


def _forget_weakest(evidence: dict[int, float], inside: dict[int, tuple[float, int]]) -> None:
    """Keep the zones that the walker is in, then those with the most evidence."""
    while len(evidence) > MAX_ZONES_IN_PLAY:
        del evidence[min(evidence, key=lambda zone: (zone in inside, evidence[zone], -zone))]
