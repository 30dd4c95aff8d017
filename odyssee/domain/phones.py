"""How a phone sees a walk: errors that drift, trees, silences, outliers, and what it claims.

Chance is passed in, so that a seed gives the same fixes again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, exp, inf, log, pi, sin, sqrt

from odyssee.domain.geo import Projection
from odyssee.domain.proximity import Fix
from odyssee.domain.walks import ACCURACY_SIGMAS, OUTLIER_M, Chance

TREES_FACTOR = 2.5
"""Under leaves the error is so much larger (walks on a campus with trees: p95 39 m, not 14)."""
SILENCE_S = 40.0
"""Mean length of a silence; the spread is exponential."""
FINEST_M = 1.0
"""No phone claims better; 0 would mean that it does not know."""
TURN = 2.0 * pi

Sample = tuple[float, float, float, float]
"""Unix seconds, metres east and north, metres walked."""


@dataclass(frozen=True, slots=True)
class Phone:
    """How well a phone knows where it is."""

    sigma_m: float = 10.0
    """Standard deviation of the error on each axis; 0 is a perfect phone."""
    correlation_s: float = 27.0
    """Time after which the error has forgotten all but 1/e of itself; 0: at once."""
    sampling_s: float = 1.0
    """Seconds from fix to fix."""
    under_trees: float = 0.0
    """Share of the way in one stretch, wherever chance puts it, with 2.5 times the error."""
    dropouts: float = 0.0
    """Share of the time without any fix, in bursts of 40 s on average."""
    outliers: float = 0.0
    """Of the fixes, how many lie 30 to 100 m further off."""
    claimed: float = 1.0
    """What it says of its error, as a share of the truth: 0.5 claims to be twice as good."""


def report_walk(
    samples: Sequence[Sample], projection: Projection, phone: Phone, chance: Chance
) -> list[Fix]:
    """The fixes that a phone reports of a walk, by time; empty when it was silent throughout.

    The error starts as it goes on: drawn from the same distribution.
    """
    random, fixes = chance.random, list[Fix]()
    lon0, lat0 = projection.origin
    lon_m, lat_m = projection.m_per_deg_lon, projection.m_per_deg_lat
    kept = exp(-phone.sampling_s / phone.correlation_s) if phone.correlation_s > 0.0 else 0.0
    under_sky, under_trees = _reception(phone, kept, 1.0), _reception(phone, kept, TREES_FACTOR)
    error_x, error_y = chance.gauss(0.0, phone.sigma_m), chance.gauss(0.0, phone.sigma_m)
    trees_from_m, trees_until_m = _trees(samples, phone, chance)
    is_steady = not phone.dropouts and not phone.outliers
    silences = _silences(samples, phone, chance)
    silent_from_s = silent_until_s = -inf
    for at_s, x, y, along_m in samples:
        width_m, claimed_m = under_trees if trees_from_m <= along_m < trees_until_m else under_sky
        # What two calls of `gauss` give, in one: a pair of normal numbers (Box and Muller, 1958).
        turn, far = random() * TURN, sqrt(-2.0 * log(1.0 - random()))
        error_x = kept * error_x + cos(turn) * far * width_m
        error_y = kept * error_y + sin(turn) * far * width_m
        off_x, off_y = error_x, error_y
        if not is_steady:
            while at_s >= silent_until_s:
                silent_from_s, silent_until_s = next(silences)
            if at_s >= silent_from_s:
                continue
            far_x, far_y = _outlier(phone, chance)
            off_x, off_y = error_x + far_x, error_y + far_y
        # As Projection.to_lonlat does, without its objects: this runs millions of times.
        lon = lon0 + (x + off_x) / lon_m
        fixes.append(Fix(at_s, lon, lat0 + (y + off_y) / lat_m, claimed_m))
    return fixes


def _reception(phone: Phone, kept: float, factor: float) -> tuple[float, float]:
    """Spread of what is new in the error from fix to fix, and the accuracy that is claimed."""
    sigma_m = phone.sigma_m * factor
    return sigma_m * sqrt(1.0 - kept * kept), max(
        FINEST_M, sigma_m * ACCURACY_SIGMAS * phone.claimed
    )


def _trees(samples: Sequence[Sample], phone: Phone, chance: Chance) -> tuple[float, float]:
    """Where the stretch under trees begins and ends, in metres walked."""
    if phone.under_trees <= 0.0 or not samples:
        return inf, -inf
    length_m = samples[-1][3]
    begins_m = chance.random() * (1.0 - phone.under_trees) * length_m
    ends_m = inf if phone.under_trees >= 1.0 else begins_m + phone.under_trees * length_m
    return begins_m, ends_m


def _silences(
    samples: Sequence[Sample], phone: Phone, chance: Chance
) -> Iterator[tuple[float, float]]:
    """From when until when the phone is silent, without end; in time, whatever the sampling.

    Silent at the beginning as often as at any other time.
    """
    if phone.dropouts <= 0.0:
        yield inf, inf
        return
    spoken_s = SILENCE_S * (1.0 - phone.dropouts) / phone.dropouts
    until_s, is_silent = samples[0][0], chance.random() < phone.dropouts
    while True:
        from_s = until_s if is_silent else until_s - spoken_s * log(1.0 - chance.random())
        until_s = from_s - SILENCE_S * log(1.0 - chance.random())
        yield from_s, until_s
        is_silent = False


def _outlier(phone: Phone, chance: Chance) -> tuple[float, float]:
    if phone.outliers <= 0.0 or chance.random() >= phone.outliers:
        return 0.0, 0.0
    nearest, furthest = OUTLIER_M
    far = nearest + (furthest - nearest) * chance.random()
    turn = 2.0 * pi * chance.random()
    return far * cos(turn), far * sin(turn)
