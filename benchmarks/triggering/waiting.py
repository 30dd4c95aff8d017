"""How long somebody else waits while eight phones post all that they collected in two hours."""

import http.client
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from serving.machine import LOAD_CORE
from serving.processes import Server
from serving.published import SLUG, places, publish

from odyssee.domain.geo import LonLat
from odyssee.domain.proximity import MAX_STEPS, Fix, count_steps
from triggering.speed import BATCH, spelt
from triggering.timing import ROUNDS, Timing
from triggering.world import START_S

PHONES = 8
APART_S = 7.9
"""Between fixes: four evidence steps each, as many as a request may cost."""
FIXES_A_LEG = 25
GOAL_MS = 100.0
BREATH_S = 0.002
"""Between two questions, so that asking is no load."""
ROUTE = f"/v1/legends/{SLUG}/proximity"
HEADERS = {"Content-Type": "application/json"}
TIMEOUT_S = 60.0


def time_waiting() -> list[Timing]:
    """Every row; of several rounds the one with the shortest longest wait."""
    with tempfile.TemporaryDirectory(prefix="odyssee-bench-") as name:
        home = Path(name)
        publish(home)
        command = [sys.executable, "-m", "odyssee", "serve", "--port", "{port}"]
        settings = {"ODYSSEE_HOME": name, "ODYSSEE_WORKER": "none"}
        allowed = os.sched_getaffinity(0)
        with Server(command, f"/v1/legends/{SLUG}", home / "log", settings) as server:
            os.sched_setaffinity(0, {LOAD_CORE})
            try:
                alone, behind, took_s = _ask(server.port, _sparse_fixes())
            finally:
                os.sched_setaffinity(0, allowed)
    what = f"`/healthz` behind {PHONES} posts of 1,000 sparse fixes"
    return [
        Timing("`/healthz` with nobody else, longest", max(alone) * 1e3, "ms"),
        Timing(f"{what}, median", statistics.median(behind) * 1e3, "ms"),
        Timing(f"{what}, longest", max(behind) * 1e3, "ms", GOAL_MS),
        Timing("the posts meanwhile, until all are answered", took_s, "s"),
    ]


def _sparse_fixes() -> bytes:
    """To and fro between the stops, as slowly as the fixes need to be far apart in time."""
    spots, fixes = places(), []
    there = [_between(spots[n // FIXES_A_LEG : n // FIXES_A_LEG + 2], n) for n in range(225)]
    way = there + there[::-1]
    for number in range(BATCH):
        spot = way[number % len(way)]
        fixes.append(Fix(START_S + number * APART_S, spot.lon, spot.lat, 12.0))
    steps = count_steps(fixes, begins=True)
    if not MAX_STEPS * 0.99 <= steps <= MAX_STEPS:
        raise RuntimeError(f"{steps} steps")
    return json.dumps({"fixes": [spelt(fix) for fix in fixes], "progress": None}).encode()


def _between(ends: list[LonLat], number: int) -> LonLat:
    share = number % FIXES_A_LEG / FIXES_A_LEG
    (west, south), (east, north) = ends
    return LonLat(round(west + (east - west) * share, 6), round(south + (north - south) * share, 6))


def _ask(port: int, body: bytes) -> tuple[list[float], list[float], float]:
    """Seconds of each answer of `/healthz`, alone and behind the posts, and of all the posts."""
    with ThreadPoolExecutor(PHONES) as pool:
        _post(port, body)  # makes the trail ready

        def play() -> tuple[list[float], float]:
            began_s = time.perf_counter()
            posted = [pool.submit(_post, port, body) for _ in range(PHONES)]
            waits_s = _wait(port, lambda: all(map(Future.done, posted)))
            for post in posted:
                post.result()
            return waits_s, time.perf_counter() - began_s

        rounds = [play() for _ in range(ROUNDS)]
    behind, took_s = min(rounds, key=lambda told: max(told[0]))
    until_s = time.perf_counter() + took_s
    return _wait(port, lambda: time.perf_counter() > until_s), behind, took_s


def _wait(port: int, is_over: Callable[[], bool]) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    waits_s = []
    while not is_over():
        began_s = time.perf_counter()
        _answer(connection, "GET", "/healthz")
        waits_s.append(time.perf_counter() - began_s)
        time.sleep(BREATH_S)
    connection.close()
    return waits_s


def _post(port: int, body: bytes) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    told = json.loads(_answer(connection, "POST", ROUTE, body))
    connection.close()
    if not any(event["type"] == "enter" for event in told["events"]):
        raise RuntimeError("the walk entered nothing")


def _answer(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None
) -> bytes:
    connection.request(method, path, body, HEADERS if body else {})
    answer = connection.getresponse()
    read = answer.read()
    if answer.status != http.HTTPStatus.OK:
        raise RuntimeError(f"{method} {path}: {answer.status} {read[:200]!r}")
    return read
