"""Advice on a trail as it is heard: is a story over before the next one begins?"""

from collections.abc import Callable, Iterator
from itertools import pairwise

from odyssee.domain.errors import Problem
from odyssee.domain.geo import distance_m
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
    detour = SKETCH_DETOUR if legend.route.status == "sketch" else 1.0
    for index, (stop, following) in enumerate(pairwise(legend.stops)):
        if not (sound(f"stops/{index}") and sound(f"stops/{index + 1}")):
            continue
        walk_s = distance_m(stop.location, following.location) * detour / WALKING_M_S
        lasts_s = story_s(stop)
        if lasts_s > walk_s:
            values = {"story_s": f"{lasts_s:.0f}", "walk_s": f"{walk_s:.0f}"}
            where = f"stops/{index}/texts/{FALLBACK_LANG}/text"
            yield Problem(where, "narration_long", "advice", values)


def story_s(stop: Stop) -> float:
    """How long a stop's French story lasts, about, by its words."""
    text = stop.texts.get(FALLBACK_LANG)
    return 0.0 if text is None else len(text.text.split()) / WORDS_A_SECOND
