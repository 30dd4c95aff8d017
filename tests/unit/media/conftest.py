"""Builders of pictures and sounds, real ones."""

import io
import math
import random
import struct
import wave
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from odyssee.domain.errors import MediumRefused
from odyssee.media.audio import synthesise_narration
from odyssee.media.encoded import EncodedMedium
from odyssee.media.images import encode_image

SvgBuilder = Callable[..., bytes]
WavBuilder = Callable[..., bytes]
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


@pytest.fixture
def encode(tmp_path: Path) -> Encode:
    """`encode_image` of bytes, from a file whose own name says nothing."""

    def call(data: bytes, name: str = "étang.jpg") -> EncodedMedium:
        path = tmp_path / "brought"
        path.write_bytes(data)
        return encode_image(path, name)

    return call
