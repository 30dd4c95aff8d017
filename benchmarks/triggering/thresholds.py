"""The rules that most applications start with: one threshold on each fix."""

import numpy as np

from triggering.course import BoolArray, Enter, Walk


def bare(walk: Walk) -> list[Enter]:
    """Inside when the fix is: `d < R`."""
    return _rising(walk, walk.from_places < walk.course.radius_m)


def with_accuracy(walk: Walk) -> list[Enter]:
    """Inside when the fix may be: `d <= R + accuracy` (OwnTracks, Home Assistant, Radar)."""
    slack_m = np.nan_to_num(walk.readings.accuracy_m, nan=0.0)
    return _rising(walk, walk.from_places <= walk.course.radius_m + slack_m[:, None])


def _rising(walk: Walk, inside: BoolArray) -> list[Enter]:
    """An enter wherever a place is held by a fix and was not by the one before."""
    before = np.zeros_like(inside)
    before[1:] = inside[:-1]
    fixes, places = np.nonzero(inside & ~before)
    times = walk.readings.at_s
    return [Enter(int(place), float(times[fix])) for fix, place in zip(fixes, places, strict=True)]
