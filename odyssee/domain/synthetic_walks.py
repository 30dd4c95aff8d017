"""Synthetic walks as a curator asks for them: who walks, with which phone, how many times."""

from dataclasses import dataclass
from math import isfinite
from typing import Literal

from odyssee.domain.errors import Problem
from odyssee.domain.geo import Document
from odyssee.domain.phones import Phone
from odyssee.domain.walkers import CYCLING_MPS, Walker
from odyssee.domain.walks import WALKING_MPS

MAX_WALKS = 10_000
BOUNDS: dict[str, tuple[float, float]] = {
    "sigma_m": (0.0, 100.0),
    "correlation_s": (0.0, 600.0),
    "sampling_s": (0.2, 60.0),
    "walks": (1, MAX_WALKS),
    "shortcut": (0.0, 0.9),
    "under_trees": (0.0, 1.0),
    "dropouts": (0.0, 0.9),
    "outliers": (0.0, 0.5),
    "claimed": (0.1, 5.0),
}
"""What each may be, both ends included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthetic(Document):
    """Walks to be made up; the same values give the same walks."""

    sigma_m: float = 10.0
    """Standard deviation of the position error on each axis; 0 is a perfect phone."""
    correlation_s: float = 27.0
    """Time after which the error has forgotten all but 1/e of itself."""
    sampling_s: float = 1.0
    """Seconds from fix to fix."""
    walks: int = 1
    seed: int = 1
    direction: Literal["forward", "reverse"] = "forward"
    bicycle: bool = False
    """Rides at 4.2 m/s instead of walking at 1.3."""
    shortcut: float = 0.0
    """Share of the route that is left out, in its middle."""
    rests: bool = True
    """Stands at each stop as long as its story is."""
    under_trees: float = 0.0
    """Share of the way under trees: 2.5 times the error."""
    dropouts: float = 0.0
    """Share of the time in which the phone says nothing, in bursts."""
    outliers: float = 0.0
    """Of the fixes, how many lie 30 to 100 m further off."""
    claimed: float = 1.0
    """What the phone says of its error, as a share of the truth."""

    @property
    def walker(self) -> Walker:
        """Who walks."""
        return Walker(
            pace_mps=CYCLING_MPS if self.bicycle else WALKING_MPS,
            is_reversed=self.direction == "reverse",
            shortcut=self.shortcut,
            rests=self.rests,
        )

    @property
    def phone(self) -> Phone:
        """What the walker carries."""
        return Phone(
            sigma_m=self.sigma_m,
            correlation_s=self.correlation_s,
            sampling_s=self.sampling_s,
            under_trees=self.under_trees,
            dropouts=self.dropouts,
            outliers=self.outliers,
            claimed=self.claimed,
        )


def check_synthetic(asked: Synthetic) -> list[Problem]:
    """Every value that is out of its bounds; `where` is `synthetic/` and its name."""
    problems = []
    for name, (least, most) in BOUNDS.items():
        value = getattr(asked, name)
        if not isfinite(value) or not least <= value <= most:
            bounds = {"min": f"{least:g}", "max": f"{most:g}"}
            problems.append(Problem(f"synthetic/{name}", "out_of_range", values=bounds))
    return problems
