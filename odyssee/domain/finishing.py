"""Finishing: captions laid over what was encoded, whose bytes stay as they are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from odyssee.domain.canonical import canonical, sha256_of
from odyssee.domain.captions import estimate_cues
from odyssee.domain.media import MediaAsset, Speech
from odyssee.domain.webvtt import from_webvtt

_VERSION = "finish-1"
"""To be raised when the same sentences are captioned otherwise."""


@dataclass(frozen=True, slots=True)
class CaptionsFile:
    """Captions that a curator brought with a recording."""

    data: bytes
    text: str
    """The same as text, WebVTT."""
    shown: str
    """The file's name in problems."""

    @property
    def sha256(self) -> str:
        """Of the bytes as they were brought."""
        return sha256_of(self.data)


def bare(medium: MediaAsset) -> MediaAsset:
    """The medium as it was encoded, with nothing laid over it."""
    if medium.encoded_key is None:
        return medium
    return replace(
        medium,
        key=medium.encoded_key,
        encoded_key=None,
        cues=(),
        captions_status=None,
        captions_sha256=None,
    )


def finish(
    medium: MediaAsset, sentences: Sequence[str] = (), own: CaptionsFile | None = None
) -> MediaAsset:
    """Lay anew over a medium what belongs there; pictures and synthetic voices stay as they are.

    Args:
        medium: bare, or finished before.
        sentences: what is said in a recording, as far as that is known.
        own: a curator's captions, instead of those estimated from the sentences.

    Raises:
        MediumRefused: these captions do not go with the sound; see `webvtt.from_webvtt`.
    """
    encoded = bare(medium)
    if encoded.kind == "image" or encoded.voice == "synthetic":
        return encoded
    if own is not None:
        return replace(
            encoded,
            key=_key(encoded, "captions", own.sha256),
            encoded_key=encoded.key,
            cues=from_webvtt(own.text, encoded.duration_s or 0.0),
            captions_status="edited",
            captions_sha256=own.sha256,
        )
    speech = encoded.speech or Speech(0.0, encoded.duration_s or 0.0)
    return replace(
        encoded,
        key=_key(encoded, "estimated", *sentences),
        encoded_key=encoded.key,
        cues=estimate_cues(sentences, speech.start_s, speech.end_s, speech.pauses),
        captions_status="estimated",
    )


def _key(encoded: MediaAsset, *laid: str) -> str:
    """A key that differs with everything that is laid over the same bytes."""
    return sha256_of(canonical([_VERSION, encoded.key, *laid]))
