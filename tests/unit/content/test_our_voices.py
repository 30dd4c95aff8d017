"""The lexicon that comes with the product: every entry is heard somewhere."""

from pathlib import Path

import pytest

from odyssee.content.folder import Folder, read_folder
from odyssee.content.plain import to_paragraphs
from odyssee.domain.pronunciation import respell


@pytest.fixture(scope="module")
def ours(root_folder: Path) -> Folder:
    return read_folder(root_folder / "contenus")


def spoken(ours: Folder, lang: str) -> list[str]:
    """Every paragraph that is said in a language."""
    return [
        paragraph
        for legend in ours.legends
        for stop in legend.stops
        for paragraph in to_paragraphs(stop.texts[lang].text)
    ]


def lexicon(ours: Folder, lang: str) -> dict[str, str]:
    assert ours.territory is not None
    return dict(ours.territory.pronunciations[lang])


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_entry_of_the_lexicon_is_heard_somewhere(ours: Folder, lang: str) -> None:
    text = "\n".join(spoken(ours, lang))
    idle = [word for word in lexicon(ours, lang) if respell(text, {word: "x"}) == text]
    assert idle == []
