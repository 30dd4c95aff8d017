"""The figures that are promised, each measured as its goal says."""

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from postgis import find_programs

from serving.bare import ANSWER
from serving.load import Ask, answers_per_second
from serving.pairs import Compared, Rhythm, compare
from serving.postgis import install_tipg, stops_in_postgis
from serving.processes import Server
from serving.published import SLUG, places, publish
from serving.report import Line

HERE = Path(__file__).parent
LAUNCH = HERE / "launch.py"
LEGEND = f"/v1/legends/{SLUG}"
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd", "Accept-Language": "fr,en;q=0.8"}
NEAR = "/v1/legends?near=0.918,48.27"
PLAIN = {"Accept-Language": "fr,en;q=0.8"}
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
READ_ONLY = {"ODYSSEE_WORKER": "none"}
SILENT = {**READ_ONLY, "ODYSSEE_ACCESS_LOG": "false"}

LEGEND_GOAL = 0.8
PROXIMITY_GOAL = 0.6
NEAR_GOAL = 5.0
READER_MB = 150
WORKER_MB = 220
START_S = 2.0


@dataclass(frozen=True)
class Bench:
    """Where a run works, how thoroughly, and whom it tells how far it is."""

    folder: Path
    kept: Path
    """Outlives the run: tipg's environment."""
    rhythm: Rhythm
    starts: int
    tell: Callable[[str], None]

    @property
    def home(self) -> Path:
        """Holds the published store."""
        return self.folder / "home"

    def prepare(self) -> None:
        """Publish what is served."""
        publish(self.home)

    def ours(self, env: Mapping[str, str] = READ_ONLY) -> Server:
        """`odyssee serve` as it ships, with these settings."""
        command = [sys.executable, "-m", "odyssee", "serve", "--port", "{port}"]
        settings = {"ODYSSEE_HOME": str(self.home), **env}
        return Server(command, LEGEND, self.folder / "odyssee.log", settings)

    def bare(self, factory: str, ready: str, env: Mapping[str, str]) -> Server:
        """An application of `bare`, under the same uvicorn."""
        command = [sys.executable, str(LAUNCH), f"serving.bare:{factory}", "{port}", "factory"]
        settings = {"PYTHONPATH": f"{HERE.parent}:{HERE.parents[1]}", **env}
        return Server(command, ready, self.folder / "bare.log", settings)

    def compare(self, subject: tuple[Server, Ask], reference: tuple[Server, Ask]) -> Compared:
        """Both in turn."""
        return compare(subject, reference, self.rhythm, self.folder, self.tell)


def measure_legend(bench: Bench) -> Iterator[Line]:
    """A legend of ten stops, against the same bytes from a bare ASGI application."""
    cases = (
        ("compressed, with our access log", BROWSER, READ_ONLY),
        ("compressed, neither logs", BROWSER, SILENT),
        ("not compressed, with our access log", PLAIN, READ_ONLY),
    )
    for name, headers, env in cases:
        bench.tell(f"A legend, {name}")
        ask = Ask("GET", LEGEND, headers)
        with bench.ours(env) as ours, _the_same(bench, ours, ask) as bare:
            size = len(ask.answer(ours)[1])
            made = bench.compare((ours, ask), (bare, ask))
        what = f"`GET {LEGEND}`, {size:,} bytes, {name}, against a bare ASGI app"
        yield _line(what, made, LEGEND_GOAL)


@contextmanager
def _the_same(bench: Bench, ours: Server, ask: Ask) -> Iterator[Server]:
    """A bare application that sends what our server sends; checked before it is measured."""
    headers, body = ask.answer(ours)
    headers = [header for header in headers if header[0] != "date"]  # uvicorn's own
    kept = bench.folder / "answer"
    kept.write_bytes(body)
    kept.with_suffix(".headers.json").write_text(json.dumps(headers))
    with bench.bare("build_bare", LEGEND, {ANSWER: str(kept)}) as bare:
        theirs = ask.answer(bare)
        if ([header for header in theirs[0] if header[0] != "date"], theirs[1]) != (headers, body):
            raise RuntimeError("the bare application does not send the same answer")
        yield bare


def measure_proximity(bench: Bench) -> Iterator[Line]:
    """A fix in the middle of a walk, against a route that reads the same body and does nothing."""
    for name, env in (("with our access log", READ_ONLY), ("neither logs", SILENT)):
        bench.tell(f"Proximity, {name}")
        nothing = bench.bare("build_doing_nothing", "/ready", {})
        with bench.ours(env) as ours, nothing as reference:
            ask = _middle_of_a_walk(ours)
            if ask.answer(reference)[1] != b'{"ok":true}':
                raise RuntimeError("the route that does nothing does something")
            made = bench.compare((ours, ask), (reference, ask))
        what = f"proximity, 10 zones, 4 stops heard, {name}, against a FastAPI route doing nothing"
        yield _line(what, made, PROXIMITY_GOAL)


def _middle_of_a_walk(server: Server) -> Ask:
    """Walk to four stops and hear them; then the fix one second later."""
    progress, at = None, NOON
    heard: list[str] = []
    for place in places()[:4]:
        at += timedelta(minutes=5)
        fixes = [_fix(place.lon, place.lat, at + timedelta(seconds=n)) for n in range(40)]
        at += timedelta(seconds=39)
        answer = _told(server, {"fixes": fixes, "progress": progress, "heard": heard})
        progress = answer["progress"]
        heard = [event["stop"] for event in answer["events"] if event["type"] == "play"]
        if len(heard) != 1:
            raise RuntimeError(f"a stop was not heard: {answer['events']}")
    progress = _told(server, {"fixes": [], "progress": progress, "heard": heard})["progress"]
    fix = _fix(place.lon + 0.00001, place.lat, at + timedelta(seconds=1))
    body = json.dumps({"fixes": [fix], "progress": progress}).encode()
    ask = _post(body)
    told = json.loads(ask.answer(server)[1])
    if told["next"]["stop"] != "etape-5" or told["progress"] == progress:
        raise RuntimeError(f"the walk does not go on: {told}")
    return ask


def _fix(lon: float, lat: float, at: datetime) -> dict[str, object]:
    return {"lon": lon, "lat": lat, "accuracy_m": 8, "at": at.isoformat().replace("+00:00", "Z")}


def _post(body: bytes) -> Ask:
    return Ask("POST", f"{LEGEND}/proximity", {"Content-Type": "application/json"}, body)


def _told(server: Server, body: object) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(_post(json.dumps(body).encode()).answer(server)[1])
    return told


def measure_near(bench: Bench) -> Iterator[Line]:
    """What is near me: our answer against tipg's over PostGIS, all of it on one core."""
    programs = find_programs()
    if programs is None:
        yield _left_out("no PostGIS here: apt-get install postgresql-postgis")
        return
    try:
        python = install_tipg(bench.kept / "tipg")
    except subprocess.CalledProcessError:
        yield _left_out("tipg cannot be installed here")
        return
    box = "0.898,48.259,0.938,48.281"
    asked = f"/collections/public.stops/items?bbox={box}&limit=10"
    for name, headers in (("compressed", BROWSER), ("not compressed", PLAIN)):
        bench.tell(f"Near me, {name}")
        ask = Ask("GET", NEAR, headers)
        theirs = Ask("GET", asked, headers)
        with stops_in_postgis(programs) as url:
            tipg = Server(
                [str(python), str(LAUNCH), "tipg.main:app", "{port}"],
                "/healthz",
                bench.folder / "tipg.log",
                {"DATABASE_URL": url},
            )
            with bench.ours() as ours, tipg as reference:
                legends = len(json.loads(Ask("GET", ask.path).answer(ours)[1])["legends"])
                stops = len(json.loads(Ask("GET", asked).answer(reference)[1])["features"])
                made = bench.compare((ours, ask), (reference, theirs))
        what = (
            f"`GET /v1/legends?near=`, {legends} legends, {name}, against tipg with {stops} stops"
        )
        yield _line(what, made, NEAR_GOAL, by_processor=False)  # PostGIS works for tipg


def _left_out(reason: str) -> Line:
    return Line("`GET /v1/legends?near=` against tipg", reason, f"≥ {NEAR_GOAL:g} times", "", None)


def _line(what: str, made: Compared, goal: float, *, by_processor: bool = True) -> Line:
    digits = 1 if goal > 1 else 2
    processor = f"; by processor time {made.cpu_ratio:.2f}" if by_processor else ""
    low, high = min(made.ratios), max(made.ratios)
    return Line(
        what=what,
        measured=f"{made.subject:,.0f} against {made.reference:,.0f} a second",
        goal=f"≥ {goal:g} times",
        value=f"{made.ratio:.{digits}f} ({low:.{digits}f}–{high:.{digits}f}){processor}",
        met=made.ratio >= goal,
    )


def measure_footprint(bench: Bench) -> Iterator[Line]:
    """Memory after serving for a while, and the time from the start to the first answer."""
    thread = {"ODYSSEE_WORKER": "thread"}
    for name, env, goal in (("no worker", READ_ONLY, READER_MB), ("a worker", thread, WORKER_MB)):
        bench.tell(f"Footprint, {name}")
        resident, started = _footprint(bench, env)
        yield Line(
            what=f"`odyssee serve`, folder store, {name}: resident after serving",
            measured=f"{resident:.0f} MB",
            goal=f"≤ {goal} MB",
            value=f"{resident / goal:.2f} of it",
            met=resident <= goal,
        )
        median = statistics.median(started)
        yield Line(
            what=f"`odyssee serve`, folder store, {name}: start to first answer",
            measured=f"{median:.2f} s ({min(started):.2f}–{max(started):.2f})",
            goal=f"≤ {START_S:g} s",
            value=f"{median / START_S:.2f} of it",
            met=median <= START_S,
        )


def _footprint(bench: Bench, env: Mapping[str, str]) -> tuple[float, list[float]]:
    started = []
    for _ in range(bench.starts):
        with bench.ours(env) as server:
            started.append(server.first_answer_s)
            bench.tell(f"  first answer after {server.first_answer_s:.2f} s")
    with bench.ours(env) as server:
        walk = _middle_of_a_walk(server)
        reads = [Ask("GET", path, BROWSER) for path in (LEGEND, NEAR, "/")]
        for ask in (*reads, walk):
            answers_per_second(server, ask, bench.rhythm.warm_up_s, bench.folder)
        resident = server.resident_mb()
    bench.tell(f"  {resident:.0f} MB resident")
    return resident, started


CASES: dict[str, Callable[[Bench], Iterator[Line]]] = {
    "legend": measure_legend,
    "proximity": measure_proximity,
    "near": measure_near,
    "footprint": measure_footprint,
}
"""What can be measured, by name."""
