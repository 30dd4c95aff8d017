"""Measure what media cost and write the table: `media.py [--quick] [--only NAME]`."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from media import imports, pictures, sound
from media.table import Line, to_markdown
from serving.machine import describe

from odyssee.media.ffmpeg import find_ffmpeg

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "media.md"
CASES = {
    "imports": imports.measure,
    "sound": sound.measure,
    "pictures": pictures.measure,
}


def main(words: Sequence[str]) -> int:
    """Measure, print, write; a goal that is missed is told, and fails nothing by itself."""
    asked = _parser().parse_args(words)
    machine = [*describe("", [])[:4], f"ffmpeg: {_version()}"]
    lines: list[Line] = []
    for name in asked.only or CASES:
        for line in CASES[name](ROOT / "contenus", quick=asked.quick):
            lines.append(line)
            print(f"{line.what}: {line.value} {line.verdict}", file=sys.stderr, flush=True)
    page = to_markdown(lines, machine)
    print(page)
    output = asked.output or (None if asked.quick or asked.only else RESULTS)
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(page)
    print(f"{sum(line.met is False for line in lines)} goals missed.", file=sys.stderr)
    return 0


def _version() -> str:
    shown = subprocess.run([find_ffmpeg(), "-version"], capture_output=True, check=True, text=True)
    return shown.stdout.split()[2]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short pair; writes no table")
    parser.add_argument("--only", action="append", choices=sorted(CASES), help="may be repeated")
    parser.add_argument("--output", type=Path, help="write the table there")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
