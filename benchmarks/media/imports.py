"""The six legends from nothing, and again when nothing changed, by the command itself."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from media.clock import Cost, cost_of, on_cores
from media.table import Line

CORES = 2
MAX_FULL_S = 300.0
MAX_UNCHANGED_S = 3.0
ROUNDS = 5
"""Of the import where nothing changed; the first, which makes everything, is done once."""
_QUICK = "legendes/marcou"


def measure(contents: Path, *, quick: bool) -> Iterator[Line]:
    """The process pool takes what it may, here two cores; quick: one legend, and two rounds."""
    folder, what = (contents / _QUICK, "one legend") if quick else (contents, "six legends")
    with tempfile.TemporaryDirectory(prefix="odyssee-bench-") as home, on_cores(CORES):
        full = cost_of(lambda: _import(folder, Path(home)))
        again = [
            cost_of(lambda: _import(folder, Path(home))) for _ in range(2 if quick else ROUNDS)
        ]
    yield _line(f"{what} imported from nothing", full, None if quick else MAX_FULL_S)
    middle = Cost(median(cost.wall_s for cost in again), median(cost.cpu_s for cost in again))
    yield _line(
        f"{what} imported again, unchanged, median of {len(again)}", middle, MAX_UNCHANGED_S
    )


def _import(folder: Path, home: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "odyssee", "import", str(folder)],
        env=os.environ | {"ODYSSEE_HOME": str(home), "ODYSSEE_ENCODERS": str(CORES)},
        check=True,
        capture_output=True,
    )


def _line(what: str, cost: Cost, most_s: float | None) -> Line:
    told = f"{cost.wall_s:.1f} s by the wall, {cost.cpu_s:.1f} s of processor time"
    goal = f"≤ {most_s:.0f} s by the wall" if most_s else ""
    return Line(what, goal, told, cost.wall_s <= most_s if most_s else None)
