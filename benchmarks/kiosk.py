"""Measure a kiosk: against plain curl, with nothing new, with one object of 600 changed.

`kiosk.py [--quick]`; the rest of what is asked of it is in `torture.py`.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))  # territories as the tests make them

from kiosk_faults import Station, serving  # noqa: E402 - needs the path above
from kiosk_territory import Territory, make_territory  # noqa: E402 - as above
from serving.machine import describe  # noqa: E402 - as above
from serving.processes import Server  # noqa: E402 - as above

from odyssee.actions.syncing import Outcome, Syncing, sync  # noqa: E402 - as above
from odyssee.domain.syncing import EVERYTHING  # noqa: E402 - as above
from odyssee.files.kiosk_folder import KioskFolder  # noqa: E402 - as above
from odyssee.files.sources import HttpSource  # noqa: E402 - as above

RESULTS = ROOT / "benchmarks" / "results" / "kiosk.md"
HEAD = """# Kiosk

Written by `benchmarks/kiosk.py`. Ratios are medians over pairs of runs made in turn; lowest and
highest pair in brackets.

"""


class Line(NamedTuple):
    """One row of the table."""

    what: str
    goal: str
    value: str
    met: bool | None


def main(words: Sequence[str]) -> int:
    """Measure, print, write; a goal that is missed is told, and fails nothing by itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything; writes no table")
    quick = parser.parse_args(words).quick
    machine = describe("the server, and the kiosk beside it", [])[:4]
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="odyssee-bench-") as folder:
        for measure in (_against_curl, _nothing_new, _one_of_600):
            for line in measure(Path(folder) / measure.__name__, quick=quick):
                lines.append(line)
                sys.stderr.write(f"{line.what}: {line.value}\n")
    page = HEAD + "".join(f"- {told}\n" for told in machine)
    page += "\n| what | goal | result | verdict |\n|---|---|---|---|\n"
    for line in lines:
        verdict = {True: "met", False: "**missed**", None: ""}[line.met]
        page += f"| {line.what} | {line.goal} | {line.value} | {verdict} |\n"
    sys.stdout.write(page)
    if not quick:
        RESULTS.write_text(page)
    return 0


def _bring(folder: Path, url: str, root: bytes | None) -> Outcome:
    return sync(
        Syncing(
            folder=KioskFolder(folder),
            source=HttpSource(url),
            profile=EVERYTHING,
            now=datetime.now(UTC),
            root=root,
            reserve_bytes=0,
        )
    )


def _made(folder: Path, **options: int) -> Territory:
    return make_territory(folder / "made", at=datetime.now(UTC) - timedelta(hours=1), **options)


def _serve(folder: Path, published: Path, *arguments: str) -> Server:
    command = [str(Path(sys.executable).with_name("odyssee")), *arguments, "--port", "{port}"]
    settings = {
        "ODYSSEE_HOME": str(folder / "server"),
        "ODYSSEE_STORE_URL": published.as_uri(),
        "ODYSSEE_WORKER": "none",
        "ODYSSEE_ADMIN": "off",
    }
    return Server(command, "/readyz", folder / "server.log", settings)


def _against_curl(folder: Path, *, quick: bool) -> Iterator[Line]:
    """A territory of 60 MB in 120 objects, from the real server over loopback."""
    territory = _made(folder, revisions=1, objects=12 if quick else 120, size_bytes=660_000)
    needed = territory.objects[0]
    ratios = []
    with _serve(folder, territory.revisions[0], "serve") as server:
        url = f"http://127.0.0.1:{server.port}"
        for _ in range(2 if quick else 7):
            curl_s = _curl(folder / "curl", url, sorted(needed))
            began = time.perf_counter()
            outcome = _bring(folder / "kiosk", url, territory.root)
            kiosk_s = time.perf_counter() - began
            if outcome.result != "done":
                raise RuntimeError(outcome.detail)
            shutil.rmtree(folder / "kiosk")
            ratios.append(curl_s / kiosk_s)
    size_mb = sum(needed.values()) / 1e6
    told = f"{median(ratios):.2f} [{min(ratios):.2f}, {max(ratios):.2f}] ({size_mb:.0f} MB)"
    yield Line("speed of a whole synchronisation, curl is 1", "≥ 0.8", told, median(ratios) >= 0.8)
    yield from _serving(folder, territory)


def _curl(folder: Path, url: str, names: Sequence[str]) -> float:
    """Seconds of one curl that fetches them all over one connection."""
    folder.mkdir()
    listed = folder / "list"
    listed.write_text(
        "".join(f'url = "{url}/v1/objects/{n}"\noutput = "{folder}/{n}"\n' for n in names)
    )
    began = time.perf_counter()
    subprocess.run(["curl", "--silent", "--fail", "--config", str(listed)], check=True)
    taken = time.perf_counter() - began
    shutil.rmtree(folder)
    return taken


def _serving(folder: Path, territory: Territory) -> Iterator[Line]:
    """The kiosk's own server, after it answered everything once."""
    home = folder / "kiosk-home"
    with serving(Station(territory.revisions[0])) as station:
        _bring(home / "borne", station.url, territory.root)
    command = [str(Path(sys.executable).with_name("odyssee")), "kiosk", "serve", "--port", "{port}"]
    log = folder / "kiosk.log"
    with Server(command, "/readyz", log, {"ODYSSEE_HOME": str(home)}) as server:
        for path in ("/", "/v1/legends", "/v1/territory", "/v1/packs"):
            server.ask("GET", path)
        for name in sorted(territory.objects[0]):
            server.ask("GET", f"/v1/objects/{name}")
        resident_mb = server.resident_mb()
    yield Line(
        "memory of a kiosk's server", "≤ 120 MB", f"{resident_mb:.0f} MB", resident_mb <= 120
    )


def _nothing_new(folder: Path, *, quick: bool) -> Iterator[Line]:
    """What a kiosk asks all day."""
    territory = _made(folder, revisions=1, objects=600, changed=0, size_bytes=4_000)
    rounds = 20 if quick else 200
    with serving(Station(territory.revisions[0])) as station:
        _bring(folder / "borne", station.url, territory.root)
        _bring(folder / "borne", station.url, None)
        before = station.all_bytes
        source = HttpSource(station.url)
        asked = Syncing(
            folder=KioskFolder(folder / "borne"),
            source=source,
            profile=EVERYTHING,
            now=datetime.now(UTC),
            reserve_bytes=0,
        )
        began = time.thread_time()
        for _ in range(rounds):
            sync(asked)
        cpu_ms = (time.thread_time() - began) / rounds * 1000
        sent = (station.all_bytes - before) / rounds
    yield Line("nothing new: processor time", "≤ 3 ms", f"{cpu_ms:.1f} ms", cpu_ms <= 3)
    yield Line("nothing new: bytes", "≤ 369", f"{sent:.0f}", sent <= 369)


def _one_of_600(folder: Path, *, quick: bool) -> Iterator[Line]:
    """One object of 600 is another."""
    objects = 60 if quick else 600
    territory = _made(folder, revisions=2, objects=objects, changed=1, size_bytes=100_000)
    with serving(Station(territory.revisions[0])) as station:
        _bring(folder / "borne", station.url, territory.root)
        before, station.folder = station.all_bytes, territory.revisions[1]
        outcome = _bring(folder / "borne", station.url, None)
        moved = station.all_bytes - before
    manifest_bytes = max(p.stat().st_size for p in territory.revisions[1].glob("targets/packs/*"))
    beside = moved - outcome.fetched_bytes - manifest_bytes
    told = f"{outcome.fetched_bytes} changed + {manifest_bytes} manifest + {beside}"
    yield Line(
        "1 of 600 objects changed: bytes", "changed + 30 KB + manifest", told, beside <= 30_000
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
