"""The voices of this machine, heard."""

import importlib.util
import shutil

import pytest

from odyssee.domain.errors import Unavailable
from odyssee.media.voice import EspeakNg, Pico, Voice, find_voice, list_voices

SENTENCES = ["Il était une fois, au bord de l'Huisne.", "L'Étang de l'Herbage-Œuvré débordait."]
HAS_PICO = importlib.util.find_spec("py_nanotts") is not None
ESPEAK = shutil.which("espeak-ng")


def voices() -> list[Voice]:
    pico = [Pico("fr"), Pico("en")] if HAS_PICO else []
    return [*pico, *([EspeakNg("fr", ESPEAK), EspeakNg("en", ESPEAK)] if ESPEAK else [])]


@pytest.mark.parametrize("voice", voices(), ids=lambda voice: voice.name)
def test_a_voice_says_each_sentence_and_repeats_itself_to_the_byte(voice: Voice) -> None:
    clips = voice.say(SENTENCES)
    assert len(clips) == 2
    assert all(1.0 < len(clip) / 2 / voice.frame_rate_hz < 8.0 for clip in clips)
    assert any(clips[0])
    assert voice.say(SENTENCES) == clips


@pytest.mark.skipif(not HAS_PICO, reason="py-nanotts has no wheel for this machine")
def test_english_is_british_and_the_voices_are_named() -> None:
    assert list_voices() == {"fr": "pico-fr-FR", "en": "pico-en-GB"}


def test_a_language_without_a_voice_is_unavailable() -> None:
    with pytest.raises(Unavailable) as caught:
        find_voice("br")
    assert caught.value.values == {"what": "voice", "lang": "br"}


def test_a_synthesiser_that_fails_is_unavailable() -> None:
    for command in ("false", "true", "/nowhere/espeak-ng"):
        with pytest.raises(Unavailable):
            EspeakNg("fr", command).say(SENTENCES)


def test_nothing_to_say_takes_no_clip() -> None:
    assert all(voice.say([]) == [] for voice in voices())
