"""What an encoder hands back, and the keys by which a caller knows it need not encode."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from odyssee.domain.canonical import sha256_of
from odyssee.domain.media import MediaAsset
from odyssee.domain.pronunciation import respell, to_nfc
from odyssee.media.codecs import NO_TAGS, Tags
from odyssee.media.spelling import NO_WORDS

IMAGE_SETTINGS_VERSION = "images-3"
"""To be raised with any change of widths, qualities, colours or of what is read besides: every
picture is encoded anew."""

AUDIO_SETTINGS_VERSION = "audio-6"
"""To be raised with any change of voices, pauses, levels or codecs: every sound is encoded anew."""


@dataclass(frozen=True, slots=True)
class EncodedMedium:
    """An encoded medium: its facts, and the bytes of each rendition."""

    asset: MediaAsset
    blobs: Mapping[str, bytes]
    """Bytes by their SHA-256; exactly the renditions of `asset`."""


def image_key(path: Path) -> str:
    """The key that `encode_image` gives to the bytes of this file."""
    return _digest(IMAGE_SETTINGS_VERSION, sha256_of_file(path))


def narration_key(
    paragraphs: Sequence[str],
    lang: str,
    voice_name: str,
    words: Mapping[str, str] = NO_WORDS,
    tags: Tags = NO_TAGS,
) -> str:
    """The key that `synthesise_narration` gives; `voice_name` is that of `voice.find_voice`.

    A respelling changes the keys of the narrations that it is heard in, and no other.
    How an accent is composed is not heard, and changes none.
    """
    written = [to_nfc(paragraph) for paragraph in paragraphs]
    said = [respell(paragraph, words) for paragraph in written]
    respelt = [] if said == written else ["respelt", *said]
    said_of_it = ["tags", *tags.parts()]
    return _digest(
        AUDIO_SETTINGS_VERSION, "synthetic", voice_name, lang, *said_of_it, *written, *respelt
    )


def recording_key(sha256: str, tags: Tags = NO_TAGS) -> str:
    """The key that `encode_recording` gives; `sha256` is that of the file as it was brought.

    Neither the text nor the captions count: they are laid over the sound (`finishing`).
    """
    return _digest(AUDIO_SETTINGS_VERSION, "recorded", sha256, *tags.parts())


def sha256_of_file(path: Path) -> str:
    """The SHA-256 of a file that may be larger than memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(*parts: str) -> str:
    # JSON keeps the limits between the parts: ["ab", "c"] is not ["a", "bc"]
    return sha256_of(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass"))
