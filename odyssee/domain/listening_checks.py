"""Advice on a trail as it is heard: is a story over before the next one begins?"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import shapely

from odyssee.domain.errors import Problem
from odyssee.domain.geo import LonLat, distance_m, projection_at
from odyssee.domain.legends import FALLBACK_LANG, Legend
from odyssee.domain.packs import SKETCH_DETOUR
from odyssee.domain.stops import Stop

WORDS_A_SECOND = 2.4
"""Measured on the six legends with the synthetic voice, pauses between sentences included."""
WALKING_M_S = 1.1
"""A visitor who looks around (4 km/h); a faster one meets the queue."""


def advise_listening(legend: Legend, sound: Callable[[str], bool]) -> Iterator[Problem]:
    """Stories that last longer than the walk to the next stop, at a visitor's pace.

    The player queues the next story, so that none is lost; but it is told late,
    and out of sight of its place. `sound` tells which positions may be measured.
    """
    sketched = legend.route.status == "sketch"
    if not (sketched or sound("route/line")):
        return
    walked_m = _straight_m if sketched else _along(legend.route.line)
    for index, (stop, following) in enumerate(pairwise(legend.stops)):
        if not (sound(f"stops/{index}") and sound(f"stops/{index + 1}")):
            continue
        walk_s = walked_m(stop.location, following.location) / WALKING_M_S
        lasts_s = story_s(stop)
        if lasts_s > walk_s:
            values = {"story_s": f"{lasts_s:.0f}", "walk_s": f"{walk_s:.0f}"}
            where = f"stops/{index}/texts/{FALLBACK_LANG}/text"
            yield Problem(where, "narration_long", "advice", values)


def _straight_m(a: LonLat, b: LonLat) -> float:
    """How far a walk is that nobody has walked yet."""
    return distance_m(a, b) * SKETCH_DETOUR


def _along(line: Sequence[LonLat]) -> Callable[[LonLat, LonLat], float]:
    """Measures along a route, between the places on it that are nearest to two others."""
    projection = projection_at(line[0])
    route = shapely.LineString([projection.to_xy(place) for place in line])

    def walked_m(a: LonLat, b: LonLat) -> float:
        from_m, to_m = (route.project(shapely.Point(projection.to_xy(p))) for p in (a, b))
        # A loop may pass the second place first: which way one walks is not known then.
        return to_m - from_m if to_m > from_m else distance_m(a, b)

    return walked_m


def story_s(stop: Stop) -> float:
    """How long a stop's French story lasts, about, by its words."""
    text = stop.texts.get(FALLBACK_LANG)
    return 0.0 if text is None else len(text.text.split()) / WORDS_A_SECOND
