"""Advice on a trail as it is heard: is a story over before the next one begins?"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import shapely

from odyssee.domain.errors import Problem
from odyssee.domain.geo import LonLat, distance_m, projection_at
from odyssee.domain.legends import FALLBACK_LANG, Legend, french_first
from odyssee.domain.media import NO_LENGTHS, Lengths, narration_ref
from odyssee.domain.packs import SKETCH_DETOUR
from odyssee.domain.stops import Stop

WORDS_A_SECOND = 2.4
"""A storyteller's pace, pauses included. The synthetic voice is quicker: on the six legends 2.8
words a second in French and 2.7 in English."""
WALKING_M_S = 1.1
"""A visitor who looks around (4 km/h); a faster one meets the queue."""


class Story(NamedTuple):
    """How long a stop's story lasts in one language."""

    lasts_s: float
    is_measured: bool
    """On its sound; else it is reckoned from its words."""


def story_of(stop: Stop, lang: str, lengths: Lengths) -> Story:
    """The one rule of how long a story is: as it was measured, else by its words.

    A language without words of its own is told in French, and nothing lasts no time.
    """
    measured_s = lengths.get(narration_ref(stop.slug, lang))
    if measured_s is not None:
        return Story(measured_s, is_measured=True)
    text = stop.texts.get(lang) or stop.texts.get(FALLBACK_LANG)
    words = 0 if text is None else len(text.text.split())
    return Story(words / WORDS_A_SECOND, is_measured=False)


def advise_listening(
    legend: Legend, sound: Callable[[str], bool], lengths: Lengths = NO_LENGTHS
) -> Iterator[Problem]:
    """Stories that last longer than the walk to the next stop, at a visitor's pace.

    The player queues the next story, so that none is lost; but it is told late,
    and out of sight of its place. Told for each language that the stop is written in.
    `sound` tells which positions may be measured.
    """
    sketched = legend.route.status == "sketch"
    if not (sketched or sound("route/line")):
        return
    walked_m = _straight_m if sketched else _along(legend.route.line)
    for index, (stop, following) in enumerate(pairwise(legend.stops)):
        if not (sound(f"stops/{index}") and sound(f"stops/{index + 1}")):
            continue
        walk_s = walked_m(stop.location, following.location) / WALKING_M_S
        for lang in french_first(stop.texts):
            story = story_of(stop, lang, lengths)
            if story.lasts_s > walk_s:
                yield _too_long(f"stops/{index}/texts/{lang}/text", story, walk_s)


def _too_long(where: str, story: Story, walk_s: float) -> Problem:
    values = {
        "story_s": f"{story.lasts_s:.0f}",
        "walk_s": f"{walk_s:.0f}",
        "how": "measured" if story.is_measured else "reckoned",
    }
    return Problem(where, "narration_long", "advice", values)


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
