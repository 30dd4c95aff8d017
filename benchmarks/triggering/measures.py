"""The judge: what was missed, false, doubled and late, as design/triggers.md, section 6 defines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import hypot

import numpy as np

from triggering.course import Enter, Walk

FALSE_RADII = 1.5
"""An enter so many radii from the centre is false."""
GOOD_RADII = 2.0
"""An enter must be nearer than this for its stop not to count as missed."""
GRACE_S = 30.0
"""How long after the true exit an enter still counts."""


@dataclass
class Tally:
    """Counts over walks; shares are made of them at the end."""

    walks: int = 0
    stops: int = 0
    """Truly entered while the phone was recording."""
    missed: int = 0
    enters: int = 0
    """Of stops and decoys."""
    false: int = 0
    decoys: int = 0
    decoys_fired: int = 0
    duplicates: int = 0
    """Enters of a place beyond the first, all walks together."""
    delays_s: list[float] = field(default_factory=list)
    """First good enter minus true entry."""

    def add(self, other: "Tally") -> None:
        """Count another tally in."""
        self.walks += other.walks
        self.stops += other.stops
        self.missed += other.missed
        self.enters += other.enters
        self.false += other.false
        self.decoys += other.decoys
        self.decoys_fired += other.decoys_fired
        self.duplicates += other.duplicates
        self.delays_s += other.delays_s

    @property
    def missed_percent(self) -> float:
        """Of the stops truly entered."""
        return _percent(self.missed, self.stops)

    @property
    def false_percent(self) -> float:
        """Of all enters, those of decoys included."""
        return _percent(self.false, self.enters)

    @property
    def decoy_percent(self) -> float:
        """Of the decoys, a walk."""
        return _percent(self.decoys_fired, self.decoys)

    @property
    def duplicates_a_walk(self) -> float:
        """Enters beyond the first."""
        return self.duplicates / self.walks if self.walks else float("nan")

    def delay_s(self, percentile: float) -> float:
        """NaN where nothing was entered in time."""
        return float(np.percentile(self.delays_s, percentile)) if self.delays_s else float("nan")


def _percent(part: int, whole: int) -> float:
    return 100.0 * part / whole if whole else float("nan")


def judge(walk: Walk, enters: Sequence[Enter]) -> tuple[Tally, Tally]:
    """Count a walk twice: each stop played once, at its first enter; and every enter."""
    firsts: dict[int, Enter] = {}
    for enter in enters:
        firsts.setdefault(enter.place, enter)
    return count(walk, list(firsts.values())), count(walk, enters)


def count(walk: Walk, enters: Sequence[Enter]) -> Tally:
    """Count these enters against the truth."""
    course = walk.course
    fired = {enter.place for enter in enters}
    off_m = [_off_m(walk, enter) for enter in enters]
    tally = Tally(
        walks=1,
        enters=len(enters),
        false=sum(far > FALSE_RADII * course.radius_m for far in off_m),
        decoys=int(course.is_decoy.sum()),
        decoys_fired=sum(bool(course.is_decoy[place]) for place in fired),
        duplicates=len(enters) - len(fired),
    )
    good: dict[int, float] = {}
    for enter, far in zip(enters, off_m, strict=True):
        visit = walk.visits[enter.place]
        if visit and far < GOOD_RADII * course.radius_m and enter.at_s <= visit[1] + GRACE_S:
            good.setdefault(enter.place, enter.at_s)
    for place in _visited(walk):
        tally.stops += 1
        if place in good:
            visit = walk.visits[place]
            assert visit is not None  # noqa: S101 - it was visited
            tally.delays_s.append(good[place] - visit[0])
        else:
            tally.missed += 1
    return tally


def _visited(walk: Walk) -> list[int]:
    """The stops truly entered, but for those passed before the phone recorded or after."""
    began_s, ended_s = walk.recorded_s
    return [
        place
        for place, visit in enumerate(walk.visits)
        if visit is not None
        and not walk.course.is_decoy[place]
        and visit[0] <= ended_s
        and visit[1] >= began_s
    ]


def _off_m(walk: Walk, enter: Enter) -> float:
    """How far the walker truly was from the centre of the place."""
    x, y = walk.track.place_at(enter.at_s)
    cx, cy = walk.course.places[enter.place]
    return hypot(x - float(cx), y - float(cy))
