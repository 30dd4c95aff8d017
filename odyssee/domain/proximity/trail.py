"""A trail made ready for walking: zones in local metres, stops by slug and by hash."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

from odyssee.domain.geo import LonLat, Projection
from odyssee.domain.legends import Order, Route
from odyssee.domain.progress import MAX_STOPS, MAX_ZONES_IN_PLAY
from odyssee.domain.proximity.ground import (
    SMALLEST_INRADIUS_M,
    Ground,
    Segment,
    ground_of,
    path_of,
)
from odyssee.domain.zones import Zone

CROSSING_STEP_M = 1.0
"""A path that cuts a shorter piece off a zone does not run through it."""
GROWN_AT_LEAST_M = 10.0
GROWN_SHARE = 0.2
"""Once inside, a zone is larger by 20 % and at least 10 m, so that its edge does not flicker."""


@dataclass(frozen=True, slots=True)
class TrailStop:
    """What the rules need to know of a stop."""

    slug: str
    position: int
    """1 and up, in the order of the trail."""
    zones: tuple[Zone, ...]
    location: LonLat
    narration_s: float = 0.0
    """How long its story speaks; 0: there is none to hear."""


@dataclass(frozen=True, slots=True)
class ZoneGround:
    """A zone with everything that does not change while walking."""

    index: int
    """Its number among all zones of the trail."""
    stop: int
    """The index of its stop, from 0."""
    id: str
    layer: str
    ground: Ground
    inradius_m: float
    grown_m: float
    """By how much the zone is larger for those inside."""
    prefetch_m: float
    dwell_s: float
    cooldown_s: float
    each_entry: bool
    on_path: bool
    """Whether the trail's known path runs through it."""


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """A legend's trail at one revision; `build_trail` makes it."""

    slug: str
    revision: int
    projection: Projection
    order: Order
    window: int
    stops: tuple[TrailStop, ...]
    """By position."""
    zones: tuple[ZoneGround, ...] = field(repr=False)
    returning: tuple[ZoneGround, ...] = field(repr=False)
    """The zones that wake their stop at each entry."""
    asks_to_dwell: bool = field(repr=False)
    """Whether one of the zones has a dwell to tell."""
    path: tuple[Segment, ...] = field(repr=False)
    """The path that walkers are known to take; empty while it is only sketched."""
    by_stop: tuple[tuple[ZoneGround, ...], ...] = field(repr=False)
    """The zones of each stop."""
    places: tuple[tuple[float, float], ...] = field(repr=False)
    """Each stop's location in local metres."""
    priorities: tuple[int, ...] = field(repr=False)
    """Each stop's priority: the highest of its zones."""
    stop_index: Mapping[str, int] = field(repr=False)
    hashes: tuple[int, ...] = field(repr=False)
    """Each stop's short hash, which stands for its slug in the token."""
    hash_index: Mapping[int, int] = field(repr=False)


def short_hash(slug: str) -> int:
    """The first 4 bytes of the slug's SHA-256, big-endian."""
    return int.from_bytes(hashlib.sha256(slug.encode()).digest()[:4], "big")


def build_trail(
    *,
    slug: str,
    revision: int,
    projection: Projection,
    stops: Sequence[TrailStop],
    order: Order = "window",
    window: int = 3,
    route: Route | None = None,
) -> Trail:
    """Make a trail ready, once for each revision.

    A route that was traced or walked helps to place the walker; a sketch does not.

    Raises:
        ValueError: more than 64 stops or 16 layers, two stops of one slug or
            short hash, or a zone without the radius that its shape needs.
    """
    ordered = tuple(sorted(stops, key=lambda stop: stop.position))
    known = () if route is None or route.status == "sketch" else route.line
    path = path_of(known, projection)
    zones = _zones(ordered, projection, path)
    hashes = tuple(short_hash(stop.slug) for stop in ordered)
    _check(ordered, zones, hashes)
    numbers = range(len(ordered))
    return Trail(
        slug=slug,
        revision=revision,
        projection=projection,
        order=order,
        window={"free": len(ordered), "strict": 1}.get(order, max(1, window)),
        stops=ordered,
        zones=zones,
        returning=tuple(zone for zone in zones if zone.each_entry),
        asks_to_dwell=any(zone.dwell_s for zone in zones),
        path=path,
        by_stop=tuple(tuple(zone for zone in zones if zone.stop == i) for i in numbers),
        places=tuple(projection.to_xy(stop.location) for stop in ordered),
        priorities=tuple(max((z.priority for z in s.zones), default=0) for s in ordered),
        stop_index={stop.slug: i for i, stop in enumerate(ordered)},
        hashes=hashes,
        hash_index={number: i for i, number in enumerate(hashes)},
    )


def _check(stops: Sequence[TrailStop], zones: Sequence[ZoneGround], hashes: Sequence[int]) -> None:
    if len(stops) > MAX_STOPS:
        raise ValueError(f"more than {MAX_STOPS} stops")
    if len(set(hashes)) < len(stops):
        raise ValueError("two stops share a slug or its short hash")
    if len({zone.layer for zone in zones}) > MAX_ZONES_IN_PLAY:
        raise ValueError(f"more than {MAX_ZONES_IN_PLAY} layers")


def _zones(
    stops: Sequence[TrailStop], projection: Projection, path: Sequence[Segment]
) -> tuple[ZoneGround, ...]:
    pairs = [(number, zone) for number, stop in enumerate(stops) for zone in stop.zones]
    return tuple(
        _zone_ground(index, number, zone, ground_of(zone, projection), path)
        for index, (number, zone) in enumerate(pairs)
    )


def _zone_ground(
    index: int, stop: int, zone: Zone, ground: Ground, path: Sequence[Segment]
) -> ZoneGround:
    inradius = max(SMALLEST_INRADIUS_M, ground.inradius_m)
    return ZoneGround(
        index=index,
        stop=stop,
        id=zone.id,
        layer=zone.layer,
        ground=ground,
        inradius_m=inradius,
        grown_m=max(GROWN_AT_LEAST_M, GROWN_SHARE * inradius),
        prefetch_m=float(zone.prefetch_m),
        dwell_s=float(zone.dwell_s),
        cooldown_s=float(zone.cooldown_s),
        each_entry=zone.repeat == "each_entry",
        on_path=any(_crosses(leg, ground) for leg in path),
    )


def _crosses(leg: Segment, ground: Ground) -> bool:
    """Whether a leg comes into the zone; so far from its edge nobody meets it sooner."""
    length_m, along_m = sqrt(leg.square), 0.0
    while along_m < length_m:
        share = along_m / length_m
        far_m = ground.signed_distance(leg.x + leg.dx * share, leg.y + leg.dy * share)
        if far_m <= 0.0:
            return True
        along_m += max(far_m, CROSSING_STEP_M)
    return ground.signed_distance(leg.x + leg.dx, leg.y + leg.dy) <= 0.0
