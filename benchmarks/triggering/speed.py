"""What the engine costs, beside a loop that tells how fast this machine is today."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime
from math import cos, pi, sin
from typing import Any

from builders import a_legend, a_stop, a_zone, reading_tools
from starlette.testclient import TestClient

from odyssee.api.app import build_app
from odyssee.domain.geo import point
from odyssee.domain.legends import Order, Route
from odyssee.domain.proximity import Fix, Trail, TrailStop, build_trail, follow
from odyssee.domain.walks import Noise, observe, pace_out
from odyssee.domain.zones import Zone
from triggering.course import HERBAGE
from triggering.timing import Timing, best
from triggering.world import START_S

OPERATIONS = 1_000_000
FIXES = 10_000
BATCH = 1_000
"""As many as one request may bring (contract, proximity)."""
ZONES = 10
APART_M, RADIUS_M, SIGMA_M = 150.0, 25.0, 10.0
RING_M = RADIUS_M + 1.2 * SIGMA_M
"""So far from ten centres every zone is weighed and none is entered."""
STEP_GOAL_US, FIXES_GOAL_S = 50.0, 1.0
SLUG = "banc"


def time_all() -> list[Timing]:
    """Every row of one process by itself."""
    around, walk = _fixes_within_a_ring(), _slow_walk()
    ring, row = _trail(_ring(), "free"), _trail(_row(), "window")
    token = follow(ring, around[:-1], None).progress
    step_s = best(lambda: follow(ring, around, None)) / len(around)
    call_s = best(lambda: [follow(ring, around[-1:], token) for _ in range(100)]) / 100
    follow_s = best(lambda: follow(row, walk, None))
    return [
        Timing("calibration: 10^6 multiplications and additions", best(_calibrate) * 1e3, "ms"),
        Timing("one step, ten zones all near", step_s * 1e6, "µs", STEP_GOAL_US),
        Timing("one call of one fix, token read and written", call_s * 1e6, "µs"),
        Timing("10,000 fixes at 1 Hz, ten stops, `follow`", follow_s, "s", FIXES_GOAL_S),
        Timing("the same through the API, ten posts", _through_the_api(walk), "s", FIXES_GOAL_S),
    ]


def _calibrate() -> float:
    value = 0.0
    for _ in range(OPERATIONS // 2):
        value = value * 0.999 + 1.0
    return value


def _ring() -> list[tuple[float, float]]:
    turns = [2.0 * pi * n / ZONES for n in range(ZONES)]
    return [(RING_M * cos(turn), RING_M * sin(turn)) for turn in turns]


def _row() -> list[tuple[float, float]]:
    return [(APART_M * n, 0.0) for n in range(ZONES)]


def _trail(centres: list[tuple[float, float]], order: Order) -> Trail:
    stops = []
    for number, centre in enumerate(centres, 1):
        spot = HERBAGE.to_lonlat(*centre)
        zone = Zone(id="z1", shape=point(spot), radius_m=RADIUS_M)
        stops.append(TrailStop(f"etape-{number}", number, (zone,), spot, narration_s=60.0))
    return build_trail(slug=SLUG, revision=1, projection=HERBAGE, stops=stops, order=order)


def _fixes_within_a_ring() -> list[Fix]:
    dice = random.Random(1)  # noqa: S311 - a walk that repeats, no secret
    fixes = []
    for second in range(2_000):
        spot = HERBAGE.to_lonlat(dice.uniform(-3.0, 3.0), dice.uniform(-3.0, 3.0))
        fixes.append(Fix(START_S + second, spot.lon, spot.lat, 15.1))
    return fixes


def _slow_walk() -> list[Fix]:
    """Past ten stops, so slowly that it takes 10,000 seconds."""
    length_m = APART_M * ZONES
    moments = pace_out(
        [(-APART_M, 0.0), (length_m - APART_M, 0.0)],
        pace_mps=length_m / FIXES,
        start_s=START_S,
    )
    dice = random.Random(2)  # noqa: S311 - a walk that repeats, no secret
    noise = Noise(SIGMA_M, outlier_share=0.05)
    return list(observe(moments, HERBAGE, noise, dice))[:FIXES]


def _through_the_api(fixes: list[Fix]) -> float:
    spots = [HERBAGE.to_lonlat(*centre) for centre in _row()]
    stops = tuple(
        a_stop(f"etape-{n}", n, location=spot, zones=(a_zone(spot, radius_m=RADIUS_M),))
        for n, spot in enumerate(spots)
    )
    legend = replace(a_legend(SLUG, route=Route(status="sketch", line=tuple(spots))), stops=stops)
    app = build_app(reading_tools(legend), lambda: "2026-06-01T12:00:00Z")
    bodies = [
        [spelt(fix) for fix in fixes[start : start + BATCH]]
        for start in range(0, len(fixes), BATCH)
    ]
    with TestClient(app, base_url="https://perche.example") as client:
        return best(lambda: _post(client, bodies))


def spelt(fix: Fix) -> dict[str, Any]:
    """As it is posted."""
    at = datetime.fromtimestamp(fix.at_s, UTC).isoformat().replace("+00:00", "Z")
    return {"lon": fix.lon, "lat": fix.lat, "accuracy_m": fix.accuracy_m, "at": at}


def _post(client: TestClient, bodies: list[list[dict[str, Any]]]) -> None:
    progress, entered = None, 0
    for fixes in bodies:
        body = json.dumps({"fixes": fixes, "progress": progress})
        answer = client.post(f"/v1/legends/{SLUG}/proximity", content=body)
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code}: {answer.text[:200]}")
        told = answer.json()
        progress = told["progress"]
        entered += sum(event["type"] == "enter" for event in told["events"])
    if entered < ZONES - 1:
        raise RuntimeError(f"the walk entered {entered} stops of {ZONES}")
