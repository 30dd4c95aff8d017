"""Clients without an engine, as docs/how-to/use-the-api.md has them: asleep by `next_check`."""

from collections.abc import Iterator, Sequence
from math import cos, radians, sqrt
from typing import NamedTuple

from odyssee.domain.proximity import Fix, Followed, Trail, follow

M_PER_DEG = 111_195.0
AGREEING = 2
"""So many positions in a row must have gone too far: a lone one may be a spike."""


class Post(NamedTuple):
    """What was answered when this fix was the newest."""

    at_s: float
    told: Followed


def posts(trail: Trail, fixes: Sequence[Fix], agreeing: int = AGREEING) -> Iterator[Post]:
    """Each post of a client that collects positions while it sleeps.

    It knows nothing but these positions, by time, and the last answer.
    """
    sent, astray = 0, 0
    told: Followed | None = None
    for number, fix in enumerate(fixes):
        if told is not None:
            last = fixes[sent - 1]
            astray = astray + 1 if _apart_m(last, fix) >= told.next_check_m else 0
            if fix.at_s - last.at_s < told.next_check_s and astray < agreeing:
                continue
        told = follow(trail, fixes[sent : number + 1], told and told.progress)
        sent, astray = number + 1, 0
        yield Post(fix.at_s, told)


def posts_at_rest(trail: Trail, fixes: Sequence[Fix]) -> Iterator[Post]:
    """Each post of a client whose receiver rests as well: one position when time is up."""
    told: Followed | None = None
    due_s = 0.0
    for fix in fixes:
        if fix.at_s >= due_s:
            told = follow(trail, [fix], told and told.progress)
            due_s = fix.at_s + told.next_check_s
            yield Post(fix.at_s, told)


def _apart_m(a: Fix, b: Fix) -> float:
    north_m = (b.lat - a.lat) * M_PER_DEG
    east_m = (b.lon - a.lon) * M_PER_DEG * cos(radians(a.lat))
    return sqrt(north_m * north_m + east_m * east_m)
