"""Advice on the trail as it is heard: a story ends before the next one begins."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.api.content_texts import say_content
from odyssee.domain.checks import check_legend
from odyssee.domain.geo import LonLat, distance_m
from odyssee.domain.legends import Legend, Route
from odyssee.domain.listening_checks import WORDS_A_SECOND, advise_listening
from odyssee.domain.media import narration_ref
from odyssee.domain.trail_checks import advise_trail
from tests.builders import HERBAGE, STEP_LON, a_legend, a_stop, a_stop_text


def a_trail(words: int) -> Legend:
    """Two stops 200 m apart, the first with so many words to say."""
    said = {"fr": a_stop_text("Le porche", text="mot " * words)}
    return replace(a_legend(), stops=(a_stop("un", 0, texts=said), a_stop("deux", 1)))


def told(legend: Legend) -> list[tuple[str, str]]:
    return [(p.where, p.code) for p in advise_listening(legend, lambda _: True)]


def test_a_story_that_fits_the_walk_is_left_alone() -> None:
    walk_s = 200 * 1.3 / 1.1  # a sketch's detour, at a visitor's pace
    assert told(a_trail(int(walk_s * WORDS_A_SECOND) - 5)) == []


def test_a_story_longer_than_the_walk_to_the_next_stop_is_told_with_both_times() -> None:
    legend = a_trail(600)
    assert told(legend) == [("stops/0/texts/fr/text", "narration_long")]
    (problem,) = advise_listening(legend, lambda _: True)
    assert problem.severity == "advice"
    assert problem.values == {"story_s": "250", "walk_s": "236", "how": "reckoned"}


def test_on_a_walked_route_the_walk_is_measured_along_its_line() -> None:
    north = HERBAGE.lat + 0.0018  # about 200 m, so that the way round is 600 m
    corners = (
        HERBAGE,
        LonLat(HERBAGE.lon, north),
        LonLat(HERBAGE.lon + STEP_LON, north),
        LonLat(HERBAGE.lon + STEP_LON, HERBAGE.lat),
    )
    round_about = Route(status="walked", line=corners)
    assert told(replace(a_trail(600), route=round_about)) == []
    (problem,) = advise_listening(replace(a_trail(1500), route=round_about), lambda _: True)
    assert (problem.values["story_s"], problem.values["walk_s"]) == ("625", "546")


def test_a_traced_route_that_meets_the_stops_the_other_way_is_measured_straight() -> None:
    backwards = tuple(stop.location for stop in reversed(a_trail(0).stops))
    legend = replace(a_trail(600), route=Route(status="traced", line=backwards))
    (problem,) = advise_listening(legend, lambda _: True)
    assert problem.values["walk_s"] == "182"


def test_a_traced_route_that_is_wrong_is_not_measured() -> None:
    nowhere = Route(status="traced", line=(HERBAGE, LonLat(float("nan"), 48.0)))
    legend = replace(a_trail(600), route=nowhere)
    assert "narration_long" not in {problem.code for problem in check_legend(legend, None)}


@given(
    words=st.integers(0, 1500),
    lengths=st.dictionaries(st.sampled_from(["fr", "en"]), st.floats(1, 600)),
)
def test_what_was_measured_counts_in_each_language_and_words_where_nothing_was(
    words: int, lengths: dict[str, float]
) -> None:
    text = a_stop_text("Le porche", text="mot " * words)
    legend = replace(
        a_legend(), stops=(a_stop("un", 0, texts={"fr": text, "en": text}), a_stop("deux", 1))
    )
    measured = {narration_ref("un", lang): length_s for lang, length_s in lengths.items()}
    walk_s = distance_m(legend.stops[0].location, legend.stops[1].location) * 1.3 / 1.1
    lasts_s = {lang: lengths.get(lang, words / WORDS_A_SECOND) for lang in ("fr", "en")}
    found = list(advise_listening(legend, lambda _: True, measured))
    assert [(p.where, p.values["how"]) for p in found] == [
        (f"stops/0/texts/{lang}/text", "measured" if lang in lengths else "reckoned")
        for lang in ("fr", "en")
        if lasts_s[lang] > walk_s
    ]


def test_a_language_that_a_stop_is_not_written_in_is_not_told_of() -> None:
    measured = {narration_ref("un", "en"): 900.0}
    assert list(advise_listening(a_trail(10), lambda _: True, measured)) == []


@pytest.mark.parametrize(
    ("lengths", "french", "english"),
    [
        ({}, "récit de 250 s (estimé d’après ses mots)", "250 s (reckoned from its words)"),
        ({"stops/un/narration/fr": 300.4}, "récit de 300 s (mesuré)", "300 s (measured)"),
    ],
    ids=["reckoned", "measured"],
)
def test_the_sentence_says_how_the_length_is_known(
    lengths: dict[str, float], french: str, english: str
) -> None:
    (problem,) = advise_listening(a_trail(600), lambda _: True, lengths)
    assert french in say_content(problem, "fr")
    assert english in say_content(problem, "en")


def test_the_stated_duration_is_held_against_the_same_lengths() -> None:
    legend = a_trail(10)
    measured = {narration_ref(stop.slug, "fr"): 60.0 * 60 for stop in legend.stops}
    (by_words,) = advise_trail(replace(legend, duration_min=240), lambda _: True)
    (by_sound,) = advise_trail(replace(legend, duration_min=20), lambda _: True, measured)
    assert by_sound.code == by_words.code == "duration_far"
    minutes = int(by_sound.values["expected_min"]) - int(by_words.values["expected_min"])
    assert minutes == pytest.approx(120, abs=2)


def test_the_last_story_may_take_its_time() -> None:
    long = {"fr": a_stop_text("Le porche", text="mot " * 900)}
    legend = replace(a_legend(), stops=(a_stop("un", 0), a_stop("deux", 1, texts=long)))
    assert told(legend) == []


def test_places_that_are_wrong_are_not_measured() -> None:
    assert list(advise_listening(a_trail(600), lambda where: where != "stops/1")) == []


def test_the_advice_is_part_of_a_check() -> None:
    assert "narration_long" in {problem.code for problem in check_legend(a_trail(600), None)}
