"""Measure what serving costs and write the table: `run.py [--quick] [--only NAME]`."""

import argparse
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from serving.cases import CASES, Bench
from serving.load import GENERATOR
from serving.machine import describe
from serving.pairs import Rhythm
from serving.postgis import TIPG
from serving.report import Line, to_markdown

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "serving.md"
THOROUGH = Rhythm(pairs=7, seconds=3, warm_up_s=2)
QUICK = Rhythm(pairs=3, seconds=1, warm_up_s=1)

NOTES = """\
Both servers of a pair run under the same uvicorn settings (uvloop, httptools, uvicorn's own access
log off, as we ship it). Every answer is checked before it is measured, and an answer other than
200 stops the bench. “With our access log”: ours writes its log to a file, the reference none.

tipg answers `items` of a `bbox` of about 3 by 2.4 km with `limit=10`; its PostGIS runs on the same
core.
"""


def main(words: Sequence[str]) -> int:
    """Measure, print, write; a goal that is missed is told, and fails nothing by itself."""
    asked = _parser().parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end with us
    machine = describe(GENERATOR, [TIPG.replace("==", " ")])
    lines: list[Line] = []
    broken = []
    with _bench(asked.work, quick=asked.quick) as bench:
        for name in asked.only or CASES:
            try:
                for line in CASES[name](bench):
                    lines.append(line)
                    _say(f"  → {line.what}: {line.measured}, {line.value}, {line.verdict}")
            except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
                broken.append(f"{name} broke: {error}")
                _say(broken[-1])
    page = to_markdown(lines, machine, NOTES)
    print(page)
    if not broken and (asked.output is not None or not (asked.quick or asked.only)):
        output = asked.output or RESULTS
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(page)
    missed = sum(line.met is False for line in lines)
    unmeasured = sum(line.met is None for line in lines)
    _say(f"{len(lines)} goals: {missed} missed, {unmeasured} not measured, {len(broken)} broken.")
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three short pairs; writes no table")
    parser.add_argument("--only", action="append", choices=sorted(CASES), help="may be repeated")
    parser.add_argument("--output", type=Path, help="write the table there")
    parser.add_argument("--work", type=Path, default=ROOT / "var" / "bench", help="kept between")
    return parser


@contextmanager
def _bench(kept: Path, *, quick: bool) -> Iterator[Bench]:
    with tempfile.TemporaryDirectory(prefix="odyssee-bench-") as folder:
        rhythm, starts = (QUICK, 2) if quick else (THOROUGH, 7)
        bench = Bench(Path(folder), kept, rhythm, starts, _say)
        bench.prepare()
        yield bench


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
