"""Builders of pictures and sounds, real ones."""

import wave
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from sounds import build_wav, convert_sound

from odyssee.domain.errors import MediumRefused
from odyssee.domain.media import Cue
from odyssee.domain.sentences import split_sentences
from odyssee.media.assembly import Spoken, assemble
from odyssee.media.audio import synthesise_narration
from odyssee.media.encoded import EncodedMedium
from odyssee.media.images import encode_image
from odyssee.media.spelling import to_speech
from odyssee.media.voice import find_voice

SvgBuilder = Callable[..., bytes]
WavBuilder = Callable[..., bytes]
Converter = Callable[..., Path]
Encode = Callable[..., EncodedMedium]

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

    return build_wav


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


@pytest.fixture
def encode(tmp_path: Path) -> Encode:
    """`encode_image` of bytes, from a file whose own name says nothing."""

    def call(data: bytes, name: str = "étang.jpg") -> EncodedMedium:
        path = tmp_path / "brought"
        path.write_bytes(data)
        return encode_image(path, name)

    return call


class Recorded(NamedTuple):
    """A story as somebody might record it, and when each sentence is truly said."""

    path: Path
    cues: tuple[Cue, ...]


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Converter:
    """A sound through the real ffmpeg: from bytes or a file, or from what its options name."""

    def convert(source: bytes | Path | None, name: str, *options: str) -> Path:
        return convert_sound(tmp_path_factory.mktemp("sound"), source, name, *options)

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
