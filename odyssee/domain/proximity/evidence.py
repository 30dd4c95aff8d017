"""Evidence for being in a zone: how certain one fix is, and how certainty adds up over time."""

P1, P2, P3 = 0.0498673470, 0.0211410061, 0.0032776263
P4, P5, P6 = 0.0000380036, 0.0000488906, 0.0000053830
"""Abramowitz and Stegun, 26.2.19; error under 1.5e-7."""

ENTER_SHARE = 0.34
"""Outside, a share above this speaks for being in."""
LEAVE_SHARE = 0.5
"""Inside, a share below this speaks for having left."""
LEAVE_S = 8.0
ENTER_MIN_S, ENTER_S, ENTER_MAX_S = 1.2, 2.9, 8.0
"""Seconds of evidence that an enter asks for: of the best receivers, most, and the worst."""
GOOD_S_PER_M = 0.5
"""A place known to some metres asks so much for each metre of standard deviation."""
POOR_M, POOR_S_PER_M = 10.0, 0.25
"""A place hardly known asks so much for each metre above so many. Between the two nothing is won
by asking more: an error that drifts for half a minute is not averaged away in a second
(docs/adr/0014-trigger-3.md)."""
SPARE_S = 2.0
"""Evidence beyond enough that is kept."""
NEAR_SHARE = 0.66
"""An enter asks that the walker be no further outside than this share of the inradius."""
AT_MOST_M = 100.0
"""And that the fix which decides lie no further outside, wherever the walker is taken to be: what
is promised to a phone that sleeps rests on it (domain/geofences.py)."""
NEGLIGIBLE_SIGMAS = 5.0
"""So far outside the share is nought."""
HOPELESS_SIGMAS = 2.0
"""So far outside the share is under 0.34 whatever the size of the zone."""
DEEP_SIGMAS = 1.0
"""So far inside the share is over 0.8 whatever the size of the zone."""
REPORTED_SIGMAS = 2.45
"""95 % of a circular normal distribution."""


def phi(z: float) -> float:
    """The normal distribution function, by a rational form."""
    a = z if z >= 0.0 else -z
    p = 1.0 + a * (P1 + a * (P2 + a * (P3 + a * (P4 + a * (P5 + a * P6)))))
    p = p * p
    p = p * p
    p = p * p
    p = p * p
    return 1.0 - 0.5 / p if z >= 0.0 else 0.5 / p


def share_inside(distance_m: float, sigma_m: float, inradius_m: float) -> float:
    """How much of what the zone can get at best speaks for being in it: 1 at its heart, 0 far off.

    `distance_m` is signed, negative inside. The zone is taken as a strip of
    twice its inradius; dividing by the best share makes small zones reachable
    with a bad receiver.
    """
    if distance_m > NEGLIGIBLE_SIGMAS * sigma_m:
        return 0.0
    strip = phi(-distance_m / sigma_m) - phi((-2.0 * inradius_m - distance_m) / sigma_m)
    share = strip / (2.0 * phi(inradius_m / sigma_m) - 1.0)
    return 0.0 if share < 0.0 else min(share, 1.0)


def enough_to_enter_s(sigma_m: float) -> float:
    """Seconds of evidence that an enter needs."""
    good_s = max(ENTER_MIN_S, min(ENTER_S, GOOD_S_PER_M * sigma_m))
    return min(ENTER_MAX_S, max(good_s, POOR_S_PER_M * (sigma_m - POOR_M)))


def after_outside(evidence_s: float, share: float, elapsed_s: float, enough_s: float) -> float:
    """Evidence for entering, one step later; more than a little over enough is not kept.

    A walker who passed between two fixes and is gone shall not enter later.
    """
    later_s = max(0.0, evidence_s + (share - ENTER_SHARE) * elapsed_s)
    return min(later_s, enough_s + SPARE_S) if later_s >= enough_s else later_s


def after_inside(evidence_s: float, share: float, elapsed_s: float) -> float:
    """Evidence for leaving, one step later."""
    return max(0.0, evidence_s + (LEAVE_SHARE - share) * elapsed_s)
