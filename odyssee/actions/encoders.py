"""The one place from which an original that was brought goes to its encoder."""

from pathlib import Path

from odyssee.domain.media import MediaKind
from odyssee.media.audio import encode_recording
from odyssee.media.encoded import EncodedMedium, image_key, recording_key, sha256_of_file
from odyssee.media.images import encode_image


def key_of(kind: MediaKind, path: Path) -> str:
    """The key that `encode_original` gives: same bytes and settings, same key."""
    return image_key(path) if kind == "image" else recording_key(sha256_of_file(path))


def encode_original(kind: MediaKind, path: Path, name: str) -> EncodedMedium:
    """Encode a picture or a recording as it was brought; nothing of its text is known yet.

    Raises:
        MediumRefused: it cannot be used; `code` in its values says why.
        Unavailable: an encoder is missing or takes too long.
    """
    return encode_image(path, name) if kind == "image" else encode_recording(path)
