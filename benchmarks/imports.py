"""Measure an import of 5,000 POIs from a Geotrek: seconds and memory, `imports.py [--quick]`.

The Geotrek is a real HTTP server in a process of its own, so that its memory is not counted; the
import is that of the desk, on SQLite, first with everything new and then with nothing new.
"""

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))  # rows as the tests make them

from flow_builders import open_desk  # noqa: E402 - needs the path above
from partner_builders import (  # noqa: E402 - as above
    Shared,
    a_car_park,
    a_poi,
    a_trek,
    partner_server,
)
from serving.machine import calibrate_s, describe  # noqa: E402 - as above
from serving.report import Line, to_markdown  # noqa: E402 - as above

from odyssee.actions.importing import import_from  # noqa: E402 - as above
from odyssee.domain.partners import Partner  # noqa: E402 - as above

RESULTS = ROOT / "benchmarks" / "results" / "imports.md"
GOAL_S, GOAL_MB = 20.0, 300.0
HOW = """\
Written by `make bench`. A real HTTP server in another process answers as a Geotrek does, 500 rows
a page; descriptions are 2,000 characters of HTML. Memory is the peak of the importing process."""


def main(words: Sequence[str]) -> int:
    """Measure, print, write; a goal that is missed is told, and fails nothing by itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="500 POIs; writes no table")
    asked = parser.parse_args(words)
    count = 500 if asked.quick else 5_000
    machine = describe("this process")[:-1]
    loop = f"Calibration: 10^6 multiplications and additions in {calibrate_s() * 1e3:.1f} ms"
    lines = _measure(count)
    page = to_markdown(lines, [*machine, loop], "", title="Imports", how=HOW)
    print(page)
    if not asked.quick:
        RESULTS.write_text(page.rstrip("\n") + "\n")
    return 0


def _measure(count: int) -> list[Line]:
    # Spawned and not forked: the server is to share no memory with the import.
    context = multiprocessing.get_context("spawn")
    told, over = context.SimpleQueue(), context.Event()
    server = context.Process(target=_serve, args=(count, told, over))
    server.start()
    try:
        return _import_twice(str(told.get()), count)
    finally:
        over.set()
        server.join()


def _import_twice(url: str, count: int) -> list[Line]:
    partner = Partner(kind="geotrek", name="rando", url=url)
    lines = []
    with tempfile.TemporaryDirectory(prefix="odyssee-bench-") as folder:
        tools = open_desk(Path(folder))
        desk = replace(tools.desk, partners=(partner,), asks_private=True)
        for what in ("all new", "nothing new"):
            began = time.perf_counter()
            report = import_from(replace(tools, curation=desk), "geotrek", "rando", by="bench")
            took_s = time.perf_counter() - began
            done = report.created if what == "all new" else report.unchanged
            if len(done) < count // 2 or report.problem_count:
                raise RuntimeError(f"{len(done)} rows, {report.problem_count} problems")
            told = f"{count} POIs, {what}"
            lines.append(_line("import from a Geotrek", told, took_s, GOAL_S, "s"))
        desk.db.close()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000
    lines.append(_line("peak memory of the import", f"{count} POIs", peak_mb, GOAL_MB, "MB"))
    return lines


def _line(what: str, measured: str, value: float, goal: float, unit: str) -> Line:
    return Line(what, measured, f"≤ {goal:.0f} {unit}", f"{value:.1f} {unit}", value <= goal)


def _serve(count: int, told: Any, over: Any) -> None:
    """Half of the POIs are services, half are sights along a trek."""
    long = {"fr": "<p>" + "Un étang sous les <b>chênes</b>. " * 60 + "</p>"}
    pois = [
        (a_car_park if number % 2 else a_poi)(
            number,
            description=long,
            geometry={"type": "Point", "coordinates": [0.8 + number / 20_000, 48.2, 120.0]},
        )
        for number in range(1, count + 1)
    ]
    collections = {
        "trek": [a_trek(number, name={"fr": f"Boucle {number}"}) for number in range(60)]
    }
    with partner_server(Shared(collections={**collections, "poi": pois})) as shared:
        told.put(shared.url)
        over.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
