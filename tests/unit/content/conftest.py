"""The contract's own example, written out as a folder, and changes to it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from odyssee.content.folder import Folder, read_folder
from odyssee.domain.legends import Legend
from odyssee.domain.territory import Territory

TERRITORY = """\
format: 1
name: {fr: Perche d'Eure-et-Loir, en: Perche of Eure-et-Loir}
languages: [fr]
default_language: fr
outline_status: schematic
outline:
  type: Polygon
  coordinates: [[[0.8, 48.1], [1.2, 48.1], [1.2, 48.7], [0.8, 48.7], [0.8, 48.1]]]
communes:
  - {name: Vichères, insee: "28407"}
"""

EXAMPLE = """\
format: 1
slug: dame-de-riants
commune: {name: Vichères, insee: "28407"}
site_status: confirmed
text_status: provisional
order: window
window: 3
loop: true
duration_min: 120
difficulty: easy
themes: [eglise, fantome]
audience: {min_age: 8}
access: {wheelchair: partial, stroller: partial}
route: {status: sketch, line: [[0.91361, 48.26944], [0.91420, 48.26990]]}
warnings: [{code: road}]
practical: {parking: true}
rights: {text_author: Perche Odyssée, licence: CC-BY-SA-4.0, sources: [{key: vicheres-fr, title: vicheres.fr}]}
cover: {file: couverture.svg}            # paths are under medias/<slug>/
stops:
  - slug: porte-muree
    location: [0.91361, 48.26944]
    site: {status: provisional, precision_m: 250, source: vicheres-fr}
    place_access: public
    zones:
      - {id: z1, shape: {type: Point, coordinates: [0.91361, 48.26944]}, radius_m: 35}
    illustrations: [{file: porte.svg}]
    narration: {fr: {file: porte-fr.wav, voice: human}}     # absent: synthesised, voice: synthetic
    riddle: {answer_ids: [b], source: vicheres-fr}
"""  # noqa: E501 - word for word
"""Word for word from the contract, Content folder."""

LEGEND_TEXT = """\
---
title: La Dame de Riants
summary: Une dame si fière qu’elle entendait la messe à dos d’âne.
access_notes: 'Le bourg est bâti à flanc de côte : les pentes sont à vérifier.'
cover_alt: Une dame en large robe est assise de côté sur un âne.
practical:
  parking: Place de l’église.
---
On a muré une porte, à Vichères.

**Ce que l’on sait.** La porte murée existe bien.
"""

STOP_TEXT = """\
---
title: La porte murée
directions: Gagnez le côté sud de l’église.
illustrations:
  - alt: Une porte bouchée de pierres.
    credit: Perche Odyssée
riddle:
  question: Quels animaux encadrent l’écusson ?
  choices:
    - id: a
      text: Deux lions
    - id: b
      text: Deux agneaux
  explanation: Deux agneaux, pour une femme pareille !
---
La voilà, ma porte. Ne cherchez pas la poignée.
"""

FILES = {
    "contenus/territoire.yaml": TERRITORY,
    "contenus/legendes/dame-de-riants/legende.yaml": EXAMPLE,
    "contenus/legendes/dame-de-riants/fr/legende.md": LEGEND_TEXT,
    "contenus/legendes/dame-de-riants/fr/01-porte-muree.md": STOP_TEXT,
    "medias/dame-de-riants/couverture.svg": "<svg/>",
    "medias/dame-de-riants/porte.svg": "<svg/>",
    "medias/dame-de-riants/porte-fr.wav": "RIFF",
}

NAMES = {
    "territory": "contenus/territoire.yaml",
    "legend": "contenus/legendes/dame-de-riants/legende.yaml",
    "legend_text": "contenus/legendes/dame-de-riants/fr/legende.md",
    "stop_text": "contenus/legendes/dame-de-riants/fr/01-porte-muree.md",
}
"""Short names for `edit`."""

Edit = Callable[[str, str, str], None]
Told = Callable[[], list[str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder that holds the example's `contenus/` and `medias/`."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def example_text() -> str:
    return EXAMPLE


@pytest.fixture
def edit(root: Path) -> Edit:
    """Replaces words in one of the example's files; they must be there."""

    def replace(name: str, old: str, new: str) -> None:
        path = root / NAMES[name]
        text = path.read_text("utf-8")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, 1), "utf-8")

    return replace


@pytest.fixture
def told(root: Path) -> Told:
    """The errors of the folder as `file:line code`, the legend's folder left out."""

    def read() -> list[str]:
        found: Folder = read_folder(root)
        return [
            f"{problem.where.removeprefix('legendes/dame-de-riants/')} {problem.code}"
            for problem in found.problems
            if problem.severity == "error"
        ]

    return read


@pytest.fixture
def legend(root: Path) -> Legend:
    return read_folder(root).legends[0]


@pytest.fixture
def territory(root: Path) -> Territory:
    found = read_folder(root).territory
    assert found is not None
    return found
