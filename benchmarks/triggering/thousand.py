"""What a curator waits for: a thousand made-up walks along a legend, on one core."""

import gc
import time
from dataclasses import replace
from datetime import UTC, datetime

from builders import a_legend, a_stop, a_stop_text, a_zone

from odyssee.actions.simulating import preview, simulate
from odyssee.domain.catalogue import PublishedLegend
from odyssee.domain.legends import Legend, Route
from odyssee.domain.publication import Draft
from odyssee.domain.stops import Stop
from odyssee.domain.synthetic_walks import Synthetic
from triggering.course import HERBAGE
from triggering.timing import Timing

WALKS, QUICK_WALKS = 1_000, 50
STOPS, APART_M, RADIUS_M, SIGMA_M = 10, 400.0, 35.0, 10.0
WORDS = 315
"""A story of 130 s, as those of our six legends are on average."""
GOAL_S = 30.0
LEGEND = f"a ten-stop legend, stops {APART_M:g} m apart, processor time of one core"


def time_walks(*, quick: bool) -> Timing:
    """Seconds of `odyssee simulate --noise 10 --walks 1000`, less the start of the command.

    Each walk stands at every stop until its story is told, and so lasts 66
    minutes at a fix a second. A quick run reckons them from fewer and says so: walks
    are all of the same length, and what comes once for all of them is little.
    """
    walks = QUICK_WALKS if quick else WALKS
    told = f" (reckoned from {walks})" if quick else ""
    legend = _published()
    gc.freeze()  # as the command does
    began_s = time.process_time()
    report = simulate(legend, Synthetic(sigma_m=SIGMA_M, walks=walks))
    took_s = (time.process_time() - began_s) * WALKS / walks
    gc.unfreeze()
    if min(stop.heard_share for stop in report.stops) < 0.9:
        raise RuntimeError("these walks do not hear their stories")
    return Timing(f"{WALKS:,} walks{told} of {LEGEND}", took_s, "s", GOAL_S)


def _published() -> PublishedLegend:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    return preview(Draft(legend=_legend(), media={}, version=1, etag="v1", updated_at=now))


def _legend() -> Legend:
    stops = tuple(_stop(number) for number in range(STOPS))
    line = tuple(stop.location for stop in stops)
    return replace(a_legend("banc", route=Route(status="sketch", line=line)), stops=stops)


def _stop(number: int) -> Stop:
    spot = HERBAGE.to_lonlat(APART_M * number, 0.0)
    story = a_stop_text(f"Étape {number + 1}", text=" ".join(["mot"] * WORDS))
    zones = (a_zone(spot, radius_m=RADIUS_M),)
    return a_stop(f"etape-{number + 1}", number, location=spot, zones=zones, texts={"fr": story})
