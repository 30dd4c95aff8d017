"""Speech synthesis that needs no network: SVOX Pico from pip, espeak-ng from the system."""

import contextlib
import importlib.util
import io
import json
import shutil
import subprocess
import sys
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from odyssee.domain.errors import MediumRefused, Unavailable
from odyssee.media.brought_voice import BroughtVoice, CommandVoice

_PICO_VOICES = {"fr": "fr-FR", "en": "en-GB"}
_PICO_SPEED = 0.92  # a guide's pace; the voice's own is that of a train station
_PICO_VOLUME = 0.6  # loud vowels clip at 1.0; the levelling makes up for it
_ESPEAK_VOICES = {"fr": "fr", "en": "en-gb"}
_ESPEAK_WORDS_PER_MINUTE = "150"
_BASE_SECONDS = 10.0
_SECONDS_A_SENTENCE = 0.5
_CHILD = Path(__file__).with_name("pico_child.py")


class Voice(Protocol):
    """Says sentences in one language; the same sentences give the same bytes."""

    @property
    def name(self) -> str:
        """Part of a narration's key, such as `pico-fr-FR`."""

    @property
    def frame_rate_hz(self) -> int:
        """Of the PCM that `say` returns."""

    def say(self, sentences: Sequence[str]) -> list[bytes]:
        """One clip a sentence: mono PCM, signed 16 bits, little-endian.

        The sentences are as `sentences.to_speech` gives them, up to 500 characters.

        Raises:
            MediumRefused: with `code` `not_speakable`, for letters that the voice does not know.
            Unavailable: when the synthesiser fails or takes too long.
        """


class Pico:
    """SVOX Pico by `py_nanotts`, where that has a wheel: Linux on x86-64 and ARM."""

    frame_rate_hz = 16_000

    def __init__(self, lang: str) -> None:
        self._voice = _PICO_VOICES[lang]
        self.name = f"pico-{self._voice}"

    def say(self, sentences: Sequence[str]) -> list[bytes]:
        """See `Voice`. One fresh process for all, so that the outcome can be repeated."""
        order = {
            "voice": self._voice,
            "speed": _PICO_SPEED,
            "volume": _PICO_VOLUME,
            "sentences": list(sentences),
        }
        out = _run([sys.executable, "-P", str(_CHILD)], json.dumps(order).encode(), len(sentences))
        clips = _clips(out)
        if len(clips) != len(sentences):
            raise Unavailable(what="voice", voice=self.name)
        for sentence, clip in zip(sentences, clips, strict=True):
            if not clip:
                raise MediumRefused(code="not_speakable", text=sentence[:80])
        return clips


class EspeakNg:
    """The command `espeak-ng`, where the system has it; less pleasant, and found everywhere."""

    frame_rate_hz = 22_050

    def __init__(self, lang: str, command: str) -> None:
        self._voice = _ESPEAK_VOICES[lang]
        self._command = command
        self.name = f"espeak-ng-{self._voice}"

    def say(self, sentences: Sequence[str]) -> list[bytes]:
        """See `Voice`. One process a sentence: the command marks no borders between them."""
        return [self._clip(sentence) for sentence in sentences]

    def _clip(self, sentence: str) -> bytes:
        arguments = ["-v", self._voice, "-s", _ESPEAK_WORDS_PER_MINUTE, "-b", "1"]
        out = _run([self._command, *arguments, "--stdin", "--stdout"], sentence.encode(), 1)
        try:
            # The header promises 2 GB, for it was written before the length was known.
            with wave.open(io.BytesIO(out)) as clip:
                if clip.getframerate() != self.frame_rate_hz or clip.getnchannels() != 1:
                    raise Unavailable(what="voice", voice=self.name)
                frames: bytes = clip.readframes(clip.getnframes())
                return frames
        except (wave.Error, EOFError) as problem:
            raise Unavailable(what="voice", voice=self.name) from problem


def find_voice(lang: str, brought: BroughtVoice | None = None) -> Voice:
    """The voice that was brought for the language, else the best that this machine has.

    Raises:
        Unavailable: with `what` = `voice`, when there is none.
        Misconfigured: when the one that was brought cannot be run.
    """
    if brought is not None and lang in brought.languages:
        return CommandVoice(lang, brought)
    if lang in _PICO_VOICES and importlib.util.find_spec("py_nanotts") is not None:
        return Pico(lang)
    command = shutil.which("espeak-ng")
    if lang in _ESPEAK_VOICES and command is not None:
        return EspeakNg(lang, command)
    raise Unavailable(what="voice", lang=lang)


def list_voices(brought: BroughtVoice | None = None) -> dict[str, str]:
    """The name of the best voice by language; a language without a voice is absent."""
    voices: dict[str, str] = {}
    for lang in sorted({*_PICO_VOICES, *(brought.languages if brought else ())}):
        with contextlib.suppress(Unavailable):
            voices[lang] = find_voice(lang, brought).name
    return voices


def _run(command: Sequence[str], text: bytes, sentences: int) -> bytes:
    seconds = _BASE_SECONDS + _SECONDS_A_SENTENCE * sentences
    try:
        done = subprocess.run(  # noqa: S603 - our own script or espeak-ng; the text goes by pipe
            command, input=text, capture_output=True, timeout=seconds, check=False
        )
    except (subprocess.TimeoutExpired, OSError) as problem:
        raise Unavailable(what="voice") from problem
    if done.returncode != 0:
        raise Unavailable(what="voice", exit_status=str(done.returncode))
    return done.stdout


def _clips(out: bytes) -> list[bytes]:
    clips: list[bytes] = []
    at = 0
    while at < len(out):
        size = int.from_bytes(out[at : at + 4], "little")
        clips.append(out[at + 4 : at + 4 + size])
        at += 4 + size
    return clips
