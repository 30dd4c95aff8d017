"""Respellings at an import: the folder's own, or those that the territory has already."""

import shutil
from pathlib import Path

from odyssee.actions.ingesting import import_folder
from odyssee.actions.tools import Tools

LEXICON = "format: 1\nwords:\n  fr:\n    murée: {said}\n"


def test_a_folder_without_territory_is_spoken_by_its_own_lexicon(
    desk: Tools, content: Path
) -> None:
    (content / "territoire.yaml").unlink()
    (content / "prononciation.yaml").write_text(LEXICON.format(said="muré"), "utf-8")
    assert import_folder(desk, content).encoded == 2  # the French narrations
    assert import_folder(desk, content).encoded == 0


def test_a_single_legend_from_elsewhere_is_spoken_by_the_territory_that_is_kept(
    desk: Tools, content: Path, tmp_path: Path
) -> None:
    (content / "prononciation.yaml").write_text(LEXICON.format(said="muré"), "utf-8")
    assert import_folder(desk, content).encoded == 2
    alone = tmp_path / "ailleurs" / "legendes" / "dame-de-riants"
    shutil.copytree(content / "legendes" / "dame-de-riants", alone)
    again = import_folder(desk, alone)
    assert (again.unchanged, again.encoded) == (["dame-de-riants"], 0)


def test_the_first_legend_of_all_needs_no_territory_to_be_spoken(
    fresh_desk: Tools, content: Path
) -> None:
    (content / "territoire.yaml").unlink()
    assert import_folder(fresh_desk, content).created == ["dame-de-riants"]
