"""How often those ask who sleep by `next_check`, clients without an engine, and how late it is.

Both are described in docs/how-to/use-the-api.md. One collects positions and posts them all, so
that it hears what it would hear if it never slept, only later. The other lets its receiver rest.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import starmap

import numpy as np
from thin_client import Post, posts, posts_at_rest

from odyssee.domain.proximity import Fix, Trail
from triggering.cells import SIGMAS_M
from triggering.course import Enter, Walk
from triggering.goals import Verdict, verdict_of
from triggering.measures import Tally, judge
from triggering.ours import ours, to_fixes, trail_of
from triggering.phones import Phone, simulate
from triggering.world import APART_M, FAR_APART_M, Habit

WALKS, QUICK_WALKS = 100, 8
CALLS_GOAL, LATER_GOAL_S, GOAL_SIGMA_M = 150.0, 3.0, 5.0
COLLECTS, RESTS = "collects positions", "lets its receiver rest"
CLIENTS: dict[str, Callable[[Trail, Sequence[Fix]], Iterator[Post]]] = {
    COLLECTS: posts,
    RESTS: posts_at_rest,
}
HEAD = ("client", "calls an hour", "told late", "p95", "most", "missed", "false", "delay")


@dataclass
class Asked:
    """What one client did on some walks of one kind."""

    where: str
    sigma_m: float
    client: str
    calls: int = 0
    hours: float = 0.0
    late_s: list[float] = field(default_factory=list)
    """From the fix that decided an enter to the post that told it."""
    heard: Tally = field(default_factory=Tally)
    """Enters when they were told."""
    awake: Tally = field(default_factory=Tally)
    """Enters as told to a client that posts each position at once."""

    def take(self, walk: Walk) -> None:
        """Count a walk in. Its stops and decoys are one legend."""
        booklet, fixes = walk.course.booklets[0], to_fixes(walk.readings, walk.course)
        trail, enters = trail_of(walk.course, booklet), []
        for post in CLIENTS[self.client](trail, fixes):
            self.calls += 1
            for event in post.told.events:
                if event.type == "enter" and event.stop is not None:
                    place = booklet.places[trail.stop_index[event.stop]]
                    enters.append(Enter(place, post.at_s))
                    self.late_s.append(post.at_s - event.at_s)
        self.hours += (fixes[-1].at_s - fixes[0].at_s) / 3600.0
        self.heard.add(judge(walk, enters)[0])
        self.awake.add(judge(walk, ours(walk))[0])

    @property
    def calls_an_hour(self) -> float:
        """From the first position to the last."""
        return self.calls / self.hours

    def late(self, percentile: float) -> float:
        """Seconds."""
        return float(np.percentile(self.late_s, percentile))


def ask_asleep(seed: int, jobs: int, *, quick: bool) -> list[Asked]:
    """Every row: near stops and far ones, good phones and bad ones, both clients."""
    count = QUICK_WALKS if quick else WALKS
    tasks = [
        (apart_m, sigma_m, client, seed, count)
        for apart_m in (APART_M, FAR_APART_M)
        for sigma_m in SIGMAS_M
        for client in CLIENTS
    ]
    if jobs <= 1:
        return list(starmap(_ask, tasks))
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(_ask_task, tasks))


def _ask_task(task: tuple[float, float, str, int, int]) -> Asked:
    return _ask(*task)


def _ask(apart_m: float, sigma_m: float, client: str, seed: int, count: int) -> Asked:
    where = f"stops {apart_m:g} m apart, sigma {sigma_m:g} m"
    asked = Asked(where, sigma_m, client)
    for number in range(count):
        asked.take(simulate(Phone(sigma_m), Habit(apart_m=apart_m), seed, number))
    return asked


def judge_asleep(rows: Sequence[Asked]) -> Iterator[Verdict]:
    """The goals, on good phones, of the client that hears the same as if it never slept."""
    for row in rows:
        if row.sigma_m == GOAL_SIGMA_M and row.client == COLLECTS:
            what = f"asleep by `next_check`, {row.client}, {row.where}"
            yield verdict_of(f"{what}: calls an hour", row.calls_an_hour, CALLS_GOAL, "")
            yield verdict_of(f"{what}: told late, most", row.late(100), LATER_GOAL_S, "s")


def to_cells(row: Asked) -> list[str]:
    """As `HEAD` says; in brackets what a client hears that never sleeps."""
    heard, awake = row.heard, row.awake
    return [
        row.client,
        f"{row.calls_an_hour:.0f}",
        *(f"{row.late(percentile):.0f} s" for percentile in (50, 95, 100)),
        f"{heard.missed_percent:.2f} ({awake.missed_percent:.2f}) %",
        f"{heard.false_percent:.2f} ({awake.false_percent:.2f}) %",
        f"{heard.delay_s(50):+.0f} ({awake.delay_s(50):+.0f}) s",
    ]
