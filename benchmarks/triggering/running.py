"""Every rule on every walk, the same fixes for all, in one process or several."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import starmap

from triggering.cells import Cell
from triggering.course import Enter, Walk
from triggering.measures import Tally, judge
from triggering.ours import KNOWS_ROUTES, ours
from triggering.thresholds import bare, with_accuracy
from triggering.written import as_written

Rule = Callable[[Walk], list[Enter]]
Tallies = dict[str, tuple[Tally, Tally]]
"""By rule: each stop played once; every enter."""

BARE, WITH_ACCURACY, WRITTEN, OURS = "d < R", "d <= R + accuracy", "as written", "ours"
TRACED = "ours, route traced"
RULES: dict[str, Rule] = {
    BARE: bare,
    WITH_ACCURACY: with_accuracy,
    WRITTEN: as_written,
    OURS: ours,
}
if KNOWS_ROUTES:
    RULES[TRACED] = partial(ours, drawing="traced")


def measure(
    cells: Sequence[Cell], rules: Sequence[str], jobs: int
) -> Iterator[tuple[Cell, Tallies]]:
    """The cells with their tallies, in their order, each as soon as it is complete."""
    tasks = [(cell, chunk, tuple(rules)) for cell in cells for chunk in cell.chunks()]
    if jobs <= 1:
        yield from _gather(cells, starmap(_measure_chunk, tasks))
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from _gather(cells, pool.map(_measure_task, tasks))


def _measure_task(task: tuple[Cell, int, tuple[str, ...]]) -> Tallies:
    return _measure_chunk(*task)


def _measure_chunk(cell: Cell, chunk: int, rules: tuple[str, ...]) -> Tallies:
    tallies: Tallies = {rule: (Tally(), Tally()) for rule in rules}
    for walk in cell.walks(chunk):
        for rule, tally in tallies.items():
            _add(tally, judge(walk, RULES[rule](walk)))
    return tallies


def _gather(cells: Sequence[Cell], parts: Iterable[Tallies]) -> Iterator[tuple[Cell, Tallies]]:
    coming = iter(parts)
    for cell in cells:
        whole: Tallies = {}
        for _ in cell.chunks():
            add_all(whole, next(coming))
        print(f"  {cell.name} {cell.record}".rstrip(), file=sys.stderr, flush=True)
        yield cell, whole


def add_all(whole: Tallies, part: Tallies) -> None:
    """Count the tallies of some walks in."""
    for rule, tallies in part.items():
        _add(whole.setdefault(rule, (Tally(), Tally())), tallies)


def _add(whole: tuple[Tally, Tally], part: tuple[Tally, Tally]) -> None:
    for so_far, more in zip(whole, part, strict=True):
        so_far.add(more)
