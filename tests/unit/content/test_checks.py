"""The rules of a legend: each broken in turn, each told at its place."""

import math
from dataclasses import replace
from typing import Any

import pytest

from odyssee.domain.checks import check_legend, check_territory, is_file_name
from odyssee.domain.errors import Problem, Severity
from odyssee.domain.geo import LineString, LonLat, Point, Polygon, Shape
from odyssee.domain.legends import Legend, LegendText, Route, Source, TrailWarning
from odyssee.domain.media import Focal
from odyssee.domain.slugs import is_slug
from odyssee.domain.stops import (
    IllustrationText,
    InvitationChoice,
    InvitationText,
    OpeningLink,
    RiddleChoice,
    RiddleText,
)
from odyssee.domain.territory import Territory
from odyssee.domain.zones import Zone

HERE = LonLat(0.91361, 48.26944)
SQUARE = (
    LonLat(0.913, 48.269),
    LonLat(0.914, 48.269),
    LonLat(0.914, 48.270),
    LonLat(0.913, 48.270),
    LonLat(0.913, 48.269),
)
NAN, INF = float("nan"), float("inf")

Found = list[tuple[str, str]]


def told(legend: Legend, territory: Territory | None = None, severity: Severity = "error") -> Found:
    """Problems of one severity; the example states two hours for one stop, which is told too."""
    problems = [p for p in check_legend(legend, territory) if p.code != "duration_far"]
    return [(p.where, p.code) for p in problems if p.severity == severity]


def a_stop(legend: Legend, **changes: Any) -> Legend:
    """The legend with its only stop changed."""
    return replace(legend, stops=(replace(legend.stops[0], **changes),))


def a_zone(legend: Legend, **changes: Any) -> Legend:
    """The legend with its only zone changed."""
    return a_stop(legend, zones=(replace(legend.stops[0].zones[0], **changes),))


def a_text(legend: Legend, **changes: Any) -> Legend:
    return replace(legend, texts={"fr": replace(legend.texts["fr"], **changes)})


def a_stop_text(legend: Legend, **changes: Any) -> Legend:
    return a_stop(legend, texts={"fr": replace(legend.stops[0].texts["fr"], **changes)})


def test_the_example_has_nothing_wrong(legend: Legend, territory: Territory) -> None:
    assert told(legend) == []
    assert told(legend, territory) == []
    assert check_territory(territory) == []


def test_problems_are_told_all_at_once(legend: Legend) -> None:
    worse = replace(a_zone(legend, radius_m=3.0), window=0, duration_min=9_999)
    assert told(worse) == [
        ("window", "out_of_range"),
        ("duration_min", "out_of_range"),
        ("stops/0/zones/0/radius_m", "out_of_range"),
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"slug": "Dame-de-Riants"}, ("slug", "slug_invalid")),
        ({"slug": "dame--riants"}, ("slug", "slug_invalid")),
        ({"slug": "é"}, ("slug", "slug_invalid")),
        ({"slug": "a" * 65}, ("slug", "slug_invalid")),
        ({"window": 11}, ("window", "out_of_range")),
        ({"duration_min": 4}, ("duration_min", "out_of_range")),
        ({"themes": ("âne",)}, ("themes/0", "slug_invalid")),
        ({"themes": ("ane", "ane")}, ("themes/1", "duplicate")),
        ({"stops": ()}, ("stops", "too_few")),
        ({"warnings": (TrailWarning(code="loup"),)}, ("warnings/0/code", "not_allowed")),
        ({"texts": {}}, ("texts/fr", "text_missing")),
    ],
)
def test_a_legend_within_its_bounds(
    legend: Legend, change: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert expected in told(replace(legend, **change))


def test_bounds_within_the_legend(legend: Legend) -> None:
    route = replace(legend.route, line=(HERE,))
    worse = replace(
        legend,
        audience=replace(legend.audience, min_age=19),
        practical=replace(legend.practical, ascent_m=-1),
        commune=replace(legend.commune, insee="2840"),
        route=route,
    )
    assert told(worse) == [
        ("audience/min_age", "out_of_range"),
        ("practical/ascent_m", "out_of_range"),
        ("commune/insee", "insee_invalid"),
        ("route/line", "too_few"),
    ]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (LonLat(NAN, 48.0), ("stops/0/location/0", "not_finite")),
        (LonLat(0.9, INF), ("stops/0/location/1", "not_finite")),
        (LonLat(181.0, 48.0), ("stops/0/location/0", "out_of_range")),
        (LonLat(0.9, -90.1), ("stops/0/location/1", "out_of_range")),
        (LonLat(0.91234567, 48.0), ("stops/0/location", "too_precise")),
    ],
)
def test_a_place_is_on_earth(legend: Legend, place: LonLat, expected: tuple[str, str]) -> None:
    assert expected in told(a_stop(legend, location=place))


ZONE = "stops/0/zones/0"
COORDINATES = f"{ZONE}/shape/coordinates"


@pytest.mark.parametrize(
    ("shape", "radius_m", "expected"),
    [
        (Point("Point", HERE), None, (ZONE, "radius_missing")),
        (Point("Point", HERE), 4.9, (f"{ZONE}/radius_m", "out_of_range")),
        (Point("Point", HERE), NAN, (f"{ZONE}/radius_m", "not_finite")),
        (LineString("LineString", (HERE, LonLat(0.9, 48.0))), None, (ZONE, "radius_missing")),
        (LineString("LineString", ()), 20.0, (COORDINATES, "too_few")),
        (LineString("LineString", (HERE, HERE)), 20.0, (COORDINATES, "shape_empty")),
        (Polygon("Polygon", (SQUARE,)), 20.0, (f"{ZONE}/radius_m", "radius_forbidden")),
        (Polygon("Polygon", ()), None, (COORDINATES, "too_few")),
        (Polygon("Polygon", ((),)), None, (f"{COORDINATES}/0", "too_few")),
        (Polygon("Polygon", (SQUARE[:3],)), None, (f"{COORDINATES}/0", "too_few")),
        (Polygon("Polygon", (SQUARE[:4],)), None, (f"{COORDINATES}/0", "ring_open")),
        (Polygon("Polygon", ((HERE,) * 4,)), None, (f"{COORDINATES}/0", "shape_empty")),
        (Polygon("Polygon", (SQUARE, SQUARE)), None, (f"{COORDINATES}/1", "holes_refused")),
        (
            Polygon("Polygon", ((SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]),)),
            None,
            (f"{COORDINATES}/0", "ring_invalid"),
        ),
        (
            Polygon("Polygon", ((SQUARE[0], LonLat(NAN, 48.0), SQUARE[2], SQUARE[0]),)),
            None,
            (f"{COORDINATES}/0/1/0", "not_finite"),
        ),
    ],
)
def test_a_zone_has_ground(
    legend: Legend, shape: Shape, radius_m: float | None, expected: tuple[str, str]
) -> None:
    assert told(a_zone(legend, shape=shape, radius_m=radius_m)) == [expected]


def test_sound_shapes_pass(legend: Legend) -> None:
    corridor = LineString("LineString", SQUARE[:3])
    assert told(a_zone(legend, shape=corridor, radius_m=10.0)) == []
    assert told(a_zone(legend, shape=Polygon("Polygon", (SQUARE,)), radius_m=None)) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [("dwell_s", -1), ("prefetch_m", 5_001), ("cooldown_s", -1), ("priority", 101)],
)
def test_a_zone_within_its_bounds(legend: Legend, key: str, value: int) -> None:
    assert told(a_zone(legend, **{key: value})) == [(f"{ZONE}/{key}", "out_of_range")]


def test_names_are_told_apart(legend: Legend) -> None:
    stop, source = legend.stops[0], legend.rights.sources[0]
    zone = stop.zones[0]
    twice = replace(
        legend,
        stops=(replace(stop, zones=(zone, zone)), stop),
        rights=replace(legend.rights, sources=(source, source)),
    )
    assert told(twice) == [
        ("stops/1/slug", "duplicate"),
        ("rights/sources/1/key", "duplicate"),
        ("stops/0/zones/1/id", "duplicate"),
    ]


def test_too_many_stops_and_zones(legend: Legend) -> None:
    stop = legend.stops[0]
    zones = tuple(replace(stop.zones[0], id=f"z{n}") for n in range(17))
    stops = tuple(replace(stop, slug=f"etape-{n}") for n in range(65))
    many = replace(legend, stops=(replace(stop, zones=zones), *stops[1:]))
    assert told(many) == [("stops", "too_many"), ("stops/0/zones", "too_many")]
    assert told(a_stop(legend, zones=())) == [("stops/0/zones", "too_few")]


def test_sources_must_exist_and_addresses_be_of_the_web(legend: Legend) -> None:
    stop = legend.stops[0]
    assert stop.riddle is not None
    worse = replace(
        a_stop(
            legend,
            site=replace(stop.site, source="on-dit"),
            riddle=replace(stop.riddle, source="ragot"),
            opening=OpeningLink(url="javascript:alert(1)"),
        ),
        rights=replace(
            legend.rights,
            sources=(Source(key="Été", title=" ", url="ftp://vicheres.fr"),),
        ),
    )
    assert told(worse) == [
        ("rights/sources/0/key", "slug_invalid"),
        ("rights/sources/0/title", "text_empty"),
        ("rights/sources/0/url", "url_invalid"),
        ("stops/0/site/source", "source_unknown"),
        ("stops/0/riddle/source", "source_unknown"),
        ("stops/0/opening/url", "url_invalid"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        *("", "/a", "../a", "a/../b", ".cache", "a//b", "a\\b", "C:a", "a\n", "a ", "a|b", "a?"),
        *("é" * 121, "a/" * 127 + "bc", "🐉" * 64),  # the last has 64 letters and 256 bytes
    ],
)
def test_a_file_name_leads_nowhere_else(legend: Legend, name: str) -> None:
    assert legend.cover is not None
    assert told(replace(legend, cover=replace(legend.cover, file=name))) == [
        ("cover/file", "file_name_invalid")
    ]


def test_plain_file_names_and_slugs_pass() -> None:
    assert all(
        map(is_file_name, ["couverture.svg", "pictures/l’Étang 2.jpg", "a-b_c.tar.gz", "🐉" * 63])
    )
    assert all(map(is_slug, ["a", "l-etang-2", "a" * 64]))


@pytest.mark.parametrize("wrong", [-0.01, 1.01, NAN, INF])
def test_a_focal_point_lies_in_its_picture(legend: Legend, wrong: float) -> None:
    assert legend.cover is not None
    picture = legend.stops[0].illustrations[0]
    for focal in (Focal(0, 1), Focal(0.5, 0.25)):
        assert told(replace(legend, cover=replace(legend.cover, focal=focal))) == []
    code = "out_of_range" if math.isfinite(wrong) else "not_finite"
    moved = replace(legend.cover, focal=Focal(wrong, 0.5))
    assert told(replace(legend, cover=moved)) == [("cover/focal/x", code)]
    pictures = (replace(picture, focal=Focal(0.5, wrong)),)
    assert told(a_stop(legend, illustrations=pictures)) == [
        ("stops/0/illustrations/0/focal/y", code)
    ]


def test_french_must_be_whole(legend: Legend) -> None:
    assert told(a_stop(legend, texts={})) == [("stops/0/texts/fr", "text_missing")]
    assert told(a_text(legend, title=" ")) == [("texts/fr/title", "text_empty")]
    assert told(a_text(legend, story="\n")) == [("texts/fr/story", "text_empty")]
    assert told(a_text(legend, summary="é" * 301)) == [("texts/fr/summary", "too_long")]
    assert told(a_text(legend, summary="é" * 300)) == []
    assert told(a_text(legend, cover_alt=None)) == [("texts/fr/cover_alt", "alt_missing")]
    assert told(a_text(legend, practical={"parc": "Ici."})) == [
        ("texts/fr/practical/parc", "unknown_key")
    ]
    assert told(a_stop_text(legend, text="")) == [("stops/0/texts/fr/text", "text_empty")]


def test_pictures_and_their_words_agree(legend: Legend) -> None:
    at = "stops/0/texts/fr/illustrations"
    assert told(a_stop_text(legend, illustrations=())) == [(at, "alts_mismatch")]
    blank = (IllustrationText(alt=" "),)
    assert told(a_stop_text(legend, illustrations=blank)) == [(f"{at}/0/alt", "alt_missing")]


def test_other_languages_may_be_partial(legend: Legend, territory: Territory) -> None:
    both = replace(territory, languages=("fr", "en"), name={"fr": "Perche", "en": "Perche"})
    advice = told(legend, both, "advice")
    assert ("texts/en", "translation_missing") in advice
    english = {**legend.texts, "en": LegendText(title="The Lady", summary="Proud.")}
    advice = told(replace(legend, texts=english), both, "advice")
    assert ("stops/0/texts/en", "translation_missing") in advice
    assert ("texts/en/cover_alt", "alt_missing") in advice
    assert told(replace(legend, texts=english), both) == []
    breton = {**legend.texts, "br": english["en"]}
    assert ("texts/br", "language_unknown") in told(replace(legend, texts=breton), both, "advice")
    assert told(replace(legend, texts={**legend.texts, "../x": english["en"]})) == [
        ("texts/../x", "language_invalid")
    ]


def test_what_nobody_has_read_over_is_advice(legend: Legend) -> None:
    assert ("stops/0/texts/fr", "text_draft") in told(
        a_stop_text(legend, state="draft"), severity="advice"
    )
    assert ("texts/fr", "text_machine") in told(a_text(legend, state="machine"), severity="advice")


def a_riddle(*ids: str) -> RiddleText:
    choices = tuple(RiddleChoice(id=choice, text=f"Réponse {choice}") for choice in ids)
    return RiddleText(question="Quels animaux ?", choices=choices)


def with_riddles(legend: Legend, **riddles: RiddleText | None) -> Legend:
    words = legend.stops[0].texts["fr"]
    texts = {lang: replace(words, riddle=riddle) for lang, riddle in riddles.items()}
    return a_stop(legend, texts=texts)


def test_a_riddle_can_be_answered_in_every_language(legend: Legend) -> None:
    where = "stops/0"
    answer = (f"{where}/riddle/answer_ids/0", "answer_unknown")
    assert told(with_riddles(legend, fr=a_riddle("a", "c"))) == [answer]
    assert told(with_riddles(legend, fr=a_riddle("b"))) == [
        (f"{where}/texts/fr/riddle/choices", "too_few")
    ]
    assert told(with_riddles(legend, fr=a_riddle("a", "b", "b"))) == [
        (f"{where}/texts/fr/riddle/choices/2/id", "duplicate")
    ]
    assert told(with_riddles(legend, fr=a_riddle("a", "b"), en=a_riddle("a", "b", "c"))) == [
        (f"{where}/texts/en/riddle/choices", "choices_differ")
    ]
    assert told(with_riddles(legend, fr=None)) == [(f"{where}/texts/fr", "riddle_missing")]
    assert told(a_stop(legend, riddle=None)) == [(f"{where}/texts/fr/riddle", "riddle_key_missing")]


def test_no_text_carries_what_no_answer_can(legend: Legend) -> None:
    assert told(a_text(legend, title="L’Étang\ud800")) == [("texts/fr/title", "bad_character")]
    assert told(a_stop_text(legend, text="a\x00b")) == [("stops/0/texts/fr/text", "bad_character")]
    assert told(a_stop_text(legend, text="un\tdeux\ntrois")) == []


def test_a_zone_smaller_than_its_place_is_known_is_advice(legend: Legend) -> None:
    stop = legend.stops[0]
    assert told(legend, None, "advice") == [("stops/0/site", "site_unsurveyed")]
    exact = a_stop(legend, site=replace(stop.site, precision_m=35.0))
    assert told(exact, None, "advice") == []


def test_zones_of_two_stops_in_one_layer_should_not_overlap(legend: Legend) -> None:
    near = replace(legend.stops[0], site=replace(legend.stops[0].site, precision_m=5.0))
    away = LonLat(0.91441, 48.26944)  # 59 m, under twice the radius of 35 m
    other = replace(near, slug="lavoir", location=away, zones=(a_circle(away),))
    both = replace(legend, stops=(near, other), route=Route(status="sketch", line=(HERE, away)))
    assert told(both, None, "advice") == [("stops/1/zones/0", "zones_overlap")]
    apart = replace(other, zones=(a_circle(away, layer="nuit"),))
    assert told(replace(both, stops=(near, apart)), None, "advice") == []


def a_circle(place: LonLat, layer: str = "main") -> Zone:
    return Zone(id="z1", shape=Point("Point", place), radius_m=35.0, layer=layer)


def test_a_start_outside_the_territory_is_advice(legend: Legend, territory: Territory) -> None:
    moved = a_stop(legend, location=LonLat(2.35, 48.85))
    assert ("stops/0/location", "outside_territory") in told(moved, territory, "advice")
    other = replace(legend, commune=replace(legend.commune, insee="75056"))
    assert ("commune/insee", "commune_unknown") in told(other, territory, "advice")


def problems_of(territory: Territory, **changes: Any) -> Found:
    found: list[Problem] = check_territory(replace(territory, **changes))
    return [(problem.where, problem.code) for problem in found]


def test_a_territory_is_checked_too(territory: Territory) -> None:
    commune = territory.communes[0]
    turns = [math.radians(6 * n) for n in range(60)]
    circle = [LonLat(round(math.cos(t), 4), round(48 + math.sin(t), 4)) for t in turns]
    many = Polygon("Polygon", ((*circle, LonLat(1.0001, 47.999), circle[0]),))
    assert problems_of(territory, outline=many) == [("outline/coordinates", "too_many")]
    assert problems_of(territory, outline=many, outline_status="official") == []
    assert problems_of(territory, outline=Polygon("Polygon", ())) == [
        ("outline/coordinates", "too_few")
    ]
    assert problems_of(territory, languages=("en",)) == [
        ("languages", "text_missing"),
        ("default_language", "not_allowed"),
    ]
    assert problems_of(territory, languages=("fr", "br")) == [("name", "text_missing")]
    assert problems_of(territory, communes=(commune, replace(commune, name="Vichères-bis"))) == [
        ("communes/1/insee", "duplicate")
    ]
    assert problems_of(territory, communes=(replace(commune, insee="2A04"),)) == [
        ("communes/0/insee", "insee_invalid")
    ]


def test_defaults_are_those_of_the_contract() -> None:
    zone = Zone(id="z", shape=Point("Point", HERE))
    assert (zone.dwell_s, zone.prefetch_m, zone.layer, zone.priority) == (0, 150, "main", 0)
    assert (zone.cooldown_s, zone.repeat) == (0, "once")


def an_invitation(*ids: str, reply: str = "Alors écoutez.") -> InvitationText:
    ways = tuple(InvitationChoice(id=name, text=name.upper(), reply=reply) for name in ids)
    return InvitationText(text="Choisissez votre camp.", choices=ways)


@pytest.mark.parametrize("ids", [(), ("a", "b"), ("a", "b", "c")])
def test_an_invitation_is_a_task_or_a_choice_of_two_or_more(
    legend: Legend, ids: tuple[str, ...]
) -> None:
    assert told(a_stop_text(legend, invitation=an_invitation(*ids))) == []


@pytest.mark.parametrize(
    ("invitation", "where", "code"),
    [
        (InvitationText(text=" "), "text", "text_empty"),
        (an_invitation("a"), "choices", "too_few"),
        (an_invitation("a", "a"), "choices/1/id", "duplicate"),
    ],
)
def test_an_invitation_that_cannot_be_answered_is_told(
    legend: Legend, invitation: InvitationText, where: str, code: str
) -> None:
    problems = told(a_stop_text(legend, invitation=invitation))
    assert problems == [(f"stops/0/texts/fr/invitation/{where}", code)]


def test_each_way_of_listening_has_its_reply(legend: Legend) -> None:
    problems = told(a_stop_text(legend, invitation=an_invitation("a", "b", reply="")))
    at = "stops/0/texts/fr/invitation/choices"
    assert problems == [(f"{at}/{n}/reply", "text_empty") for n in (0, 1)]


def test_an_invitation_says_the_same_in_every_language(legend: Legend) -> None:
    french = replace(legend.stops[0].texts["fr"], invitation=an_invitation("a", "b"))
    silent = a_stop(legend, texts={"fr": french, "en": replace(french, invitation=None)})
    assert ("stops/0/texts/en", "invitation_missing") in told(silent, severity="advice")
    other = replace(french, invitation=an_invitation("a", "z"))
    differing = a_stop(legend, texts={"fr": french, "en": other})
    assert told(differing) == [("stops/0/texts/en/invitation/choices", "choices_differ")]
