"""Where the walker is: what the fixes, the way people walk and the way phones err say together.

A phone's error drifts: two fixes a second apart err alike, so that many of
them tell hardly more than one. The filter keeps place, velocity and error of
each axis apart (Kalman, 1960; coloured noise as a state: Bryson and Henrikson,
1968) and so knows how far to trust what it has. It also learns how honest the
phone is: fixes that surprise too little or too much change the doubt.
Only `+ - * /` and `sqrt`. Decision and figures: docs/adr/0012-trigger-2.md.
"""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from odyssee.domain.progress import Estimate, Mark, make
from odyssee.domain.proximity.ground import Segment, nearest_on

ERROR_S = 35.0
"""Time in which a phone's error forgets all but 1/e of itself; measured 20 to 61."""
STRIDE_S = 45.0
"""Time in which a walker's velocity does: people turn, stop and go on."""
STRIDE_MPS = 0.9
"""Standard deviation of a walker's velocity on each axis, pauses included."""
FRESH_SHARE = 0.12
"""Of a phone's error, what is new in each fix and does not drift."""
FRESH_M2 = 0.5
"""At least so much of it, in square metres."""
STEP_S = 2.0
"""Time is advanced in steps of this length at most."""
SURPRISING = 6.0
"""A fix that surprises more is an outlier: it counts for what this much would."""

LEARNING = 0.04
"""How much of a fix's surprise goes into the doubt."""
MOST_LEARNT = 4.0
"""Of one fix, so that an outlier does not spoil what was learnt."""
DOUBT_MIN, DOUBT_MAX = 0.0625, 3.24
"""Squares: a phone may err a quarter, or 1.8 times, of what it says."""
HONEST = 2.25
"""Square of 1.5: a doubt within this factor of 1 is chance, and the phone is believed."""


SIGMA_MIN_M, SIGMA_MAX_M = 2.0, 100.0
"""No place is known better, and worse than this decides nothing."""
OFF_PATH_M = 15.0
OFF_PATH_SIGMAS = 2.0
"""A walker so far from the known path, both together, has left it."""
OFF_PATH_MOST_M = 60.0
"""So far in any case: nobody is put on a path from across the block, however bad the receiver."""

SOUND_FAR_M = 2_000.0
SOUND_MPS = 100.0
SOUND_ERRORS = 100.0
SOUND_M2 = 1e6
SOUND_SQUARE = 2.0
"""Beyond these no walk comes: metres from the last fix, metres a second, errors in units of
their standard deviation, square metres, and squares of metres a second and of such units."""

Values = tuple[float, float, float, float, float, float, float, float, float, float, float, float]
"""Those of an `Estimate`, on their way from one function to the next."""


class Seen(NamedTuple):
    """Where the walker is taken to be: by the fixes alone, and on the known path."""

    x: float
    y: float
    path_x: float
    path_y: float
    """As `x` and `y` where there is no known path, or the walker has left it."""
    sigma_m: float
    """Standard deviation on each axis."""
    aside_m: float
    """From the known path; 0 where there is none."""


def begin(mark: Mark, doubt: float) -> Estimate:
    """What is known after one fix: it errs as phones do, the walker moves as people do."""
    error_m = sqrt(trusted(doubt)) * mark.sigma_m
    square = error_m * error_m
    return Estimate(
        mark.x,
        mark.y,
        0.0,
        0.0,
        0.0,
        0.0,
        square + FRESH_SHARE * FRESH_SHARE * square,
        0.0,
        -error_m,
        STRIDE_MPS * STRIDE_MPS,
        0.0,
        1.0,
    )


def advance(e: Values, elapsed_s: float) -> Values:
    """The estimate so many seconds later, without a new fix."""
    if 0.0 < elapsed_s <= STEP_S:
        return _step(e, elapsed_s)
    whole = int(elapsed_s / STEP_S)
    count = whole if whole * STEP_S >= elapsed_s else whole + 1
    for _ in range(count):
        e = _step(e, elapsed_s / count)
    return e


def _step(e: Values, h: float) -> Values:
    x, y, vx, vy, ux, uy, pxx, pxv, pxu, pvv, pvu, puu = e
    stride = 1.0 / (1.0 + h / STRIDE_S)
    share = h / ERROR_S
    error = 1.0 / (1.0 + share + 0.5 * share * share)
    fresh_v = STRIDE_MPS * STRIDE_MPS * (1.0 - stride * stride)
    return (
        x + vx * h,
        y + vy * h,
        vx * stride,
        vy * stride,
        ux * error,
        uy * error,
        pxx + 2.0 * h * pxv + h * h * pvv + fresh_v * h * h / 3.0,
        (pxv + h * pvv) * stride + fresh_v * h / 2.0,
        (pxu + h * pvu) * error,
        pvv * stride * stride + fresh_v,
        pvu * stride * error,
        puu * error * error + (1.0 - error * error),
    )


def correct(e: Values, mark: Mark, doubt: float) -> tuple[Estimate, float]:
    """The estimate with a fix taken in, and how much the fix surprised: 1 is as expected.

    Rounding never makes a variance negative. What is not sound afterwards, as
    only a forged token brings about, begins anew at the fix.
    """
    x, y, vx, vy, ux, uy, pxx, pxv, pxu, pvv, pvu, puu = e
    error_m = sqrt(trusted(doubt)) * mark.sigma_m
    hx = pxx + error_m * pxu
    hv = pxv + error_m * pvu
    hu = pxu + error_m * puu
    fresh_m = FRESH_SHARE * error_m
    shared = hx + error_m * hu
    expected = (shared if shared > 0.0 else 0.0) + fresh_m * fresh_m + FRESH_M2
    east = mark.x - x - error_m * ux
    north = mark.y - y - error_m * uy
    surprise = (east * east + north * north) / (2.0 * expected)
    if surprise > SURPRISING:
        expected = expected * surprise / SURPRISING
    east = east / expected
    north = north / expected
    pxx, pvv, puu = pxx - hx * hx / expected, pvv - hv * hv / expected, puu - hu * hu / expected
    later = (
        x + hx * east,
        y + hx * north,
        vx + hv * east,
        vy + hv * north,
        ux + hu * east,
        uy + hu * north,
        pxx if pxx > 0.0 else 0.0,
        pxv - hx * hv / expected,
        pxu - hx * hu / expected,
        pvv if pvv > 0.0 else 0.0,
        pvu - hv * hu / expected,
        puu if puu > 0.0 else 0.0,
    )
    known = make(Estimate, later) if is_sound(later, mark) else begin(mark, doubt)
    return known, surprise


def is_sound(e: Values, mark: Mark) -> bool:
    """Whether an estimate can be that of a walk whose last accepted fix is this one.

    Near the fix, neither too fast nor too sure of a large error, and with
    covariances that variances allow. NaN is not sound.
    """
    x, y, vx, vy, ux, uy, pxx, pxv, pxu, pvv, pvu, puu = e
    return (
        -SOUND_FAR_M <= x - mark.x <= SOUND_FAR_M
        and -SOUND_FAR_M <= y - mark.y <= SOUND_FAR_M
        and vx * vx + vy * vy <= SOUND_MPS * SOUND_MPS
        and ux * ux + uy * uy <= SOUND_ERRORS * SOUND_ERRORS
        and 0.0 <= pxx <= SOUND_M2
        and 0.0 <= pvv <= SOUND_SQUARE
        and 0.0 <= puu <= SOUND_SQUARE
        and pxv * pxv <= pxx * pvv
        and pxu * pxu <= pxx * puu
        and pvu * pvu <= pvv * puu
    )


def learn(doubt: float, surprise: float) -> float:
    """The doubt after a fix that surprised so much."""
    counts = MOST_LEARNT if surprise > MOST_LEARNT else surprise
    learnt = doubt * (1.0 + LEARNING * (counts - 1.0))
    if DOUBT_MIN < learnt < DOUBT_MAX:
        return learnt
    return min(DOUBT_MAX, max(DOUBT_MIN, learnt))


def trusted(doubt: float) -> float:
    """The doubt to reckon with: 1 while the phone may well be honest."""
    if doubt < 1.0 / HONEST:
        return doubt * HONEST
    return doubt / HONEST if doubt > HONEST else 1.0


def look(e: Estimate, path: Sequence[Segment]) -> Seen:
    """Where to take the walker to be.

    People keep to paths: near a known one the walker is on it, and the error
    across it is gone.
    """
    x, y, pxx = e.x, e.y, e.pxx
    sigma_m = SIGMA_MIN_M
    if pxx > SIGMA_MIN_M * SIGMA_MIN_M:
        sigma_m = sqrt(pxx)
        if sigma_m > SIGMA_MAX_M:
            sigma_m = SIGMA_MAX_M
    if not path:
        return make(Seen, (x, y, x, y, sigma_m, 0.0))
    path_x, path_y, square = nearest_on(path, x, y)
    reach_m = min(OFF_PATH_MOST_M, OFF_PATH_M + OFF_PATH_SIGMAS * sigma_m)
    if square > reach_m * reach_m:
        path_x, path_y = x, y
    return make(Seen, (x, y, path_x, path_y, sigma_m, sqrt(square)))
