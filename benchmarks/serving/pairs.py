"""Two servers in turn, so that what else the machine does hits both."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from serving.load import Ask, answers_per_second
from serving.processes import Server


@dataclass(frozen=True)
class Rhythm:
    """How long and how often is measured."""

    pairs: int
    seconds: float
    warm_up_s: float


@dataclass(frozen=True)
class Compared:
    """Answers a second of the subject and of its reference, and their ratio in each pair."""

    subject: float
    reference: float
    ratios: tuple[float, ...]
    cpu_ratio: float
    """Processor time an answer: the reference's over the subject's, both over the whole run."""

    @property
    def ratio(self) -> float:
        """The median of the pairs."""
        return statistics.median(self.ratios)


class _Side:
    def __init__(self, server: Server, ask: Ask) -> None:
        self.server = server
        self.ask = ask
        self.rates: list[float] = []
        self.cpu_s = 0.0
        self.answers = 0.0

    def run(self, seconds: float, folder: Path) -> None:
        before = self.server.cpu_s()
        rate = answers_per_second(self.server, self.ask, seconds, folder)
        self.cpu_s += self.server.cpu_s() - before
        self.answers += rate * seconds
        self.rates.append(rate)


def compare(
    subject: tuple[Server, Ask],
    reference: tuple[Server, Ask],
    rhythm: Rhythm,
    folder: Path,
    tell: Callable[[str], None],
) -> Compared:
    """Reference, subject, reference, subject …; the ratio is taken in each pair."""
    ours, theirs = _Side(*subject), _Side(*reference)
    for side in (theirs, ours):
        answers_per_second(side.server, side.ask, rhythm.warm_up_s, folder)
    for number in range(rhythm.pairs):
        order = (theirs, ours) if number % 2 == 0 else (ours, theirs)
        for side in order:
            side.run(rhythm.seconds, folder)
        tell(
            f"  {number + 1}/{rhythm.pairs}: {ours.rates[-1]:,.0f} against "
            f"{theirs.rates[-1]:,.0f} a second, {ours.rates[-1] / theirs.rates[-1]:.2f}"
        )
    return Compared(
        subject=statistics.median(ours.rates),
        reference=statistics.median(theirs.rates),
        ratios=tuple(a / b for a, b in zip(ours.rates, theirs.rates, strict=True)),
        cpu_ratio=(theirs.cpu_s / theirs.answers) / (ours.cpu_s / ours.answers),
    )
