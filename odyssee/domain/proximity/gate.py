"""Which fixes are believed: late ones, set clocks, and jumps that no walker makes."""

from enum import Enum, auto
from math import sqrt

from odyssee.domain.progress import Behind, Mark, Progress, Suspect

LATE_S = 120.0
"""A fix up to so far behind the last one came late, or twice."""
CLOCK_RUN = 3
CLOCK_RUN_S = 10.0
"""So many fixes in rising order over so long, all further behind: the clock was set back."""
NEW_START_S = 86_400.0
"""A fix further ahead begins anew."""

V_MAX_MPS = 3.0
"""On foot, running for the bus."""
JUMP_SIGMAS = 4.0
CORRELATION_S = 30.0
"""Two errors this far apart in time have little to do with each other."""
JUMP_SLACK_M = 3.0
REANCHOR_S = 10.0
"""Suspects that agree for so long are right, and the last accepted fix was wrong."""


class Time(Enum):
    """How a fix stands to the walk's clock."""

    LATE = auto()
    """Changes nothing."""
    GOES_ON = auto()
    STARTS_AGAIN = auto()


LATE, GOES_ON, STARTS_AGAIN = Time.LATE, Time.GOES_ON, Time.STARTS_AGAIN
"""Looked up once: a member of an enum costs as much as a call."""


def judge_time(progress: Progress, at_s: float) -> Time:
    """How the fix stands to the last one that counted; remembers runs of fixes from long before."""
    clock_s = progress.clock_s
    if clock_s is None:
        return GOES_ON
    if at_s > clock_s:
        progress.behind = None
        return STARTS_AGAIN if at_s - clock_s > NEW_START_S else GOES_ON
    if clock_s - at_s <= LATE_S:
        return LATE
    return _judge_behind(progress, at_s)


def _judge_behind(progress: Progress, at_s: float) -> Time:
    run = progress.behind
    if run is None or at_s < run.at_s:
        run = Behind(0, at_s, at_s)
    elif at_s == run.at_s:
        return LATE
    progress.behind = run = Behind(min(CLOCK_RUN, run.fixes + 1), run.since_s, at_s)
    if run.fixes >= CLOCK_RUN and at_s - run.since_s >= CLOCK_RUN_S:
        return STARTS_AGAIN
    return LATE


def start_again(progress: Progress, at_s: float) -> None:
    """Let time start again: evidence goes, what was heard and where the walker is stays.

    After a clock that was set back the story that speaks and the rests keep
    what was left of them.
    """
    if progress.clock_s is not None and at_s < progress.clock_s:
        progress.shift(at_s - progress.clock_s)
    progress.last = progress.suspect = progress.behind = progress.estimate = None
    progress.velocity = (0.0, 0.0)
    progress.evidence = dict.fromkeys(progress.inside, 0.0)
    progress.route_evidence_s = 0.0


def believe(progress: Progress, mark: Mark) -> float | None:
    """Whether the fix is believed: the time since the fix to reckon from, or None for a suspect.

    A first fix reckons from itself: 0 s. After re-anchoring the last accepted
    fix is forgotten, and time counts from the suspect before.
    """
    last = progress.last
    if last is None:
        return 0.0
    if _can_follow(last, mark):
        progress.suspect = None
        return mark.at_s - last.at_s
    suspect = progress.suspect
    if suspect is None or not _can_follow(suspect.mark, mark):
        progress.suspect = Suspect(mark.at_s, mark)
        return None
    if mark.at_s - suspect.since_s < REANCHOR_S:
        progress.suspect = Suspect(suspect.since_s, mark)
        return None
    progress.suspect = progress.last = progress.estimate = None
    return mark.at_s - suspect.mark.at_s


def _can_follow(last: Mark, mark: Mark) -> bool:
    before_s, from_x, from_y, before_m = last
    at_s, x, y, sigma_m = mark
    elapsed_s = at_s - before_s
    dx, dy = x - from_x, y - from_y
    decorrelated = elapsed_s / CORRELATION_S
    if decorrelated > 1.0:
        decorrelated = 1.0
    worse_m = before_m if before_m > sigma_m else sigma_m
    noise_m = JUMP_SIGMAS * worse_m * sqrt(2.0 * decorrelated)
    return sqrt(dx * dx + dy * dy) <= V_MAX_MPS * elapsed_s + noise_m + JUMP_SLACK_M
