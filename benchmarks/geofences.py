"""Measure what `POST /v1/geofences` costs over 60 zones and over 100,000, in one run.

Both catalogues are asked in turn, from places at stops and between legends; a ratio is the
median over the rounds. The calibration loop tells how fast this machine is today.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from serving.machine import calibrate_s, describe
from starlette.types import ASGIApp, Message

from odyssee.actions.geofencing import choose_geofences
from odyssee.actions.tools import Shelf, Tools
from odyssee.api.app import build_app
from odyssee.domain.catalogue import EMPTY_TERRITORY, Catalogue, PublishedLegend
from odyssee.domain.geo import BBox, LonLat, projection_at
from odyssee.files.memory import MemoryStore

FEW, MANY = 60, 100_000
STOPS = 10
TERRITORY = BBox(0.756, 48.139, 1.21, 48.72)
GOAL = 2.0
PLACES = 200
"""Asked in one round; half of them at a stop."""
ROUNDS, QUICK_ROUNDS = 15, 5
LIMITS = (20, 100)
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """One catalogue behind the app, and the places to ask it from."""

    tools: Tools
    app: ASGIApp
    places: list[LonLat]


def main(words: Sequence[str]) -> int:
    """Measure and print; a goal that is missed is told, and fails nothing by itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds")
    rounds = QUICK_ROUNDS if parser.parse_args(words).quick else ROUNDS
    print(*describe("this process")[:-1], sep="\n")
    print(f"calibration: 10^6 multiplications and additions: {calibrate_s() * 1e3:.1f} ms")
    few, many = _asked(FEW), _asked(MANY)
    for name, asked in ((FEW, few), (MANY, many)):
        print(f"first request over {name:,} zones, index built: {_first_s(asked) * 1e3:.1f} ms")
    for limit in LIMITS:
        _tell(f"the rule alone, limit {limit}", _compare(few, many, limit, _by_rule, rounds))
        ratio = _tell(f"the request, limit {limit}", _compare(few, many, limit, _by_app, rounds))
        if limit <= FEW:
            verdict = "missed" if ratio > GOAL else "met"
            print(f"  goal for the request, at most {GOAL:g}: {verdict}")
        else:
            print(f"  no goal: {FEW} zones are listed in one answer, {limit - 1} in the other")
    return 0


def _asked(zones: int) -> Asked:
    dice = random.Random(zones)  # noqa: S311 - the same country at each run, no secret
    legends = {f"banc-{n}": _legend(f"banc-{n}", dice) for n in range(zones // STOPS)}
    catalogue = Catalogue(revision=1, territory=EMPTY_TERRITORY, legends=legends)
    tools = Tools(
        published=MemoryStore(),
        shelf=Shelf(),
        clock=lambda: NOON,
        public_url="https://perche.example",
    )
    app = build_app(tools, lambda: "2026-06-01T12:00:00Z")
    tools.shelf.swap(catalogue, "banc")
    some = list(legends.values())
    places = [_anywhere(dice) for _ in range(PLACES // 2)]
    places += [dice.choice(some).start for _ in range(PLACES // 2)]
    dice.shuffle(places)
    return Asked(tools, app, places)


def _anywhere(dice: random.Random) -> LonLat:
    west, south, east, north = TERRITORY
    return LonLat(round(dice.uniform(west, east), 6), round(dice.uniform(south, north), 6))


def _legend(slug: str, dice: random.Random) -> PublishedLegend:
    """Ten stops, within some hundred metres of each other, as its pack says them."""
    start = _anywhere(dice)
    plane = projection_at(start)
    stops: list[dict[str, Any]] = []
    for n in range(STOPS):
        spot = plane.to_lonlat(dice.uniform(-500, 500), dice.uniform(-500, 500)) if n else start
        ground = {"type": "Point", "coordinates": [round(spot.lon, 6), round(spot.lat, 6)]}
        zone = {"id": "z1", "shape": ground, "radius_m": 35.0}
        stops.append(
            {"slug": f"etape-{n + 1}", "position": n + 1, "location": ground, "zones": [zone]}
        )
    projection = {
        "origin": list(plane.origin),
        "m_per_deg_lon": plane.m_per_deg_lon,
        "m_per_deg_lat": plane.m_per_deg_lat,
    }
    trail = {
        "start": stops[0]["location"],
        "projection": projection,
        "order": "window",
        "window": 3,
        "stops": stops,
        "route": {
            "type": "LineString",
            "coordinates": [stop["location"]["coordinates"] for stop in stops],
        },
        "route_status": "sketch",
    }
    return PublishedLegend(
        slug=slug,
        revision=1,
        published_at="2026-06-01T12:00:00Z",
        manifest_sha256=slug,
        manifest={},
        trail=trail,
        contents={"fr": {"stops": [{"narration": None} for _ in stops]}},
    )


def _first_s(asked: Asked) -> float:
    began_s = time.perf_counter()
    asyncio.run(_post(asked.app, _body(asked.places[0], 20)))
    return time.perf_counter() - began_s


Ask = Callable[[Asked, int], Awaitable[float]]
"""Asks from every place, with a limit; gives seconds for each."""


def _compare(few: Asked, many: Asked, limit: int, ask: Ask, rounds: int) -> list[list[float]]:
    async def play() -> list[list[float]]:
        return [[await ask(few, limit), await ask(many, limit)] for _ in range(rounds + 1)][1:]

    return asyncio.run(play())


async def _by_rule(asked: Asked, limit: int) -> float:
    began_s = time.perf_counter()
    for place in asked.places:
        choose_geofences(asked.tools, place, accuracy_m=50.0, limit=limit)
    return (time.perf_counter() - began_s) / PLACES


async def _by_app(asked: Asked, limit: int) -> float:
    """The whole application, without a socket: what a server spends on a request."""
    bodies = [_body(place, limit) for place in asked.places]
    began_s = time.perf_counter()
    for body in bodies:
        await _post(asked.app, body)
    return (time.perf_counter() - began_s) / PLACES


def _body(place: LonLat, limit: int) -> bytes:
    return json.dumps({"lon": place.lon, "lat": place.lat, "limit": limit}).encode()


async def _post(app: ASGIApp, body: bytes) -> None:
    sent: list[Message] = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/geofences",
        "raw_path": b"/v1/geofences",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    if sent[0]["status"] != 200 or not json.loads(sent[1]["body"])["geofences"]:
        raise RuntimeError(f"{sent[0]['status']}: {sent[1]['body'][:200]!r}")


def _tell(what: str, rounds: list[list[float]]) -> float:
    few_s, many_s = (statistics.median(spans) for spans in zip(*rounds, strict=True))
    ratios = [many / few for few, many in rounds]
    ratio = statistics.median(ratios)
    print(
        f"{what}: {FEW} zones {few_s * 1e6:.0f} µs, {MANY:,} zones {many_s * 1e6:.0f} µs, "
        f"ratio {ratio:.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
    )
    return ratio


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
