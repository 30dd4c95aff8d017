"""The simulated world: a path with bends, ten stops on it, three decoys beside it, and a walker."""

from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np

from triggering.course import (
    Course,
    Decoys,
    FloatArray,
    Track,
    along,
    beside,
    distances,
    milestones,
)

STOPS = 10
DECOYS = 3
RADIUS_M = 25.0
DECOY_ASIDE_M = (45.0, 70.0)
"""These four: design/triggers.md, section 6."""
APART_M, FAR_APART_M = 150.0, 400.0
"""Between stops, along the path. The design says nothing, see `PAUSE_S`; our legends rather have
the second."""
LEAD_M = 150.0
"""Before the first stop."""
TAIL_M = 100.0
"""Behind the last stop."""
PACE_MPS = 1.3
PAUSE_S = 45
"""Standing at each stop. With it the rule `d < R` comes closest to the design's own row."""
LEG_M = (40.0, 90.0)
TURN_DEG = 35.0
"""Standard deviation of a bend; bearings swing by 44° around east: no path meets itself."""
SWING_KEPT = 0.6
START_S = 1_780_000_000.0


@dataclass(frozen=True)
class Habit:
    """How people walk in this world."""

    pause_s: int = PAUSE_S
    decoys: Decoys = "last"
    apart_m: float = APART_M


def lay_out(dice: np.random.Generator, habit: Habit) -> Course:
    """A course by chance; its decoys lie 45 to 70 m from the nearest point of the path."""
    line = _path(dice, LEAD_M + (STOPS - 1) * habit.apart_m + TAIL_M)
    length_m = milestones(line)[-1]
    passed_m = list(_stops_m(habit))
    centres = list(along(line, np.array(passed_m)))
    close = along(line, np.arange(0.0, length_m, 2.0))
    while len(centres) < STOPS + DECOYS:
        at_m = float(dice.uniform(LEAD_M, length_m - TAIL_M))
        aside_m = float(dice.uniform(*DECOY_ASIDE_M)) * float(dice.choice([-1.0, 1.0]))
        centre = beside(line, at_m, aside_m)
        if distances(centre[None, :], close).min() >= DECOY_ASIDE_M[0]:
            passed_m.append(at_m)
            centres.append(centre)
    order = np.argsort(passed_m, kind="stable")
    return Course(
        line=line,
        places=np.array(centres)[order],
        is_decoy=order >= STOPS,
        radius_m=RADIUS_M,
        decoys=habit.decoys,
    )


def _stops_m(habit: Habit) -> FloatArray:
    """Along the path."""
    metres: FloatArray = LEAD_M + habit.apart_m * np.arange(STOPS)
    return metres


def _path(dice: np.random.Generator, length_m: float) -> FloatArray:
    corners, bearing_deg, reached_m = [(0.0, 0.0)], 0.0, 0.0
    while reached_m < length_m:
        leg_m = float(dice.uniform(*LEG_M))
        leg_m = min(leg_m, length_m - reached_m)
        bearing_deg = SWING_KEPT * bearing_deg + float(dice.normal(0.0, TURN_DEG))
        x, y = corners[-1]
        turn = radians(bearing_deg)
        corners.append((x + leg_m * cos(turn), y + leg_m * sin(turn)))
        reached_m += leg_m
    return np.array(corners)


def walk_along(course: Course, habit: Habit) -> Track:
    """Where the walker is each second: at 1.3 m/s, standing for a while at each stop."""
    length_m = milestones(course.line)[-1]
    paced_m = np.arange(0.0, length_m, PACE_MPS)
    rests = np.searchsorted(paced_m, _stops_m(habit))
    seconds = np.ones(len(paced_m), dtype=np.int64)
    seconds[rests] += habit.pause_s
    moments_m = np.repeat(paced_m, seconds)
    at_s = START_S + np.arange(len(moments_m), dtype=np.float64)
    return Track(at_s, along(course.line, moments_m))
