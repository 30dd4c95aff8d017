"""Geofencing: zones for a phone's operating system. Nothing is stored, nothing is logged."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from odyssee.actions.tools import Tools
from odyssee.actions.tracking import trail_of
from odyssee.domain.catalogue import Catalogue, PublishedLegend
from odyssee.domain.errors import Unavailable
from odyssee.domain.geo import BBox, LonLat, bbox_of
from odyssee.domain.geofences import (
    Geofence,
    GeofenceIndex,
    Geofences,
    build_index,
    choose,
    enclosing_circle,
)
from odyssee.domain.legends import FALLBACK_LANG

_building = threading.Lock()
"""Whoever asks while an index is built waits for it, and builds no second one."""


def choose_geofences(
    tools: Tools, place: LonLat, *, accuracy_m: float, limit: int, legend: str | None = None
) -> Geofences:
    """The zones nearest to a place, of one legend or of all, and where they are enough.

    The promise holds for what is published now.

    Raises:
        Unavailable: nothing was published yet, and no phone may sleep on that.
        NotFound: no such legend.
        Unpublished: the legend is not published any more.
    """
    catalogue = tools.shelf.current()
    if catalogue.revision == 0:
        raise Unavailable("nothing was published yet")
    index = _index_of(catalogue, legend)
    return choose(index, place, accuracy_m=accuracy_m, limit=limit)


def has_index(tools: Tools, legend: str | None) -> bool:
    """Whether the zones are in order already; the first to ask puts them so, best in a thread."""
    return legend in tools.shelf.current().geofences


def _index_of(catalogue: Catalogue, legend: str | None) -> GeofenceIndex:
    known = catalogue.geofences.get(legend)
    if known is None:
        legends = catalogue.legends.values() if legend is None else [catalogue.get_legend(legend)]
        with _building:
            known = catalogue.geofences.get(legend)
            if known is None:
                box = _box_of(catalogue.territory["outline"])
                known = build_index(_fences_of(legends), box)
                catalogue.geofences[legend] = known
    return known


def _fences_of(legends: Iterable[PublishedLegend]) -> Iterator[Geofence]:
    for legend in legends:
        for stop in trail_of(legend, FALLBACK_LANG).stops:
            for zone in stop.zones:
                yield Geofence(legend.slug, stop.slug, zone.id, *enclosing_circle(zone))


def _box_of(outline: Mapping[str, Any]) -> BBox:
    parts = (
        outline["coordinates"] if outline["type"] == "MultiPolygon" else [outline["coordinates"]]
    )
    return bbox_of(LonLat(*place) for rings in parts for ring in rings for place in ring)
