"""Advice on the trail as it is heard: a story ends before the next one begins."""

from dataclasses import replace

from odyssee.domain.checks import check_legend
from odyssee.domain.geo import LonLat
from odyssee.domain.legends import Legend, Route
from odyssee.domain.listening_checks import WORDS_A_SECOND, advise_listening
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
    assert problem.values == {"story_s": "250", "walk_s": "236"}


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
    assert problem.values == {"story_s": "625", "walk_s": "546"}


def test_a_traced_route_that_meets_the_stops_the_other_way_is_measured_straight() -> None:
    backwards = tuple(stop.location for stop in reversed(a_trail(0).stops))
    legend = replace(a_trail(600), route=Route(status="traced", line=backwards))
    (problem,) = advise_listening(legend, lambda _: True)
    assert problem.values["walk_s"] == "182"


def test_a_traced_route_that_is_wrong_is_not_measured() -> None:
    nowhere = Route(status="traced", line=(HERBAGE, LonLat(float("nan"), 48.0)))
    legend = replace(a_trail(600), route=nowhere)
    assert "narration_long" not in {problem.code for problem in check_legend(legend, None)}


def test_the_last_story_may_take_its_time() -> None:
    long = {"fr": a_stop_text("Le porche", text="mot " * 900)}
    legend = replace(a_legend(), stops=(a_stop("un", 0), a_stop("deux", 1, texts=long)))
    assert told(legend) == []


def test_places_that_are_wrong_are_not_measured() -> None:
    assert list(advise_listening(a_trail(600), lambda where: where != "stops/1")) == []


def test_the_advice_is_part_of_a_check() -> None:
    assert "narration_long" in {problem.code for problem in check_legend(a_trail(600), None)}
