"""Our lexicon of pronunciations serves our narrations, and the voice says every name in them."""

import importlib.util
import re
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from odyssee.content.folder import Folder, read_folder
from odyssee.content.plain import to_paragraphs
from odyssee.domain.pronunciation import respell
from odyssee.domain.sentences import split_sentences
from odyssee.media.spelling import to_speech
from odyssee.media.voice import Pico

HAS_PICO = importlib.util.find_spec("py_nanotts") is not None
SPELT_OUT = {"fr": ["BBC", "HLM", "LPR", "TVA"], "en": ["BBC", "GR", "LPR", "TVA"]}
SECONDS_A_LETTER = {"fr": 0.15, "en": 0.2}
"""Names take up to 0.11 in French and 0.15 in English; what is spelt out takes 0.17 and 0.25."""
AUDIBLE_S = 0.1
LOUD = 300  # of 32,768
A_WORD = re.compile(r"[^\W\d_]{3,}(?:-[^\W\d_]+)*")  # shorter are letters of the alphabet and "La"


@pytest.fixture(scope="module")
def ours(root_folder: Path) -> Folder:
    return read_folder(root_folder / "contenus")


def lexicon(ours: Folder, lang: str) -> Mapping[str, str]:
    assert ours.territory is not None
    return ours.territory.pronunciations[lang]


def sentences(ours: Folder, lang: str) -> Iterator[str]:
    for legend in ours.legends:
        for stop in legend.stops:
            for paragraph in to_paragraphs(stop.texts[lang].text):
                yield from split_sentences(paragraph, lang)


def names(ours: Folder, lang: str) -> list[str]:
    """Words with a capital that do not begin their sentence."""
    found = (word[0] for told in sentences(ours, lang) for word in list(A_WORD.finditer(told))[1:])
    return sorted({word for word in found if word[0].isupper()})


def sounding_s(clip: bytes) -> float:
    """Seconds from the first loud sample to the last."""
    loud = [at for at, sample in enumerate(array("h", clip)) if abs(sample) > LOUD]
    return (loud[-1] - loud[0]) / Pico.frame_rate_hz if loud else 0.0


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_word_of_the_lexicon_is_heard_in_a_narration(ours: Folder, lang: str) -> None:
    told = "\n".join(sentences(ours, lang))
    unheard = [word for word in lexicon(ours, lang) if respell(told, {word: "…"}) == told]
    assert unheard == []


@pytest.mark.skipif(not HAS_PICO, reason="py-nanotts has no wheel for this machine")
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_voice_says_names_and_does_not_spell_them_out(ours: Folder, lang: str) -> None:
    words = lexicon(ours, lang)
    said = {word: to_speech(word, lang, words) for word in [*names(ours, lang), *SPELT_OUT[lang]]}
    took = dict(zip(said, map(sounding_s, Pico(lang).say(list(said.values()))), strict=True))
    rate = {word: took[word] / sum(c.isalpha() for c in said[word]) for word in said}
    assert [word for word in said if took[word] < AUDIBLE_S] == []
    assert sorted(word for word in said if rate[word] > SECONDS_A_LETTER[lang]) == SPELT_OUT[lang]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_figure_reaches_the_voice(ours: Folder, lang: str) -> None:
    words = lexicon(ours, lang)
    said = [to_speech(sentence, lang, words) for sentence in sentences(ours, lang)]
    assert [sentence for sentence in said if any(c.isdigit() for c in sentence)] == []
