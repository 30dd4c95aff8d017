"""Builders for files that do harm."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sounds import build_wav, convert_sound

from odyssee.domain.errors import MediumRefused


@pytest.fixture(scope="session")
def a_wav() -> Callable[..., bytes]:
    """Bursts like syllables."""
    return build_wav


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A sound through the real ffmpeg: from bytes or a file, or from what its options name."""

    def convert(source: bytes | Path | None, name: str, *options: str) -> Path:
        return convert_sound(tmp_path_factory.mktemp("sound"), source, name, *options)

    return convert


@pytest.fixture
def refusal() -> Callable[..., dict[str, str]]:
    """The values with which a call is refused."""

    def call(deed: Callable[..., object], *arguments: object) -> dict[str, str]:
        with pytest.raises(MediumRefused) as caught:
            deed(*arguments)
        return dict(caught.value.values)

    return call
