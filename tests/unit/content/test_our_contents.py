"""The legends that come with the product keep the rules that its readers rely on."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from odyssee.content.folder import Folder, read_folder
from odyssee.content.plain import to_paragraphs
from odyssee.content.writer import write_folder
from odyssee.domain.geo import distance_m, length_m
from odyssee.domain.legends import Legend
from odyssee.domain.listening_checks import WORDS_A_SECOND
from odyssee.domain.packs import SKETCH_DETOUR

SLUGS = [
    "dame-de-riants",
    "lavandieres-de-la-nuit",
    "marcou",
    "pommier-de-misere",
    "procession-du-dragon",
    "roman-de-renart",
]
PROVISIONAL = {"marcou", "lavandieres-de-la-nuit"}
SLOW_M_MIN = 3.5 * 1000 / 60
"""Metres a minute of a family that looks around: 3.5 km/h."""
LOOKING_MIN = 3
"""At each stop, for the invitation, the riddle and the place itself."""


@pytest.fixture(scope="module")
def ours(root_folder: Path) -> Folder:
    return read_folder(root_folder / "contenus")


def legends(ours: Folder) -> dict[str, Legend]:
    return {legend.slug: legend for legend in ours.legends}


def test_six_legends_stand_without_an_error(ours: Folder) -> None:
    assert sorted(legends(ours)) == SLUGS
    assert {problem.code for problem in ours.problems} <= {"site_unsurveyed"}


def test_writing_them_anew_gives_the_same_bytes(ours: Folder, tmp_path: Path) -> None:
    write_folder(tmp_path / "contenus", ours.territory, list(ours.legends))
    before = {p.relative_to(ours.root): p.read_bytes() for p in ours.root.rglob("*.*")}
    after = {
        p.relative_to(tmp_path / "contenus"): p.read_bytes()
        for p in (tmp_path / "contenus").rglob("*.*")
    }
    assert after == before


def test_a_place_that_no_source_ties_to_its_legend_says_so(ours: Folder) -> None:
    said = {slug for slug, one in legends(ours).items() if one.site_status == "provisional"}
    assert said == PROVISIONAL


def test_no_route_claims_to_have_been_walked(ours: Folder) -> None:
    assert {legend.route.status for legend in ours.legends} == {"sketch"}
    assert not any(legend.is_surveyed for legend in ours.legends)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_narration_is_written_for_the_ear(ours: Folder, slug: str) -> None:
    for stop in legends(ours)[slug].stops:
        assert set(stop.texts) == {"fr", "en"}
        for lang, text in stop.texts.items():
            spoken = " ".join(to_paragraphs(text.text))
            words = len(re.findall(r"[\w’'-]+", spoken))
            assert 200 <= words <= 370, (stop.slug, lang, words)
            assert not re.search(r"\d", spoken), (stop.slug, lang)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_legend_is_an_adventure_of_about_two_hours(ours: Folder, slug: str) -> None:
    legend = legends(ours)[slug]
    assert 7 <= len(legend.stops) <= 10
    assert legend.duration_min == 120
    said = sum(len(stop.texts["fr"].text.split()) for stop in legend.stops)
    listening_min = said / WORDS_A_SECOND / 60
    walking_min = length_m(legend.route.line) * SKETCH_DETOUR / SLOW_M_MIN
    looking_min = LOOKING_MIN * len(legend.stops)
    assert 100 <= listening_min + walking_min + looking_min <= 140


@pytest.mark.parametrize("slug", SLUGS)
def test_every_legend_plays_with_its_listener(ours: Folder, slug: str) -> None:
    legend = legends(ours)[slug]
    assert sum(stop.riddle is not None for stop in legend.stops) >= 3
    assert all(stop.riddle.source for stop in legend.stops if stop.riddle)
    invitations = [stop.texts["fr"].invitation for stop in legend.stops]
    assert any(asked and len(asked.choices) >= 2 for asked in invitations[:3])
    assert any(asked and not asked.choices for asked in invitations)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_stop_has_a_picture_of_its_own_and_a_way_to_it(ours: Folder, slug: str) -> None:
    legend = legends(ours)[slug]
    files = [file for _, file in legend.pictures]
    assert files == ["couverture.svg", *(f"{stop.slug}.svg" for stop in legend.stops)]
    assert all(text.directions for stop in legend.stops for text in stop.texts.values())


@pytest.mark.parametrize("slug", SLUGS)
def test_stops_lie_far_enough_apart_for_a_phone_to_tell_them(ours: Folder, slug: str) -> None:
    legend = legends(ours)[slug]
    apart = [distance_m(a.location, b.location) for a, b in pairwise(legend.stops)]
    assert min(apart) >= 140
    assert all(stop.location in legend.route.line for stop in legend.stops)
    assert legend.route.line[-1] == legend.start or not legend.loop


def test_the_hard_motif_has_its_age_and_the_belief_its_word_of_caution(ours: Folder) -> None:
    washers, healer = legends(ours)["lavandieres-de-la-nuit"], legends(ours)["marcou"]
    assert washers.audience.min_age >= 12
    assert "night" in {warning.code for warning in washers.warnings}
    for lang, word in (("fr", "médecin"), ("en", "doctor")):
        assert word in healer.stops[0].texts[lang].text
        assert word in healer.texts[lang].story


def test_every_stop_is_on_the_list_to_survey(ours: Folder, root_folder: Path) -> None:
    listed = (root_folder / "docs/terrain.md").read_text("utf-8")
    wanted = {f"({stop.slug})" for legend in ours.legends for stop in legend.stops}
    assert {slug for slug in wanted if slug not in listed} == set()
