"""Measure where and when stories start, by our rule and by three others, and write the tables.

And how often a client without an engine has to ask, and how long others wait for it.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from serving.machine import describe
from triggering.cells import Cell, Part, recorded, simulated
from triggering.goals import judge_goals
from triggering.recorded import are_there
from triggering.report import goals_to_text, pooled, to_json, to_markdown, to_text
from triggering.running import RULES, measure
from triggering.speed import time_all
from triggering.thin import ask_asleep, judge_asleep
from triggering.thousand import time_walks
from triggering.timing import Timing
from triggering.waiting import time_waiting

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "triggers.md"
SHARED = "ODYSSEE_SHARED_DATA"
SEED = 1


def main(words: Sequence[str]) -> int:
    """Measure, print, write; a goal that is missed is told, and fails nothing by itself."""
    asked = _parser().parse_args(words)
    machine = describe("this process")[:-1]  # nobody sends requests
    cells = _cells(asked)
    rows, single = pooled(measure(cells, asked.rule or list(RULES), asked.jobs))
    thin = ask_asleep(asked.seed, asked.jobs, quick=asked.quick) if _wants(asked, "thin") else []
    timings: list[Timing] = []
    if _wants(asked, "speed"):
        timings = [*time_all(), time_walks(quick=asked.quick), *time_waiting()]
    verdicts = list(judge_goals({name: tallies for _, name, tallies in rows}))
    verdicts += judge_asleep(thin)
    print(to_text(rows))
    print(goals_to_text(verdicts, thin, timings))
    whole = not (asked.quick or asked.only or asked.rule) and any(
        c.part == "recorded" for c in cells
    )
    output = asked.output or (RESULTS if whole else None)
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(to_markdown(rows, single, verdicts, thin, timings, machine))
    if asked.json is not None:
        asked.json.write_text(json.dumps(to_json(rows, single, thin, timings), indent=1))
    missed = sum(not verdict.met for verdict in verdicts)
    missed += sum(timing.met is False for timing in timings)
    _say(f"{missed} goals missed.")
    return 0


def _cells(asked: argparse.Namespace) -> list[Cell]:
    folder = asked.traces
    cells = simulated(asked.seed, quick=asked.quick)
    if folder is not None and are_there(folder):
        cells += recorded(folder, quick=asked.quick)
    elif not set(asked.only or ["recorded"]).isdisjoint({"recorded", "aligned", "still"}):
        _say(f"Left out: recorded phones, for want of the traces ({SHARED} names their folder).")
    return [cell for cell in cells if not asked.only or cell.part in asked.only]


def _wants(asked: argparse.Namespace, part: str) -> bool:
    return not asked.only or part in asked.only


def _parser() -> argparse.ArgumentParser:
    parts = [*get_args(Part), "thin", "speed"]
    shared = os.environ.get(SHARED)
    traces = Path(shared) / "traces" if shared else None
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few walks; writes no table")
    parser.add_argument("--jobs", type=int, default=1, help="processes (1)")
    parser.add_argument("--only", action="append", choices=parts, help="may be repeated")
    parser.add_argument("--rule", action="append", choices=list(RULES), help="may be repeated")
    parser.add_argument("--seed", type=int, default=SEED, help=f"of the simulated walks ({SEED})")
    parser.add_argument("--traces", type=Path, default=traces, help="folder of recorded phones")
    parser.add_argument("--output", type=Path, help="write the tables there, as Markdown")
    parser.add_argument("--json", type=Path, help="write every count there")
    return parser


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
