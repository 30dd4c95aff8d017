"""Builders of pictures and sounds, real ones."""

import io
import math
import random
import struct
import subprocess
import wave
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from odyssee.domain.errors import MediumRefused
from odyssee.domain.media import Cue
from odyssee.domain.sentences import split_sentences
from odyssee.media.assembly import Spoken, assemble
from odyssee.media.audio import synthesise_narration
from odyssee.media.encoded import EncodedMedium
from odyssee.media.ffmpeg import find_ffmpeg
from odyssee.media.spelling import to_speech
from odyssee.media.voice import find_voice

SvgBuilder = Callable[..., bytes]
WavBuilder = Callable[..., bytes]
Converter = Callable[..., Path]

PARAGRAPHS = (
    "Au XVe siècle, la Velue dormait dans l’Huisne. « N’approchez pas ! » criaient les mères…",
    "L’Étang de l’Herbage-Œuvré débordait.",
)


@pytest.fixture
def a_svg() -> SvgBuilder:
    """SVG around what is given; `root` holds more attributes of the root element."""

    def build(body: str = '<rect width="8" height="6"/>', root: str = 'viewBox="0 0 8 6"') -> bytes:
        spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        return f"<svg {spaces} {root}>{body}</svg>".encode()

    return build


@pytest.fixture(scope="session")
def a_wav() -> WavBuilder:
    """Bursts like syllables, over a hum; with clicks, if wanted, far louder than the rest."""

    def build(seconds: float = 4.0, volume: float = 0.1, clicks: Sequence[float] = ()) -> bytes:
        rate = 16_000
        noise = random.Random(1429)  # noqa: S311 - a sound that is the same each time
        samples = [
            volume * (math.sin(2 * math.pi * 4 * i / rate) > 0) * noise.uniform(-1, 1)
            for i in range(int(seconds * rate))
        ]
        for at_s in clicks:
            samples[int(at_s * rate)] = 1.0
        out = io.BytesIO()
        with wave.open(out, "wb") as sound:
            sound.setparams((1, 2, rate, 0, "NONE", ""))
            sound.writeframes(struct.pack(f"<{len(samples)}h", *(int(32_767 * s) for s in samples)))
        return out.getvalue()

    return build


@pytest.fixture(scope="session")
def narration() -> EncodedMedium:
    """`PARAGRAPHS` spoken in French, made once."""
    return synthesise_narration(PARAGRAPHS, "fr")


@pytest.fixture
def paragraphs() -> Sequence[str]:
    """What `narration` says."""
    return PARAGRAPHS


@pytest.fixture
def refusal() -> Callable[..., dict[str, str]]:
    """The values with which a call is refused."""

    def call(deed: Callable[..., object], *arguments: object) -> dict[str, str]:
        with pytest.raises(MediumRefused) as caught:
            deed(*arguments)
        return caught.value.values

    return call


class Recorded(NamedTuple):
    """A story as somebody might record it, and when each sentence is truly said."""

    path: Path
    cues: tuple[Cue, ...]


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Converter:
    """A sound through the real ffmpeg: from bytes or a file, or from what its options name."""

    def convert(source: bytes | Path | None, name: str, *options: str) -> Path:
        folder = tmp_path_factory.mktemp("sound")
        given = folder / "given.wav"
        if isinstance(source, bytes):
            given.write_bytes(source)
        elif source is not None:
            given = source
        target = folder / name
        command = [find_ffmpeg(), "-v", "error", "-y", "-nostdin"]
        command += [] if source is None else ["-i", str(given)]
        subprocess.run([*command, *options, str(target)], check=True)
        return target

    return convert


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """`PARAGRAPHS` read twice, with a second of silence before and two after."""
    voice = find_voice("fr")
    sentences = [split_sentences(paragraph, "fr") for paragraph in (*PARAGRAPHS, *PARAGRAPHS)]
    clips = iter(voice.say([to_speech(s, "fr") for said in sentences for s in said]))
    sound, cues = assemble(
        [[Spoken(s, next(clips)) for s in said] for said in sentences], voice.frame_rate_hz
    )
    path = tmp_path_factory.mktemp("recorded") / "conteur.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, voice.frame_rate_hz, 0, "NONE", ""))
        silence = bytes(2 * voice.frame_rate_hz)
        file.writeframes(silence + sound.raw_data + 2 * silence)
    later = tuple(Cue(cue.start_s + 1, cue.end_s + 1, cue.text) for cue in cues)
    return Recorded(path, later)
