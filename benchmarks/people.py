"""Measure what the doors cost and write the table: `people.py [--quick]`."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from entering.authorising import measure_authorisation
from entering.signing import CROWD, measure_sign_ins
from entering.staff import hire
from postgis import find_programs
from serving.machine import calibrate_s, describe
from serving.postgis import running_postgis
from serving.report import Line, to_markdown

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "people.md"
HOW = """\
Written by `make bench`. Sign-ins are those of a real `odyssee serve` on SQLite, pinned to one
core; memory is the growth of its peak over what was resident before. What knowing the caller adds
is measured in one process on one core, with and without in turn: times are those of the fastest
rounds, the ratio is the median over the rounds, lowest and highest in brackets."""
NOTES = """\
Without: the same application and the same route, everybody taken for somebody known; the rest, the
reading of the database too, is the same. PostGIS is reached by a socket of the same machine.
"""


def main(words: Sequence[str]) -> int:
    """Measure, print, write; a goal that is missed is told, and fails nothing by itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds; writes no table")
    parser.add_argument("--output", type=Path, help="write the table there")
    asked = parser.parse_args(words)
    machine = describe("this process")[:-1]
    loop = f"Calibration: 10^6 multiplications and additions in {calibrate_s() * 1e3:.1f} ms"
    if os.sched_getscheduler(0) == os.SCHED_FIFO:
        loop += "; at real-time priority, before whatever else ran (`chrt -f 10`)"
    lines = []
    for line in _measure(*((5, 50, 6) if asked.quick else (21, 200, 25))):
        lines.append(line)
        print(f"{line.what}: {line.measured}, {line.value}, {line.verdict}", file=sys.stderr)
    page = to_markdown(lines, [*machine, loop], NOTES, title="People and doors", how=HOW)
    print(page)
    if asked.output is not None or not asked.quick:
        (asked.output or RESULTS).write_text(page)
    return 0


def _measure(rounds: int, each: int, times: int) -> Iterator[Line]:
    with tempfile.TemporaryDirectory(prefix="odyssee-bench-") as folder:
        home = Path(folder)
        staff = hire(home, CROWD)
        yield from measure_sign_ins(home, staff, times)
        yield from measure_authorisation("SQLite", staff, rounds, each)
        programs = find_programs()
        if programs is None:
            missing = "no PostGIS here: apt-get install postgresql-postgis"
            yield Line("added by knowing who asks, on PostGIS", missing, "≤ 0.2 ms", "", None)
            return
        with running_postgis(programs) as server:
            yield from measure_authorisation(
                "PostGIS", hire(home / "postgis", 1, server.url), rounds, each
            )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
