"""A real phone's walk: the engine on a trace with ground truth (see the SOURCES.md beside it)."""

import json
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import Any

import pytest

from odyssee.domain.geo import LonLat, point, projection_at
from odyssee.domain.proximity import Fix, Trail, TrailStop, build_trail, follow
from odyssee.domain.zones import Zone

APART_M = 120.0
TRACE = "traces/mobilitynet_walk_back_from_bus_2_ios-2.json"


@pytest.fixture(scope="module")
def trace(shared_data: Path) -> Any:
    return json.loads((shared_data / TRACE).read_text(encoding="utf-8"))


def trail_on(polyline: list[list[float]], walked: list[tuple[float, float]]) -> Trail:
    """Stops every 120 m along the planned way, where the walker truly came by."""
    projection = projection_at(LonLat(*polyline[0]))
    places: list[tuple[float, float]] = []
    left = APART_M
    for (ax, ay), (bx, by) in pairwise(projection.to_xy(LonLat(*corner)) for corner in polyline):
        length, along = hypot(bx - ax, by - ay), left
        while along <= length:
            places.append((ax + (bx - ax) * along / length, ay + (by - ay) * along / length))
            along += APART_M
        left = along - length
    track = [projection.to_xy(LonLat(*place)) for place in walked]
    met = [p for p in places if min(hypot(p[0] - x, p[1] - y) for x, y in track) < 20]
    stops = [_stop(n, projection.to_lonlat(*place)) for n, place in enumerate(met, 1)]
    return build_trail(slug="retour-du-bus", revision=1, projection=projection, stops=stops)


def _stop(number: int, place: LonLat) -> TrailStop:
    zone = Zone(id="z1", shape=point(place), radius_m=40.0)
    return TrailStop(f"arrêt-{number}", number, (zone,), place)


@pytest.mark.needs_shared_data
def test_each_stop_on_a_real_walk_is_entered_once(trace: Any) -> None:
    walked = [(lon, lat) for _, lon, lat in trace["reference_track"]]
    trail = trail_on(trace["ground_truth_polyline"], walked)
    fixes = [
        Fix(t, lon, lat, acc, speed, head) for t, lon, lat, acc, speed, head, _ in trace["fixes"]
    ]
    told = follow(trail, fixes, None)
    entered = [event.stop for event in told.events if event.type == "enter"]
    assert entered == [stop.slug for stop in trail.stops]
    assert len(entered) >= 3
