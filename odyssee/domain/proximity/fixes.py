"""Position readings: which of them decide anything, in which order, and how far to trust them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

COARSE_M = 100.0
"""A reading that claims to be worse than this is for display only."""
UNKNOWN_ACCURACY_M = 30.0
"""Taken for a reading that does not say how good it is."""
BEST_ACCURACY_M = 5.0
"""No phone is better than this, whatever it says."""
SIGMAS_IN_ACCURACY = 1.51
"""Android's 68 % circle, in standard deviations of one axis."""
EARLIEST_S = 0.0
"""A phone that says less has lost its clock; readings from before 1970 are no readings."""
LATEST_S = 253_402_128_000.0
"""30 December 9999, 00:00 UTC: any time up to this can be told in any time zone."""

MAX_STEPS = 4_000
"""One request may cost no more evidence steps (contract, proximity)."""
OFFLOAD_STEPS = 50
"""Above this the fold belongs in a thread (design: triggers, section 3)."""
INTERPOLATED_GAP_S = 60.0
"""Over a longer gap nobody knows where the walker went."""
STEP_S = 2.0
"""Length of an interpolated step, at most."""


@dataclass(slots=True, unsafe_hash=True)
class Fix:
    """One position reading of a phone.

    Nobody changes one. It is not frozen since that makes it twice as slow to
    build, and a simulation builds millions.
    """

    at_s: float
    """Unix seconds, UTC."""
    lon: float
    lat: float
    accuracy_m: float | None = None
    """None, 0 or negative: unknown."""
    speed_mps: float | None = None
    """None or negative: unknown."""
    heading_deg: float | None = None


def is_reading(fix: Fix) -> bool:
    """Whether time and place are real: finite, on earth, not the (0, 0) of a broken receiver."""
    return (
        EARLIEST_S <= fix.at_s <= LATEST_S  # NaN compares false
        and -180.0 <= fix.lon <= 180.0
        and -90.0 <= fix.lat <= 90.0
        and (fix.lon != 0.0 or fix.lat != 0.0)
    )


def accuracy_m(fix: Fix) -> float:
    """The accuracy to reckon with: never better than 5 m, 30 m where unknown; NaN is infinity."""
    claimed = fix.accuracy_m
    if claimed is None or claimed <= 0.0:
        return UNKNOWN_ACCURACY_M
    if claimed < BEST_ACCURACY_M:
        return BEST_ACCURACY_M
    return claimed if math.isfinite(claimed) else math.inf


def in_order(fixes: Sequence[Fix]) -> list[tuple[int, Fix]]:
    """The real readings with their index in the request, by time; equal times stay as they came."""
    known = [(index, fix) for index, fix in enumerate(fixes) if is_reading(fix)]
    if len(known) > 1:
        known.sort(key=lambda pair: pair[1].at_s)
    return known


def steps_in(gap_s: float) -> int:
    """How many evidence steps the time between two accepted fixes costs."""
    if gap_s > INTERPOLATED_GAP_S or 0.0 < gap_s <= STEP_S:
        return 1
    whole = int(gap_s / STEP_S)
    return whole if whole * STEP_S >= gap_s else whole + 1


def count_steps(fixes: Sequence[Fix], *, begins: bool = False) -> int:
    """At least as many evidence steps as `follow` will take for these fixes.

    Cheap, and known before folding: the door refuses more than `MAX_STEPS` and
    takes more than `OFFLOAD_STEPS` to a thread. The gap to the last fix of the
    token is counted as the longest; a walk that begins has none.
    """
    times = [fix.at_s for _, fix in in_order(fixes)]
    if not times:
        return 0
    longest = 1 if begins else steps_in(INTERPOLATED_GAP_S)
    return longest + sum(steps_in(b - a) for a, b in pairwise(times))
