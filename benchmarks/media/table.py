"""The table of what was measured, with the machine's description."""

from collections.abc import Sequence
from dataclasses import dataclass

HEAD = """\
# Media

Written by `benchmarks/media.py`. A ratio is the median over pairs of runs made in turn on the
same core; lowest and highest pair in brackets. “Times real time” is the length of the sound over
the processor time of this process and of all that it started, and over the time of the wall. Where
other work shared the machine (see the load), only the processor time means something, and it is
longer than on a quiet one: neighbours take the caches and half of a core with two threads. So
the speeds are those of the least disturbed of five tries, for each story and part. “Heard once
more”: with every published form decoded and measured again, as the product does. The goal was set
after bare commands that did not, and reached 57; it is held against both.
"""


@dataclass(frozen=True)
class Line:
    """What was measured, its goal, and whether it is met."""

    what: str
    goal: str
    """Empty where there is none."""
    value: str
    met: bool | None
    """Null: no goal."""

    @property
    def verdict(self) -> str:
        """In one word."""
        return {True: "met", False: "**missed**", None: ""}[self.met]


def to_markdown(lines: Sequence[Line], machine: Sequence[str]) -> str:
    """The page that is kept under `benchmarks/results/`."""
    rows = [f"| {line.what} | {line.goal} | {line.value} | {line.verdict} |" for line in lines]
    facts = [f"- {fact}" for fact in machine]
    head = ["| what | goal | result | verdict |", "|---|---|---|---|"]
    return "\n".join([HEAD, *facts, "", *head, *rows, ""])
