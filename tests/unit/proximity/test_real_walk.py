"""A real phone's walk: the engine on a trace with ground truth (see the SOURCES.md beside it)."""

import json
from itertools import pairwise
from math import cos, hypot, radians, sin
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from odyssee.domain.geo import LonLat, point, projection_at
from odyssee.domain.proximity import Fix, Trail, TrailStop, build_trail, follow
from odyssee.domain.zones import Zone

APART_M = 120.0
STILL = "traces/mobilitynet_stationary_ios-1.json"
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


def _stop(number: int, place: LonLat, radius_m: float = 40.0) -> TrailStop:
    zone = Zone(id="z1", shape=point(place), radius_m=radius_m)
    return TrailStop(f"arrêt-{number}", number, (zone,), place)


@pytest.fixture(scope="module")
def lying_still(shared_data: Path) -> list[Fix]:
    """An iPhone on a table for hours; it says 65 m most of the time."""
    told = json.loads((shared_data / STILL).read_text(encoding="utf-8"))
    rows = sorted(told["fixes"], key=lambda row: row[0])
    return [Fix(t, lon, lat, acc, speed, head) for t, lon, lat, acc, speed, head, *_ in rows]


@pytest.mark.needs_shared_data
@pytest.mark.parametrize("bearing_deg", range(0, 360, 45))
def test_a_phone_that_says_65_m_and_lies_still_wakes_no_zone_60_m_beside_it(
    lying_still: list[Fix], bearing_deg: int
) -> None:
    good = [fix for fix in lying_still if (fix.accuracy_m or 100.0) <= 20.0]
    projection = projection_at(LonLat(median(f.lon for f in good), median(f.lat for f in good)))
    turn = radians(bearing_deg)
    stop = _stop(1, projection.to_lonlat(60.0 * cos(turn), 60.0 * sin(turn)), radius_m=25.0)
    trail = build_trail(slug="sur-la-table", revision=1, projection=projection, stops=[stop])
    told = follow(trail, lying_still, None)
    assert {fix.accuracy_m for fix in lying_still} >= {65.0}
    assert [event.type for event in told.events if event.type == "enter"] == []


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
