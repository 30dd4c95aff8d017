"""Hurt kiosks for long, and write what came of it: `torture.py [--share 0.1]`."""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))  # the campaigns of the tests, with larger numbers

from kiosk_campaigns import (  # noqa: E402 - needs the path above
    CALLS,
    ERRNOS,
    Tally,
    cut_power,
    fuzz,
    inject,
    kill_at_random,
)
from kiosk_faults import ROUGH  # noqa: E402 - as above
from kiosk_mutations import mutate  # noqa: E402 - as above
from kiosk_territory import Territory, make_territory  # noqa: E402 - as above
from serving.machine import describe  # noqa: E402 - as above

RESULTS = ROOT / "benchmarks" / "results" / "torture.md"

HEAD = """# Torture

Written by `make torture` (`benchmarks/torture.py`). After every hurt all that the kiosk serves is
read and hashed: it must be the old publication or the new one, whole, and the next good
synchronisation must bring the new one. “Control” rows leave out what protects, and have to fail.

"""


class Row(NamedTuple):
    """One campaign."""

    what: str
    goal: str
    found: str
    met: bool
    seconds: float


def main(words: Sequence[str]) -> int:
    """Run every campaign; the exit code tells whether one failed."""
    asked = _parser().parse_args(words)
    machine = describe("", [])[:4]
    rows = []
    with tempfile.TemporaryDirectory(prefix="odyssee-torture-") as folder:
        territory = make_territory(Path(folder) / "territory", revisions=6)
        for number, (name, run) in enumerate(_campaigns(territory, asked.share)):
            place = Path(folder) / f"campaign-{number}"
            place.mkdir()
            began = time.monotonic()
            row = run(place)
            rows.append(row._replace(what=name, seconds=time.monotonic() - began))
            sys.stderr.write(f"{name}: {row.found} {'met' if row.met else 'MISSED'}\n")
            sys.stderr.flush()
    machine.append(f"Share of the full numbers: {asked.share:g}")
    page = HEAD + "".join(f"- {line}\n" for line in machine)
    page += "\n| campaign | goal | result | verdict | time |\n|---|---|---|---|---|\n"
    for row in rows:
        verdict = "met" if row.met else "**missed**"
        page += f"| {row.what} | {row.goal} | {row.found} | {verdict} | {row.seconds:.0f} s |\n"
    sys.stdout.write(page)
    if asked.share >= 1 or asked.output:
        (asked.output or RESULTS).write_text(page)
    return 0 if all(row.met for row in rows) else 1


def _campaigns(territory: Territory, share: float) -> list[tuple[str, Callable[[Path], Row]]]:
    def many(count: int) -> int:
        return max(2, round(count * share))

    def erring(errno: str, moments: list[tuple[str, int]]) -> Callable[[Path], Row]:
        return lambda place: _whole(inject(place, territory, moments, f"error={errno}"))

    chance = random.Random(7)  # noqa: S311 - chance that can be repeated
    kills = [(CALLS[n % len(CALLS)], 1 + n // len(CALLS)) for n in range(many(300))]
    errors = [(chance.choice(CALLS), chance.randint(1, 60)) for _ in range(max(4, many(300)))]
    rough = "3 % 503, 3 % dropped, 10 % truncated, 5 % flipped, 10 % without Range"
    return [
        ("SIGKILL at random", lambda p: _killed(kill_at_random(p, territory, many(500)), 1.10)),
        (
            f"the same on a rough line ({rough})",
            lambda p: _killed(kill_at_random(p, territory, many(500), ROUGH), 1.20),
        ),
        (
            f"SIGKILL at the n-th {', '.join(CALLS)}",
            lambda p: _whole(inject(p, territory, kills, "signal=KILL")),
        ),
        *(
            (f"{errno} at a system call", erring(errno, errors[number :: len(ERRNOS)]))
            for number, errno in enumerate(ERRNOS)
        ),
        ("power cut", lambda p: _whole(cut_power(p, territory, many(200)))),
        (
            "control: power cut without a word to the disk",
            lambda p: _control(cut_power(p, territory, many(40), syncs=False)),
        ),
        ("changed metadata", lambda p: _whole(fuzz(p, territory, many(10_000), mutate))),
    ]


def _killed(tally: Tally, most: float) -> Row:
    found = f"{tally.hurt} killed of {tally.runs} runs, {tally.corrupt} corrupt, "
    found += f"{tally.ratio:.2f} bytes fetched for a useful one"
    met = not (tally.corrupt or tally.unrecovered) and tally.ratio <= most
    return Row("", f"0 corrupt, ≤ {most:.2f}", found, met, 0.0)


def _whole(tally: Tally) -> Row:
    found = f"{tally.runs} runs, {tally.hurt} hurt, {tally.corrupt} corrupt, "
    found += f"{tally.unrecovered} not recovered, {tally.untold} ended without a word"
    met = not (tally.corrupt or tally.unrecovered or tally.untold)
    return Row("", "0 corrupt, all recovered, all told", found, met, 0)


def _control(tally: Tally) -> Row:
    found = f"{tally.corrupt} of {tally.runs} corrupt"
    return Row("", "corrupt in half or more", found, 2 * tally.corrupt >= tally.runs, 0.0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of the full numbers (1)")
    parser.add_argument("--output", type=Path, help="write the page there")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
