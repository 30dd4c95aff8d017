"""Sound and pictures as facts: what was measured, and where each rendition lies."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from odyssee.domain.geo import Document

MediaKind = Literal["image", "audio"]
VoiceKind = Literal["human", "synthetic"]
CaptionsStatus = Literal["exact", "estimated", "edited"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition(Document):
    """One encoded form of a medium, kept under the SHA-256 of its bytes."""

    sha256: str
    """64 lower-case hexadecimal digits."""
    size_bytes: int
    type: str
    """Media type, such as `audio/mp4` or `image/avif`."""
    codecs: str | None = None
    """RFC 6381 codecs parameter of a sound, such as `mp4a.40.2` or `opus`."""
    bitrate_bps: int | None = None
    """Nominal bit rate of a sound."""
    width: int | None = None
    """Pixels, of a picture."""
    height: int | None = None
    """Pixels, of a picture."""


@dataclass(frozen=True, slots=True)
class Focal(Document):
    """The point of a picture that stays in sight when it is cropped, from its upper left corner."""

    x: float
    """Share of the width, from 0 to 1."""
    y: float
    """Share of the height, from 0 to 1."""


CENTRE = Focal(0.5, 0.5)


@dataclass(frozen=True, slots=True)
class Cue(Document):
    """One caption: a sentence and the time it is spoken, in seconds from the start."""

    start_s: float
    end_s: float
    text: str


class Pause(NamedTuple):
    """A silence between two sounds, in seconds from the start."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Speech(Document):
    """When somebody speaks in a recording, told by its levels; seconds of what is published."""

    start_s: float
    end_s: float
    pauses: tuple[Pause, ...] = ()
    """Between the two, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaAsset(Document):
    """A medium as it is kept: its key, its measured facts, its renditions.

    `key` is the SHA-256 over the input and the settings of the encoder and what
    was laid over the result, so that the same is never encoded twice.
    """

    key: str
    encoded_key: str | None = None
    """The key of the encoding alone, where something was laid over it (`finishing`)."""
    kind: MediaKind
    renditions: tuple[Rendition, ...]
    original_sha256: str | None = None
    """Of the bytes as they were brought, kept privately; null for a synthesised voice."""
    width: int | None = None
    """Pixels of the upright original, of a picture."""
    height: int | None = None
    """Pixels of the upright original, of a picture."""
    placeholder: str | None = None
    """A tiny picture as a data URI (under 1 KB), shown until the real one is there."""
    credit_found: str | None = None
    """The authors and rights that a photo names itself, for its office to take or leave."""
    focal: Focal | None = None
    """What the office says must stay in sight of a picture; null: the centre."""
    duration_s: float | None = None
    """Length of a sound, in seconds."""
    loudness_lufs: float | None = None
    """Integrated loudness (EBU R 128) of the first rendition of a sound."""
    true_peak_dbtp: float | None = None
    """True peak of a sound, the highest of its renditions."""
    voice: VoiceKind | None = None
    """Who speaks, of a narration."""
    cues: tuple[Cue, ...] = ()
    """Captions of a narration; empty for a picture."""
    captions_status: CaptionsStatus | None = None
    """Where the times of the captions come from: the synthesis itself, the pauses of a
    recording, or a curator. Null for a picture, and for sounds of before it was kept."""
    speech: Speech | None = None
    """Of a recording: by it captions are estimated without hearing it again."""
    captions_sha256: str | None = None
    """Of the captions as a curator brought them in a file, kept privately like an original."""
    peaks: tuple[int, ...] = ()
    """Waveform for display: at most 200 values from 0 to 100."""

    @property
    def brought_sha256(self) -> tuple[str, ...]:
        """The hashes of the files that were brought for it, which are kept privately."""
        brought = (self.original_sha256, self.captions_sha256)
        return tuple(sha256 for sha256 in brought if sha256 is not None)


_MAX_SHOWN = 80

MediaByRef = Mapping[str, MediaAsset]
"""Assets by the place where a legend uses them; see `cover_ref` and its sisters."""

Lengths = Mapping[str, float]
"""How many seconds narrations last, where that was measured, by their places (`narration_ref`)."""
NO_LENGTHS: Lengths = {}
"""Nothing was measured yet."""


def cover_ref() -> str:
    """The place of the legend's cover."""
    return "cover"


def illustration_ref(stop: str, index: int) -> str:
    """The place of a stop's picture; index counts from 0."""
    return f"stops/{stop}/illustrations/{index}"


def narration_ref(stop: str, lang: str) -> str:
    """The place of a stop's narration in one language."""
    return f"stops/{stop}/narration/{lang}"


def lengths_of(media: MediaByRef) -> Lengths:
    """What was measured of the sounds among them."""
    return {ref: asset.duration_s for ref, asset in media.items() if asset.duration_s is not None}


def to_shown_name(name: str) -> str:
    """A file's name as it may be shown: its last part, 80 characters at most, all printable.

    What a stranger's browser calls a file names nothing that we keep; it only
    tells people which of their files is meant.
    """
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    shown = "".join(c if c.isprintable() else "�" for c in last)
    return shown if len(shown) <= _MAX_SHOWN else f"{shown[: _MAX_SHOWN - 1]}…"
