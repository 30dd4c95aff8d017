"""Whether the walker keeps to the known route: off_trail, then back_on_trail, by turns.

The evidence of a zone, weighed on the route's corridor. A sketch has no
corridor: nobody has walked it.
"""

from odyssee.domain.proximity.estimate import Seen
from odyssee.domain.proximity.evidence import (
    LEAVE_S,
    after_inside,
    after_outside,
    enough_to_enter_s,
    share_inside,
)
from odyssee.domain.proximity.trail import GROWN_AT_LEAST_M
from odyssee.domain.proximity.walk import Walk

HALF_WIDTH_M = 40.0
"""19 fixes of 20 lie less than 31 m beside the path that was walked (design: triggers, section
1); a traced line lies some metres beside it too, and zones reach as far as this."""


def weigh_route(walk: Walk, seen: Seen, elapsed_s: float, *, decides: bool) -> None:
    """One evidence step. Nobody leaves a trail that they were never on.

    As with zones, leaving counts on a wider corridor, and only a fix brings
    back. Whoever is in a zone does not leave: stops may lie beside the line.
    """
    p = walk.progress
    if not walk.trail.path:
        return
    far_m = seen.aside_m - HALF_WIDTH_M
    if p.strayed is False:
        wide_m = HALF_WIDTH_M + GROWN_AT_LEAST_M
        share = share_inside(far_m - GROWN_AT_LEAST_M, seen.sigma_m, wide_m)
        share = 1.0 if p.inside else share
        p.route_evidence_s = after_inside(p.route_evidence_s, share, elapsed_s)
        if p.route_evidence_s >= LEAVE_S:
            p.strayed, p.route_evidence_s = True, 0.0
            walk.tell("off_trail")
        return
    enough_s = enough_to_enter_s(seen.sigma_m)
    share = share_inside(far_m, seen.sigma_m, HALF_WIDTH_M)
    p.route_evidence_s = after_outside(p.route_evidence_s, share, elapsed_s, enough_s)
    if decides and far_m <= 0.0 and p.route_evidence_s >= enough_s:
        if p.strayed:
            walk.tell("back_on_trail")
        p.strayed, p.route_evidence_s = False, 0.0
