"""The file of pronunciations: read with the territory, written beside it."""

from dataclasses import replace
from pathlib import Path

from odyssee.content.folder import read_folder
from odyssee.content.writer import write_folder
from odyssee.domain.territory import Territory

LEXICON = """\
format: 1
words:
  fr:
    L’Huisne: luine
    Riants: rian
  en:
    Thiron: Teeron
"""
SAID = {"fr": {"L’Huisne": "luine", "Riants": "rian"}, "en": {"Thiron": "Teeron"}}


def put(root: Path, text: str) -> Path:
    path = root / "contenus/prononciation.yaml"
    path.write_text(text, "utf-8")
    return path


def told(root: Path) -> list[str]:
    return [f"{p.where}: {p.code}" for p in read_folder(root).problems if p.severity == "error"]


def territory_of(root: Path) -> Territory:
    territory = read_folder(root).territory
    assert territory is not None
    return territory


def test_pronunciations_come_with_the_territory(root: Path) -> None:
    assert territory_of(root).pronunciations == {}
    put(root, LEXICON)
    assert territory_of(root).pronunciations == SAID


def test_writing_gives_the_same_bytes(root: Path, tmp_path: Path) -> None:
    put(root, LEXICON)
    write_folder(tmp_path / "copie", territory_of(root), [])
    assert (tmp_path / "copie/prononciation.yaml").read_text("utf-8") == LEXICON
    assert "Riants" not in (tmp_path / "copie/territoire.yaml").read_text("utf-8")


def test_a_file_that_says_the_same_keeps_its_comments(root: Path) -> None:
    path = put(root, "# Noms du Perche\n" + LEXICON)
    assert write_folder(root / "contenus", territory_of(root), []) == []
    assert path.read_text("utf-8").startswith("# Noms")


def test_the_file_of_a_curator_stays_when_the_territory_knows_no_name(root: Path) -> None:
    path = put(root, LEXICON)
    without = replace(territory_of(root), pronunciations={})
    assert write_folder(root / "contenus", without, []) == []
    assert path.read_text("utf-8") == LEXICON


def test_a_folder_without_territory_still_holds_its_pronunciations(root: Path) -> None:
    put(root, LEXICON)
    (root / "contenus/territoire.yaml").unlink()
    folder = read_folder(root)
    assert (folder.territory, folder.pronunciations) == (None, SAID)


def test_a_folder_that_has_a_territory_and_no_file_has_no_name_to_respell(root: Path) -> None:
    assert read_folder(root).pronunciations == {}
    (root / "contenus/territoire.yaml").unlink()
    assert read_folder(root).pronunciations is None


def test_a_language_that_is_none_is_told_on_its_line(root: Path) -> None:
    put(root, LEXICON.replace("  en:", "  anglais_:"))
    assert told(root) == ["prononciation.yaml:6: language_invalid"]


def test_a_respelling_that_cannot_be_said_is_told_on_its_line(root: Path) -> None:
    put(root, LEXICON.replace("rian", "r1an"))
    assert told(root) == ["prononciation.yaml:5: respelling_unsayable"]


def test_the_file_is_not_taken_for_anything_else(root: Path) -> None:
    put(root, "format: 1\nmots: {}\n")
    assert told(root) == [
        "prononciation.yaml:1: missing_key",
        "prononciation.yaml:2: unknown_key",
    ]


def test_territoire_yaml_does_not_hold_pronunciations(root: Path) -> None:
    path = root / "contenus/territoire.yaml"
    path.write_text(f"{path.read_text('utf-8')}pronunciations: {{}}\n", "utf-8")
    assert told(root) == ["territoire.yaml:11: unknown_key"]
