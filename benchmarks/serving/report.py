"""The table of what was measured, with the machine's description."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One goal, what was measured, and whether it is met."""

    what: str
    measured: str
    goal: str
    value: str
    met: bool | None
    """Null: it could not be measured here."""

    @property
    def verdict(self) -> str:
        """In one word."""
        return {True: "met", False: "**missed**", None: "**not measured**"}[self.met]


HOW = """\
Written by `make bench`. A ratio is the median over pairs of runs made in turn, one
server after the other on the same pinned core; lowest and highest pair in brackets."""


def to_markdown(
    lines: Sequence[Line],
    machine: Sequence[str],
    notes: str,
    *,
    title: str = "Serving",
    how: str = HOW,
) -> str:
    """The page that is kept under `benchmarks/results/`."""
    rows = [
        f"| {line.what} | {line.measured} | {line.goal} | {line.value} | {line.verdict} |"
        for line in lines
    ]
    return "\n".join(
        [
            f"# {title}",
            "",
            how,
            "",
            *(f"- {fact}" for fact in machine),
            "",
            "| what | measured | goal | result | verdict |",
            "|---|---|---|---|---|",
            *rows,
            "",
            notes,
        ]
    )
