"""What a reviewer reads of two states of a legend: all that differs, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from builders import HERBAGE, a_legend, a_legend_text, a_stop, a_stop_text, a_zone, media_of
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.differences import (
    MAX_COMPARED,
    Differences,
    FieldChange,
    MediumChange,
    compare,
    compare_words,
    moved_m,
)
from odyssee.domain.differences_document import differences_document
from odyssee.domain.geo import LineString, LonLat, Point, Polygon
from odyssee.domain.legends import Legend, Route
from odyssee.domain.media import MediaAsset
from odyssee.domain.stops import Stop


@dataclass(frozen=True)
class State:
    legend: Legend
    media: Mapping[str, MediaAsset]


def differ(before: Legend, after: Legend) -> Differences:
    return compare(State(before, {}), State(after, {}))


def with_first(legend: Legend, **changes: Any) -> Legend:
    first, *others = legend.stops
    return replace(legend, stops=(replace(first, **changes), *others))


def east(place: LonLat, metres: float) -> LonLat:
    return LonLat(place.lon + metres / 74_235.9, place.lat)


def test_a_legend_does_not_differ_from_itself() -> None:
    legend = a_legend()
    media, _ = media_of(legend)
    told = differences_document(compare(State(legend, media), State(legend, media)))
    nothing = {"texts": [], "geometry": [], "media": [], "fields": []}
    assert told == {**nothing, "stops": {"added": [], "removed": []}, "order": None}


def test_a_text_is_told_by_its_place_its_language_and_its_words() -> None:
    legend = a_legend()
    texts = dict(legend.stops[0].texts)
    texts["fr"] = replace(texts["fr"], title="La porte ouverte, étape 1")
    found = differ(legend, with_first(legend, texts=texts))
    (change,) = found.texts
    assert (change.where, change.lang) == ("stops/etape-1/title", "fr")
    assert (change.before, change.after) == ("La porte murée, étape 1", "La porte ouverte, étape 1")
    assert [tuple(piece) for piece in change.words] == [
        ("same", "La porte "),
        ("removed", "murée"),
        ("added", "ouverte"),
        ("same", ", étape 1"),
    ]
    assert (found.geometry, found.fields, found.is_reordered) == ((), (), False)


def test_a_new_language_is_told_text_by_text() -> None:
    legend = a_legend()
    german = {**legend.texts, "de": a_legend_text("Die Dame", summary="Eine stolze Dame.")}
    found = differ(legend, replace(legend, texts=german))
    assert {(change.lang, change.before) for change in found.texts} == {("de", None)}
    assert ("title", "Die Dame") in {(change.where, change.after) for change in found.texts}


def test_an_answer_that_changes_is_told_by_the_name_of_its_choice() -> None:
    legend = a_legend()
    text = legend.stops[0].texts["fr"]
    assert text.riddle is not None
    one, two = text.riddle.choices
    riddle = replace(text.riddle, choices=(one, replace(two, text="Trois")))
    after = with_first(legend, texts={**legend.stops[0].texts, "fr": replace(text, riddle=riddle)})
    (change,) = differ(legend, after).texts
    assert change.where == "stops/etape-1/riddle/choices/b/text"


def test_a_stop_that_moves_is_told_in_metres() -> None:
    legend = a_legend()
    found = differ(legend, with_first(legend, location=east(HERBAGE, 12)))
    (change,) = found.geometry
    assert change.where == "stops/etape-1/location"
    assert change.moved_m == pytest.approx(12, abs=0.1)


def test_a_wider_zone_did_not_move() -> None:
    legend = a_legend()
    found = differ(legend, with_first(legend, zones=(a_zone(radius_m=50.0),)))
    told = differences_document(found)["geometry"]
    assert told == [
        {
            "where": "stops/etape-1/zones/z1",
            "moved_m": 0.0,
            "radius_before_m": 35.0,
            "radius_after_m": 50.0,
        }
    ]


def test_a_route_moved_as_far_as_its_farthest_part() -> None:
    legend = a_legend()
    line = legend.route.line
    north = LonLat(line[1].lon, line[1].lat + 30 / 111_200)
    after = replace(legend, route=Route(status="traced", line=(line[0], north, line[2])))
    found = differ(legend, after)
    (change,) = found.geometry
    assert change.where == "route"
    assert change.moved_m == pytest.approx(30, abs=0.5)
    assert found.fields == (FieldChange("route/status", "sketch", "traced"),)


def test_a_route_that_is_drawn_at_last_has_nothing_to_be_held_against() -> None:
    legend = a_legend()
    empty = replace(legend, route=Route(status="sketch", line=()))
    (change,) = differ(empty, legend).geometry
    assert (change.where, change.moved_m) == ("route", None)


def test_a_point_between_two_others_moves_no_route() -> None:
    line = (HERBAGE, east(HERBAGE, 100))
    finer = (HERBAGE, east(HERBAGE, 40), east(HERBAGE, 100))
    assert moved_m(line, finer) == pytest.approx(0, abs=0.01)


def test_shapes_of_two_kinds_are_held_against_each_other() -> None:
    corners = (HERBAGE, east(HERBAGE, 10), LonLat(HERBAGE.lon, HERBAGE.lat + 0.0001), HERBAGE)
    shapes = [
        Point("Point", HERBAGE),
        LineString("LineString", (HERBAGE, east(HERBAGE, 10))),
        Polygon("Polygon", (corners,)),
    ]
    assert all((moved_m(one, other) or 0) < 15 for one in shapes for other in shapes)


def test_stops_are_the_same_by_their_slugs_wherever_they_stand() -> None:
    legend = a_legend()
    one, two, three = legend.stops
    found = differ(legend, replace(legend, stops=(three, one, two)))
    assert (found.texts, found.geometry, found.fields) == ((), (), ())
    assert differences_document(found)["order"] == {
        "before": ["etape-1", "etape-2", "etape-3"],
        "after": ["etape-3", "etape-1", "etape-2"],
    }


def test_a_stop_that_comes_or_goes_is_told_with_all_that_it_says() -> None:
    legend = a_legend(stops=2)
    more = replace(legend, stops=(legend.stops[0], a_stop("lavoir", 5), legend.stops[1]))
    added, removed = differ(legend, more), differ(more, legend)
    assert (added.stops_added, added.stops_removed, added.is_reordered) == (("lavoir",), (), False)
    assert removed.stops_removed == ("lavoir",)
    assert all(change.before is None for change in added.texts)
    assert {change.where for change in added.geometry} == {
        "stops/lavoir/location",
        "stops/lavoir/zones/z1",
    }
    assert len(added.texts) == len(removed.texts)


def test_media_are_told_by_the_hash_of_what_is_sent() -> None:
    legend = a_legend(stops=1)
    media, _ = media_of(legend)
    other, _ = media_of(a_legend("pommier", stops=1))
    found = compare(State(legend, media), State(legend, {**media, "cover": other["cover"]}))
    before, after = (known["cover"].renditions[0].sha256 for known in (media, other))
    assert found.media == (MediumChange("cover", before, after),)
    gone = compare(State(legend, media), State(legend, {}))
    assert {change.after for change in gone.media} == {None}


def test_anything_else_is_told_as_a_field() -> None:
    legend = a_legend()
    found = differ(legend, replace(legend, duration_min=90, themes=("loup",)))
    assert found.fields == (
        FieldChange("duration_min", 120, 90),
        FieldChange("themes", ("eglise", "fantome"), ("loup",)),
    )


def test_a_stop_whose_slug_is_a_key_hides_nothing() -> None:
    legend = replace(a_legend(stops=1), stops=(a_stop("texts"),))
    (change,) = differ(legend, with_first(legend, location=east(HERBAGE, 3))).geometry
    assert change.where == "stops/texts/location"
    titled = {"fr": a_stop_text("Un autre titre"), "en": legend.stops[0].texts["en"]}
    found = differ(legend, with_first(legend, texts=titled)).texts
    assert {change.where for change in found} == {"stops/texts/title", "stops/texts/text"}


def test_stops_of_one_slug_in_a_broken_draft_are_all_told() -> None:
    twice = replace(a_legend(stops=1), stops=(a_stop("lavoir"), a_stop("lavoir", 1)))
    other = replace(twice, stops=(twice.stops[0], replace(twice.stops[1], texts={})))
    assert {change.lang for change in differ(twice, other).texts} == {"fr", "en"}


words = st.lists(
    st.sampled_from(["l’", "Œuvre", " ", "\n\n", "*dit*", "é", "?", "loup"]), max_size=30
)


@given(words, words)
def test_the_pieces_of_a_text_are_both_texts(old: list[str], new: list[str]) -> None:
    before, after = "".join(old), "".join(new)
    pieces = compare_words(before, after)
    assert "".join(text for change, text in pieces if change != "added") == before
    assert "".join(text for change, text in pieces if change != "removed") == after


def test_a_very_long_text_is_compared_by_its_paragraphs() -> None:
    paragraphs = [f"Le loup {number} passe.\n" for number in range(MAX_COMPARED)]
    changed = [*paragraphs[:7], "La louve passe.\n", *paragraphs[8:]]
    pieces = compare_words("".join(paragraphs), "".join(changed))
    assert [change for change, _text in pieces] == ["same", "removed", "added", "same"]
    assert pieces[2].text == "La louve passe.\n"


_STOPS: list[dict[str, Any]] = [
    {"location": east(HERBAGE, 1)},
    {"zones": ()},
    {"zones": (a_zone(radius_m=36.0),)},
    {"zones": (a_zone(dwell_s=5),)},
    {"place_access": "ticket"},
    {"illustrations": ()},
    {"riddle": None},
    {"texts": {}},
]


@given(st.lists(st.sampled_from(_STOPS), max_size=3), st.lists(st.sampled_from(_STOPS), max_size=3))
def test_nothing_is_told_only_where_nothing_differs(
    first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    def build(changes: list[dict[str, Any]]) -> Legend:
        known: dict[str, Any] = {}
        for change in changes:
            known |= change
        stop: Stop = replace(a_stop(), **known)
        return replace(a_legend(stops=1), stops=(stop,))

    one, other = build(first), build(second)
    found = differ(one, other)
    told = bool(found.texts or found.geometry or found.fields)
    assert told == (one != other)
