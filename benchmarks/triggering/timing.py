"""One figure with its goal, and how to take time on a machine that does other things too."""

import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5
"""The best of so many is told: the others tell what else the machine did."""


@dataclass(frozen=True)
class Timing:
    """One thing timed or counted."""

    what: str
    value: float
    unit: str
    goal: float | None = None

    @property
    def met(self) -> bool | None:
        """Null where nothing is asked."""
        return None if self.goal is None else self.value <= self.goal


def best(work: Callable[[], object]) -> float:
    """Seconds that it takes when nothing disturbs it."""
    spans_s = []
    for _ in range(ROUNDS):
        began_s = time.perf_counter()
        work()
        spans_s.append(time.perf_counter() - began_s)
    return min(spans_s)
