"""What is near a trail: amenities by their distance along its route, and from it."""

import math
from collections.abc import Sequence

import shapely

from odyssee.domain.amenities import Listing, Nearby
from odyssee.domain.geo import BBox, LonLat, bbox_of, projection_at

NEAR_M = 2_000.0
"""A walker goes so far from a trail to eat or to sleep: half an hour."""
MAX_NEARBY = 60
"""Of one legend: its pack carries them to every phone."""


def box_around(line: Sequence[LonLat], within_m: float = NEAR_M) -> BBox:
    """A box that holds every place within so many metres of the line."""
    box = bbox_of(line)
    highest = min(max(abs(box.south), abs(box.north)) + 1.0, 89.0)
    up = within_m / 110_000.0
    aside = up / math.cos(math.radians(highest))
    return BBox(box.west - aside, box.south - up, box.east + aside, box.north + up)


def list_nearby(
    line: Sequence[LonLat], listings: Sequence[Listing], detour: float = 1.0
) -> list[Nearby]:
    """The amenities within 2 km of a route, the 60 nearest at most, in the order of the route.

    Args:
        line: the route.
        listings: the candidates; hidden ones are left out.
        detour: a sketched route is so many times longer than its straight legs.
    """
    shown = [listing for listing in listings if not listing.hidden]
    if len(line) < 2 or not shown:
        return []
    projection = projection_at(line[0])
    route = shapely.LineString([projection.to_xy(place) for place in line])
    places = shapely.points([projection.to_xy(listing.place) for listing in shown])
    off = shapely.distance(places, route).tolist()
    along = shapely.line_locate_point(route, places).tolist()
    near = [
        Nearby(listing=listing, along_m=round(along_m * detour), off_m=round(off_m))
        for listing, along_m, off_m in zip(shown, along, off, strict=True)
        if off_m <= NEAR_M
    ]
    nearest = sorted(near, key=lambda one: (one.off_m, one.listing.id))[:MAX_NEARBY]
    return sorted(nearest, key=lambda one: (one.along_m, one.off_m, one.listing.id))
