"""Reading the content folder: what it says, and every problem at its file and line."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odyssee.content.folder import media_path, read_folder
from odyssee.domain.geo import LonLat, Point
from odyssee.domain.legends import Legend

LEGEND_FOLDER = "contenus/legendes/dame-de-riants"
NAMES = {
    "territory": "contenus/territoire.yaml",
    "legend": f"{LEGEND_FOLDER}/legende.yaml",
    "legend_text": f"{LEGEND_FOLDER}/fr/legende.md",
    "stop_text": f"{LEGEND_FOLDER}/fr/01-porte-muree.md",
}

Edit = Callable[[str, str, str], None]
Told = Callable[[], list[str]]


def test_the_example_of_the_contract_has_no_error(root: Path) -> None:
    folder = read_folder(root)
    assert [(problem.where, problem.code, problem.severity) for problem in folder.problems] == [
        ("legendes/dame-de-riants/legende.yaml:9", "duration_far", "advice"),
        ("legendes/dame-de-riants/legende.yaml:22", "site_unsurveyed", "advice"),
    ]
    assert folder.root == root / "contenus"


def test_the_example_says_what_it_says(legend: Legend) -> None:
    stop = legend.stops[0]
    assert legend.commune.insee == "28407"
    assert stop.zones[0].shape == Point("Point", LonLat(0.91361, 48.26944))
    assert stop.zones[0].prefetch_m == 150
    assert stop.narration["fr"].voice == "human"
    assert legend.texts["fr"].story.startswith("On a muré une porte, à Vichères.\n\n**Ce que")
    assert stop.texts["fr"].riddle is not None
    assert stop.texts["fr"].riddle.choices[1].text == "Deux agneaux"
    assert stop.texts["fr"].text == "La voilà, ma porte. Ne cherchez pas la poignée."


@pytest.mark.parametrize("inside", ["", "contenus", "contenus/legendes/dame-de-riants"])
def test_the_folder_its_parent_and_one_legend_read_the_same(root: Path, inside: str) -> None:
    folder = read_folder(root / inside)
    assert [legend.slug for legend in folder.legends] == ["dame-de-riants"]
    assert folder.territory is not None
    assert folder.root == root / "contenus"
    assert media_path(folder.root, "dame-de-riants", "porte.svg").is_file()


def test_another_folder_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    assert [p.code for p in read_folder(tmp_path / "photos").problems] == ["folder_unknown"]


def test_without_a_territory_legends_are_read_all_the_same(root: Path) -> None:
    (root / "contenus/territoire.yaml").unlink()
    folder = read_folder(root)
    assert folder.territory is None
    assert len(folder.legends) == 1
    assert folder.problems[0].code == "territory_missing"
    assert folder.problems[0].severity == "advice"


def test_all_problems_of_all_files_are_told_at_once(edit: Edit, told: Told) -> None:
    edit("territory", "languages: [fr]", "languages: [fr, fr]")
    edit("legend", 'insee: "28407"', "insee: 28407")
    edit("legend", "difficulty: easy", "dificulty: easy")
    edit("legend", "radius_m: 35", "radius_m: 3500")
    edit("legend", "{answer_ids: [b]", "{answer_ids: [z]")
    edit("legend_text", "title: La Dame de Riants\n", "")
    edit("stop_text", "La voilà", "<b>La</b> voilà")
    assert told() == [
        "territoire.yaml:3 duplicate",
        "fr/01-porte-muree.md:16 raw_html",
        "fr/01-porte-muree.md:16 raw_html",
        "fr/legende.md:2 missing_key",
        "legende.yaml:3 wrong_type",
        "legende.yaml:10 unknown_key",
        "legende.yaml:25 out_of_range",
        "legende.yaml:28 answer_unknown",
    ]


def test_an_unknown_key_names_the_nearest_known_one(root: Path, edit: Edit) -> None:
    edit("legend", "difficulty: easy", "dificulty: easy")
    problem = next(p for p in read_folder(root).problems if p.code == "unknown_key")
    assert problem.values == {"key": "dificulty", "near": "difficulty"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("order: window", "order: [window", "legende.yaml:7 yaml_broken"),
        ("window: 3", "window: 3\nwindow: 4", "legende.yaml:8 duplicate_key"),
        ("window: 3", "window: !!int 3", "legende.yaml:7 yaml_tag"),
        ("window: 3", "window: 3.0", "legende.yaml:7 wrong_type"),
        ("window: 3", "window: 11", "legende.yaml:7 out_of_range"),
        ("loop: true", "loop: yes", "legende.yaml:8 wrong_type"),
        ("format: 1", "format: 2", "legende.yaml:1 not_allowed"),
        ("[0.91361, 48.26944]\n", "[.nan, 48.26944]\n", "legende.yaml:21 not_finite"),
        ("[0.91361, 48.26944]\n", "[0.91361, 1e999]\n", "legende.yaml:21 not_finite"),
        ("[0.91361, 48.26944]\n", "[48.26944, 181]\n", "legende.yaml:21 out_of_range"),
        ("[0.91361, 48.26944]\n", "[0.913612345, 48.2]\n", "legende.yaml:21 too_precise"),
        ("[0.91361, 48.26944]\n", "{lon: 0.9, lat: 48.2}\n", "legende.yaml:21 wrong_type"),
        ("[0.91361, 48.26944]\n", "[0.9, 48.2, 210]\n", "legende.yaml:21 wrong_type"),
        ("type: Point", "type: Circle", "legende.yaml:25 not_allowed"),
        ("themes: [", "texts: {}\nthemes: [", "legende.yaml:11 unknown_key"),
        ("slug: porte-muree", "slug: porte-muree\n    texts: {}", "legende.yaml:21 unknown_key"),
        ("code: road", "code: loup-garou", "legende.yaml:15 not_allowed"),
        (
            "source: vicheres-fr}\n    place",
            "source: on-dit}\n    place",
            "legende.yaml:22 source_unknown",
        ),
        ("porte.svg", "../porte.svg", "legende.yaml:26 file_name_invalid"),
        ("text_author: Perche Odyssée", 'text_author: "\\ud800"', "legende.yaml:17 bad_character"),
    ],
)
def test_a_fault_is_told_at_its_line(
    edit: Edit, told: Told, old: str, new: str, expected: str
) -> None:
    edit("legend", old, new)
    assert expected in told()


def test_a_stand_in_for_a_fault_is_not_a_second_fault(edit: Edit, told: Told) -> None:
    edit("legend", "[0.91361, 48.26944]\n", "[.nan, 48.26944]\n")
    edit("legend", "type: Point", "type: Cercle")
    edit("legend", "rights: {text_author: Perche Odyssée, licence", "rights: {licence")
    assert told() == [
        "legende.yaml:17 missing_key",
        "legende.yaml:21 not_finite",
        "legende.yaml:25 not_allowed",
    ]


def test_a_broken_file_does_not_hide_the_others(edit: Edit, told: Told) -> None:
    edit("legend", "order: window", "order: [window")
    edit("stop_text", "title:", "titre:")
    assert told() == [
        "fr/01-porte-muree.md:2 missing_key",
        "fr/01-porte-muree.md:2 unknown_key",
        "legende.yaml:7 yaml_broken",
    ]


def test_front_matter_counts_its_lines_in_the_file(edit: Edit, told: Told) -> None:
    edit("stop_text", "    - id: b\n", "    - id: a\n")
    assert told() == [
        "fr/01-porte-muree.md:12 duplicate",
        "legende.yaml:28 answer_unknown",
    ]


def test_a_text_without_front_matter_is_one_problem(root: Path, told: Told) -> None:
    text = root / "contenus/legendes/dame-de-riants/fr/legende.md"
    text.write_text("Il était une fois.\n", "utf-8")
    assert told() == ["fr/legende.md:1 front_matter_missing"]
    text.write_text("---\ntitle: Il était une fois\n", "utf-8")
    assert told() == ["fr/legende.md:1 front_matter_open"]


def test_the_body_may_not_stand_in_the_front_matter(edit: Edit, told: Told) -> None:
    edit("stop_text", "directions:", "text: La voilà\ndirections:")
    assert told() == ["fr/01-porte-muree.md:3 unknown_key"]


def test_a_text_under_a_wrong_number_is_read_and_told(root: Path, told: Told) -> None:
    folder = root / "contenus/legendes/dame-de-riants/fr"
    (folder / "01-porte-muree.md").rename(folder / "02-porte-muree.md")
    assert told() == ["fr/02-porte-muree.md:1 file_misnumbered"]


def test_a_text_of_no_stop_and_a_stop_without_text_are_told(root: Path, told: Told) -> None:
    folder = root / "contenus/legendes/dame-de-riants/fr"
    (folder / "01-porte-muree.md").rename(folder / "01-lavoir.md")
    assert told() == ["fr/01-lavoir.md:1 file_unexpected", "fr/01-porte-muree.md:1 text_missing"]


def test_a_missing_translation_is_advice(root: Path) -> None:
    english = root / "contenus/legendes/dame-de-riants/en"
    english.mkdir()
    text = "---\ntitle: The Lady of Riants\nsummary: A lady too proud.\n---\n"
    (english / "legende.md").write_text(text, "utf-8")
    folder = read_folder(root)
    assert all(problem.severity == "advice" for problem in folder.problems)
    at = {(p.where.rpartition("/")[2], p.code) for p in folder.problems if "/en/" in p.where}
    assert at == {
        ("legende.md:2", "language_unknown"),
        ("legende.md:2", "alt_missing"),
        ("legende.md:5", "text_empty"),
        ("01-porte-muree.md:1", "translation_missing"),
    }


def test_a_folder_has_the_name_of_its_legend(root: Path, told: Told) -> None:
    folder = root / "contenus/legendes/dame-de-riants"
    folder.rename(folder.with_name("dame"))
    (root / "medias/dame-de-riants").rename(root / "medias/dame")
    assert told() == ["legendes/dame/legende.yaml:2 folder_misnamed"]


def test_media_must_be_there_and_be_no_links(root: Path, told: Told) -> None:
    media = root / "medias/dame-de-riants"
    (media / "porte-fr.wav").unlink()
    (media / "porte.svg").unlink()
    (media / "porte.svg").symlink_to("/etc/hostname")
    assert told() == ["legende.yaml:26 media_missing", "legende.yaml:27 media_missing"]


def test_links_are_not_followed(root: Path, told: Told) -> None:
    text = root / "contenus/legendes/dame-de-riants/fr/01-porte-muree.md"
    secret = root / "secret.md"
    text.rename(secret)
    text.symlink_to(secret)
    (root / "contenus/legendes/autre").symlink_to(root)
    found = told()
    assert "legendes/autre:1 link_refused" in found
    assert "fr/01-porte-muree.md:1 link_refused" in found
    assert len(read_folder(root).legends) == 1


def test_bytes_that_are_no_text_are_told(root: Path, told: Told) -> None:
    path = root / "contenus/legendes/dame-de-riants/fr/01-porte-muree.md"
    path.write_bytes(b"---\ntitle: \xc9tang\n---\n")
    assert told() == ["fr/01-porte-muree.md:2 not_utf8"]
    path.write_bytes(b"---\ntitle: a\x00b\n---\n")
    assert told() == ["fr/01-porte-muree.md:2 bad_character"]
    path.write_bytes(b"-" * 1_000_001)
    assert told() == ["fr/01-porte-muree.md:1 file_too_large"]


def test_line_ends_of_windows_and_a_byte_order_mark_change_nothing(root: Path) -> None:
    before = read_folder(root).legends
    for path in (root / "contenus").rglob("*.*"):
        if path.is_file():
            text = path.read_text("utf-8")
            path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert read_folder(root).legends == before


def test_a_file_name_of_any_bytes_is_told_printably(root: Path) -> None:
    folder = root / "contenus/legendes/dame-de-riants/fr"
    (folder / os.fsdecode(b"02-\xff\n.md")).write_text("x", "utf-8")
    wheres = [p.where for p in read_folder(root).problems if p.code == "file_unexpected"]
    assert len(wheres) == 1
    assert wheres[0].isprintable()


def test_a_broken_territory_does_not_hide_the_legends(edit: Edit, told: Told, root: Path) -> None:
    edit("territory", "[0.8, 48.1]]]", "[0.8, 48.2]]]")
    edit("territory", "outline_status", "outline_state")
    assert told() == ["territoire.yaml:1 missing_key", "territoire.yaml:5 unknown_key"]
    assert len(read_folder(root).legends) == 1


SNIPPETS = ["", "\n", ":", "- ", "[", "]", "{", "}", "'", '"', "&a ", "*a", "!!x ", "~", "  ", "\t"]
SNIPPETS += [
    "|",
    ">",
    "?",
    "%",
    "---",
    ".nan",
    "1e999",
    "-",
    "null",
    "é",
    "\x85",
    "#",
    "<b>",
    "a: b",
]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(NAMES)),
    cuts=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(SNIPPETS)),
        min_size=1,
        max_size=4,
    ),
)
def test_no_damage_to_a_file_stops_the_reader(
    root: Path, name: str, cuts: list[tuple[float, int, str]]
) -> None:
    path = root / NAMES[name]
    whole = text = path.read_text("utf-8")
    for share, length, snippet in cuts:
        at = int(share * len(text))
        text = text[:at] + snippet + text[at + length :]
    path.write_text(text, "utf-8")
    try:
        problems = read_folder(root).problems
    finally:
        path.write_text(whole, "utf-8")
    assert all(re.fullmatch(r"[^:]+:[1-9][0-9]*", problem.where) for problem in problems)
