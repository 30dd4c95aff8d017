"""Two clocks: of the wall, and of the processor with that of every process that ended."""

import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple


class Cost(NamedTuple):
    """What a deed took."""

    wall_s: float
    cpu_s: float
    """Of this process and of its children."""


def cost_of(deed: Callable[[], object]) -> Cost:
    """Do it once, and tell what it took."""
    wall_s, cpu_s = time.perf_counter(), _cpu_s()
    deed()
    return Cost(time.perf_counter() - wall_s, _cpu_s() - cpu_s)


def plus(one: Cost, other: Cost) -> Cost:
    """What both took."""
    return Cost(one.wall_s + other.wall_s, one.cpu_s + other.cpu_s)


def less(whole: Cost, part: Cost) -> Cost:
    """What the rest took."""
    return Cost(whole.wall_s - part.wall_s, whole.cpu_s - part.cpu_s)


@contextmanager
def on_cores(count: int) -> Iterator[None]:
    """Keep this process, and every process it starts, on so many cores meanwhile."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, set(sorted(before)[:count]))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def stay_on_one_core() -> None:
    """Keep this process, and every process it starts, on the last core of this machine."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _cpu_s() -> float:
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(who) for who in whose]
    return sum(each.ru_utime + each.ru_stime for each in used)
