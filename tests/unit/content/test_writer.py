"""Writing the content folder: it reads back equal, and leaves a curator's layout alone."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odyssee.content.documents import parse_yaml
from odyssee.content.folder import read_folder
from odyssee.content.layout import FRONT_MATTER, LEGEND, to_yaml
from odyssee.content.writer import legend_yaml, rewrite_folder, text_file, write_folder
from odyssee.domain.errors import ContentInvalid
from odyssee.domain.geo import LineString, LonLat, Point, Polygon
from odyssee.domain.legends import (
    Access,
    Audience,
    Commune,
    Cover,
    Legend,
    LegendText,
    Practical,
    Rights,
    Route,
    Source,
    TrailWarning,
)
from odyssee.domain.media import Focal
from odyssee.domain.stops import (
    IllustrationFile,
    IllustrationText,
    NarrationFile,
    OpeningLink,
    RiddleChoice,
    RiddleKey,
    RiddleText,
    Site,
    Stop,
    StopText,
    TextState,
)
from odyssee.domain.territory import Territory
from odyssee.domain.zones import Zone

ROOT = Path(__file__).parents[3]

LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters=[chr(c) for c in range(32)])
LINES = st.text(LETTERS.filter(lambda c: c not in "\x7f\ufffe\uffff"), max_size=30)
TRICKY = st.sampled_from(
    [
        *["", " ", "~", "no", "null", "1", "0.5", "1e3", ".nan", "- a", "a: b", "a:", "#", " #"],
        *["'", '"', "L’Étang : l’Herbage-Œuvré", 'C\'est "là"', "a\\b", "---", "...", "<<", "="],
        *["un\ndeux", "un\n\n  deux", "\nun", "un\n", " un\ndeux", "un \ndeux", "a\tb", "a\x85b"],
        *["{a", "é\u00a0: è", "mot " * 400],
    ]
)
TEXTS = st.one_of(LINES, TRICKY)
KEYS = TEXTS.filter(lambda key: len(key) < 200)  # YAML takes no implicit key over 1,024
SLUGS = st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,3}){0,2}", fullmatch=True)
MAYBE = st.none() | TEXTS
DEGREES = st.one_of(st.integers(-900_000, 900_000).map(lambda n: n / 10_000), st.floats(-90, 90))
PLACES = st.builds(LonLat, DEGREES, DEGREES)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
LANGUAGES = st.sampled_from(["fr", "en", "br", "pt-BR"])
BODIES = st.lists(TEXTS, max_size=4).map(lambda parts: normal("\n\n".join(parts)))


def normal(body: str) -> str:
    """As the reader hands it over: no blank lines at the start, no blanks at the end."""
    lines = body.split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    return "\n".join(lines).rstrip()


def tuples(strategy: st.SearchStrategy[Any], **bounds: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, **{"max_size": 3, **bounds}).map(tuple)  # type: ignore[arg-type]  # the case itself


def built(kind: type, **given_: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Every attribute that has no strategy of its own is inferred from its type."""
    return st.builds(kind, **given_)


SHAPES = st.one_of(
    st.builds(Point, st.just("Point"), PLACES),
    st.builds(LineString, st.just("LineString"), tuples(PLACES)),
    st.builds(Polygon, st.just("Polygon"), tuples(tuples(PLACES))),
)
COUNTS = st.integers(-(10**17), 10**17)
ZONES = built(
    Zone,
    id=TEXTS,
    shape=SHAPES,
    radius_m=st.none() | NUMBERS,
    dwell_s=st.just(0) | COUNTS,
    prefetch_m=st.just(150) | COUNTS,
    layer=st.just("main") | TEXTS,
    repeat=st.sampled_from(["once", "each_entry"]),
)
STATES = st.sampled_from(get_args(TextState))
CHOICES = built(RiddleChoice, id=TEXTS, text=TEXTS)
RIDDLES = built(RiddleText, question=TEXTS, choices=tuples(CHOICES), hint=MAYBE, explanation=MAYBE)
STOP_TEXTS = built(
    StopText,
    title=TEXTS,
    directions=MAYBE,
    opening=MAYBE,
    illustrations=tuples(built(IllustrationText, alt=TEXTS, credit=MAYBE)),
    riddle=st.none() | RIDDLES,
    state=STATES,
    text=BODIES,
)
LEGEND_TEXTS = built(
    LegendText,
    title=TEXTS,
    summary=TEXTS,
    access_notes=MAYBE,
    state=STATES,
    audience_advice=MAYBE,
    cover_alt=MAYBE,
    practical=st.dictionaries(KEYS, TEXTS, max_size=2),
    story=BODIES,
)
FOCALS = st.none() | built(Focal, x=NUMBERS, y=NUMBERS)
STOPS = built(
    Stop,
    slug=SLUGS,
    location=PLACES,
    site=built(
        Site,
        status=st.sampled_from(["surveyed", "sourced"]),
        precision_m=NUMBERS,
        source=TEXTS,
    ),
    place_access=st.sampled_from(["public", "ticket"]),
    opening=st.none() | built(OpeningLink, url=TEXTS),
    zones=tuples(ZONES),
    illustrations=tuples(built(IllustrationFile, file=TEXTS, licence=MAYBE, focal=FOCALS)),
    narration=st.dictionaries(LANGUAGES, built(NarrationFile, file=TEXTS), max_size=2),
    riddle=st.none() | built(RiddleKey, answer_ids=tuples(TEXTS), source=MAYBE),
    texts=st.dictionaries(LANGUAGES, STOP_TEXTS, max_size=2),
)
RIGHTS = built(
    Rights,
    text_author=TEXTS,
    licence=TEXTS,
    sources=tuples(built(Source, key=TEXTS, title=TEXTS, url=MAYBE)),
)
LEGENDS = built(
    Legend,
    format=st.just(1),
    slug=SLUGS,
    commune=built(Commune, name=TEXTS, insee=TEXTS),
    duration_min=COUNTS,
    window=COUNTS,
    themes=tuples(TEXTS),
    audience=built(Audience),
    access=built(Access),
    route=built(Route, line=tuples(PLACES)),
    warnings=tuples(built(TrailWarning, code=TEXTS)),
    practical=built(Practical),
    rights=RIGHTS,
    cover=st.none() | built(Cover, file=TEXTS, credit=MAYBE, licence=MAYBE, focal=FOCALS),
    stops=st.lists(STOPS, max_size=3, unique_by=lambda stop: stop.slug).map(tuple),
    texts=st.dictionaries(LANGUAGES, LEGEND_TEXTS, max_size=2),
)


@settings(max_examples=30)
@given(legend=LEGENDS)
def test_what_was_written_reads_back_equal(legend: Legend) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "contenus"
        written = write_folder(root, None, [legend])
        assert read_folder(root).legends == (legend,)
        assert len(written) == len([path for path in root.rglob("*") if path.is_file()])
        assert write_folder(root, None, [legend]) == []
        assert write_folder(root, None, [legend], canonical=True) == []


VALUES = st.recursive(
    st.one_of(TEXTS, COUNTS, NUMBERS, st.booleans(), st.none()),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below, max_size=3),
    max_leaves=12,
)


ENTRIES = st.dictionaries(KEYS, TEXTS, min_size=1, max_size=3)


@given(value=st.dictionaries(KEYS, TEXTS | st.lists(ENTRIES, max_size=3), max_size=4))
@settings(max_examples=100)
def test_front_matter_of_any_words_reads_back_equal(value: dict[str, Any]) -> None:
    document, problems = parse_yaml(to_yaml(value, FRONT_MATTER) or "{}", "f.yaml")
    assert problems == []
    assert document is not None
    assert document.value == value


@given(value=st.dictionaries(KEYS, VALUES, min_size=1))
@settings(max_examples=100)
def test_yaml_of_any_values_reads_back_equal(value: dict[str, Any]) -> None:
    document, problems = parse_yaml(to_yaml(value, LEGEND), "f.yaml")
    assert problems == []
    assert document is not None
    assert document.value == value


def test_the_example_of_the_contract_is_in_our_own_layout(
    legend: Legend, example_text: str
) -> None:
    bare = "\n".join(line.partition("  #")[0].rstrip() for line in example_text.split("\n"))
    assert legend_yaml(legend) == bare


def test_a_text_says_its_state_until_somebody_has_read_it_over() -> None:
    text = StopText(title="La porte", text="Une porte.")
    assert "state" not in text_file(text)
    assert "\nstate: machine\n" in text_file(replace(text, state="machine"))


def test_a_text_file_is_as_people_write_it(legend: Legend, root: Path) -> None:
    folder = root / "contenus/legendes/dame-de-riants/fr"
    assert text_file(legend.texts["fr"]) == (folder / "legende.md").read_text("utf-8")
    stop = legend.stops[0].texts["fr"]
    assert text_file(stop) == (folder / "01-porte-muree.md").read_text("utf-8")


def test_a_file_that_says_the_same_is_left_alone(
    root: Path, legend: Legend, territory: Territory
) -> None:
    before = {path: path.read_bytes() for path in root.rglob("*.*") if path.is_file()}
    assert write_folder(root / "contenus", territory, [legend]) == []
    assert {path: path.read_bytes() for path in before} == before


def test_only_what_changed_is_written(root: Path, legend: Legend, territory: Territory) -> None:
    stop = legend.stops[0]
    words = replace(stop.texts["fr"], title="La porte de l’âne")
    changed = replace(legend, stops=(replace(stop, texts={"fr": words}),))
    written = write_folder(root / "contenus", territory, [changed])
    assert [path.name for path in written] == ["01-porte-muree.md"]
    assert read_folder(root).legends == (changed,)


def test_texts_of_stops_that_are_gone_are_removed(root: Path, legend: Legend) -> None:
    folder = root / "contenus/legendes/dame-de-riants"
    (folder / "en").mkdir()
    (folder / "en/legende.md").write_text("---\ntitle: x\nsummary: y\n---\n", "utf-8")
    (folder / "notes.txt").write_text("à relire", "utf-8")
    other = root / "contenus/legendes/marcou/fr"
    other.mkdir(parents=True)
    (other / "01-autre.md").write_text("x", "utf-8")
    renamed = replace(legend, stops=(replace(legend.stops[0], slug="porte"),))
    changed = write_folder(root / "contenus", None, [renamed])
    assert sorted(path.relative_to(folder).as_posix() for path in changed) == [
        "en/legende.md",
        "fr/01-porte-muree.md",
        "fr/01-porte.md",
        "legende.yaml",
    ]
    assert not (folder / "en").exists()
    assert (folder / "notes.txt").exists()
    assert (other / "01-autre.md").exists()


def test_rewriting_changes_the_layout_and_not_what_is_said(
    root: Path, edit: Callable[[str, str, str], None]
) -> None:
    edit("legend", "order: window", 'order:   "window"   # par défaut')
    edit("legend", "rights: {", "rights:   {")
    before = read_folder(root)
    written = rewrite_folder(root)
    assert [path.name for path in written] == ["legende.yaml", "territoire.yaml"]
    after = read_folder(root)
    assert (after.legends, after.territory) == (before.legends, before.territory)
    assert rewrite_folder(root) == []


def test_a_folder_with_errors_is_not_rewritten(
    root: Path, edit: Callable[[str, str, str], None]
) -> None:
    edit("legend", "window: 3", "window:  33")
    with pytest.raises(ContentInvalid):
        rewrite_folder(root)
    assert "window:  33" in (root / "contenus/legendes/dame-de-riants/legende.yaml").read_text()


@pytest.mark.parametrize("slug", ["../dame", "", "Dame", "a/b", ".."])
def test_no_slug_leads_out_of_the_folder(tmp_path: Path, legend: Legend, slug: str) -> None:
    with pytest.raises(ContentInvalid):
        write_folder(tmp_path / "x/contenus", None, [replace(legend, slug=slug)])
    stop = replace(legend.stops[0], slug=slug)
    with pytest.raises(ContentInvalid):
        write_folder(tmp_path / "x/contenus", None, [replace(legend, stops=(stop,))])
    worse = replace(legend, texts={f"../{slug}": legend.texts["fr"]})
    with pytest.raises(ContentInvalid):
        write_folder(tmp_path / "x/contenus", None, [worse])
    assert not (tmp_path / "x/contenus").exists()


def test_nothing_is_written_through_links(root: Path, legend: Legend, tmp_path: Path) -> None:
    outside = tmp_path / "ailleurs"
    outside.mkdir()
    (root / "contenus/legendes/lien").symlink_to(outside)
    with pytest.raises(ContentInvalid):
        write_folder(root / "contenus", None, [replace(legend, slug="lien")])
    text = root / "contenus/legendes/dame-de-riants/fr/legende.md"
    (outside / "secret.md").write_text("secret", "utf-8")
    text.unlink()
    text.symlink_to(outside / "secret.md")
    write_folder(root / "contenus", None, [legend])
    assert (outside / "secret.md").read_text("utf-8") == "secret"
    assert not text.is_symlink()


def test_our_own_legends_read_back_equal_in_our_own_layout(tmp_path: Path) -> None:
    folder = read_folder(ROOT / "contenus")
    write_folder(tmp_path / "contenus", folder.territory, folder.legends)
    again = read_folder(tmp_path)
    assert (again.legends, again.territory) == (folder.legends, folder.territory)
