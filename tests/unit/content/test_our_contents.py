"""The legends that come with the product keep the rules that its readers rely on."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from odyssee.content.folder import Folder, read_folder
from odyssee.content.plain import to_paragraphs
from odyssee.content.writer import write_folder
from odyssee.domain.geo import distance_m
from odyssee.domain.legends import Legend

SLUGS = [
    "dame-de-riants",
    "lavandieres-de-la-nuit",
    "marcou",
    "pommier-de-misere",
    "procession-du-dragon",
    "roman-de-renart",
]
PROVISIONAL = {"marcou", "lavandieres-de-la-nuit"}


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


def test_the_dragon_is_whole(ours: Folder) -> None:
    dragon = legends(ours)["procession-du-dragon"]
    assert 7 <= len(dragon.stops) <= 10
    assert sum(stop.riddle is not None for stop in dragon.stops) >= 3
    for stop in dragon.stops:
        assert stop.illustrations
        assert all(text.directions for text in stop.texts.values())
    apart = [distance_m(a.location, b.location) for a, b in pairwise(dragon.stops)]
    assert min(apart) > 100
