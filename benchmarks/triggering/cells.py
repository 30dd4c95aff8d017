"""What is measured: every row of the table, as walks that can be made again in any process."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from triggering.course import Walk
from triggering.phones import Phone, simulate
from triggering.recorded import STILL, TRACES, Record, aligned, lying_still, read, walks
from triggering.world import Habit

Part = Literal["headline", "worlds", "phones", "recorded", "aligned", "still"]
SIGMAS_M = (5.0, 10.0, 20.0)
CHUNK = 25
"""Simulated walks that one process makes at a time."""
RADII_M = (25.0, 40.0)
SPARSE_S = (6.0, 15.0, 30.0)
STILL_AWAY_M = (0.0, 30.0, 45.0, 60.0)
PHASES = 6
"""Ways to thin a recorded walk, each starting a little later."""
QUICK_SHARE = 16
QUICK_PHASES = 2
QUICK_LAYOUT_STEP = 2


@dataclass(frozen=True)
class Simulated:
    """A phone in the simulated world."""

    part: Part
    name: str
    phone: Phone
    habit: Habit
    count: int
    seed: int
    record: str = ""
    """Nobody's."""

    def chunks(self) -> range:
        """Where each process begins."""
        return range(0, self.count, CHUNK)

    def walks(self, chunk: int) -> Iterator[Walk]:
        """The walks of a chunk."""
        for number in range(chunk, min(self.count, chunk + CHUNK)):
            yield simulate(self.phone, self.habit, self.seed, number)


@dataclass(frozen=True)
class Recorded:
    """A recorded phone on virtual stops."""

    part: Part
    name: str
    record: str
    """Whose; rows of one name are added up."""
    file: Path
    radius_m: float
    every_s: float
    """A fix each so many seconds at most; 0: as recorded."""
    phases: int
    step: int = 1
    """Of the walks, each so many-th."""
    away_m: float | None = None
    """Of the phone that did not move: how far from it the zone's centre lies."""

    def chunks(self) -> range:
        """One: they are few."""
        return range(1)

    def walks(self, _chunk: int) -> Iterator[Walk]:
        """All of them."""
        yield from islice(self._all(read(self.file)), None, None, self.step)

    def _all(self, record: Record) -> Iterator[Walk]:
        if self.away_m is not None:
            return lying_still(record, self.radius_m, self.away_m)
        if self.part == "aligned":
            record = aligned(record)
        return walks(record, self.radius_m, self.every_s, self.phases)


Cell = Simulated | Recorded


def simulated(seed: int, *, quick: bool) -> list[Cell]:
    """Section 6 of the design: the headline, then one thing changed at a time."""
    cells: list[Cell] = []

    def add(part: Part, name: str, phone: Phone, habit: Habit, count: int) -> None:
        walks_count = max(CHUNK, count // QUICK_SHARE) if quick else count
        full = f"{name}, sigma {phone.sigma_m:g} m"
        cells.append(Simulated(part, full, phone, habit, walks_count, seed))

    for sigma_m in SIGMAS_M:
        add("headline", "27 s, 1 Hz", Phone(sigma_m), Habit(), 1000)
    for name, habit in _worlds().items():
        for sigma_m in SIGMAS_M:
            add("worlds", name, Phone(sigma_m), habit, 200)
    for sigma_m in SIGMAS_M:
        for name, phone in _phones(sigma_m).items():
            add("phones", name, phone, Habit(), 200)
    return cells


def _worlds() -> dict[str, Habit]:
    return {
        "no pauses": Habit(pause_s=0),
        "decoys in another legend, all awake": Habit(decoys="apart"),
        "decoys among the stops": Habit(decoys="among"),
    }


def _phones(sigma_m: float) -> dict[str, Phone]:
    return {
        "correlation 1 s": Phone(sigma_m, correlation_s=1.0),
        "correlation 60 s": Phone(sigma_m, correlation_s=60.0),
        "a fix each 5 s": Phone(sigma_m, sampling_s=5),
        "a fix each 15 s": Phone(sigma_m, sampling_s=15),
        "bursts, 20 s on, 40 s off": Phone(sigma_m, bursts=True),
        "accuracy half the honest one": Phone(sigma_m, told_share=0.5),
    }


def recorded(folder: Path, *, quick: bool) -> list[Cell]:
    """The recorded phones: as recorded, thinned, and lying still."""
    phases, step = (QUICK_PHASES, QUICK_LAYOUT_STEP) if quick else (PHASES, 1)
    parts: tuple[Part, ...] = ("recorded", "aligned")
    cells: list[Cell] = [
        Recorded(part, name, trace, folder / file, radius_m, every_s, phases, step)
        for part in parts
        for radius_m, every_s, name in _ways(part)
        for trace, file in TRACES.items()
    ]
    for away_m in STILL_AWAY_M:
        name = f"zone of 25 m, centre {away_m:g} m away"
        cells.append(Recorded("still", name, "", folder / STILL, 25.0, 0.0, 1, away_m=away_m))
    return cells


def _ways(part: Part) -> Iterator[tuple[float, float, str]]:
    """Radius, thinning and name of each row."""
    for radius_m in RADII_M:
        for every_s in (0.0, *SPARSE_S):
            what = f"a fix each {every_s:g} s" if every_s else "as recorded"
            clock = "" if part == "recorded" else ", clock set"
            yield radius_m, every_s, f"R {radius_m:g} m, {what}{clock}"
