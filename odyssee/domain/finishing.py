"""Finishing: captions and focal point laid over what was encoded, whose bytes stay the same."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from odyssee.domain.canonical import canonical, sha256_of
from odyssee.domain.captions import estimate_cues
from odyssee.domain.media import Cue, Focal, MediaAsset, Speech
from odyssee.domain.webvtt import from_webvtt, read_webvtt

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What an office says over a medium of its own, however often that is encoded anew."""

    captions: str | None = None
    """WebVTT, of a sound; null: the estimate."""
    focal: Focal | None = None
    """Of a picture; null: the centre."""


NO_EDIT = Edit()


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
        focal=None,
    )


def finish(
    medium: MediaAsset,
    sentences: Sequence[str] = (),
    own: CaptionsFile | None = None,
    edit: Edit = NO_EDIT,
) -> MediaAsset:
    """Lay anew over a medium what belongs there; a synthetic voice stays as it is.

    Args:
        medium: bare, or finished before.
        sentences: what is said in a recording, as far as that is known.
        own: captions of the legend that uses it; they come before those of the office.
        edit: what the office says; captions of before it was encoded anew are cut to its length.

    Raises:
        MediumRefused: `own` does not go with the sound; see `webvtt.from_webvtt`.
    """
    encoded = bare(medium)
    if encoded.kind == "image":
        return _with_focal(encoded, edit.focal)
    if encoded.voice == "synthetic":
        return encoded
    duration_s = encoded.duration_s or 0.0
    if own is not None:
        cues = from_webvtt(own.text, duration_s)
        captioned = _with_captions(encoded, cues, "captions", own.sha256)
        return replace(captioned, captions_sha256=own.sha256)
    edited = _cut(edit.captions, duration_s)
    if edited:
        return _with_captions(encoded, edited, "edited", sha256_of((edit.captions or "").encode()))
    speech = encoded.speech or Speech(0.0, duration_s)
    guessed = estimate_cues(sentences, speech.start_s, speech.end_s, speech.pauses)
    captioned = _with_captions(encoded, guessed, "estimated", *sentences)
    return replace(captioned, captions_status="estimated")


def _with_focal(picture: MediaAsset, focal: Focal | None) -> MediaAsset:
    if focal is None:
        return picture
    key = _key(picture, "focal", repr(focal.x), repr(focal.y))
    return replace(picture, key=key, encoded_key=picture.key, focal=focal)


def _with_captions(encoded: MediaAsset, cues: tuple[Cue, ...], *laid: str) -> MediaAsset:
    return replace(
        encoded,
        key=_key(encoded, *laid),
        encoded_key=encoded.key,
        cues=cues,
        captions_status="edited",
    )


def _cut(captions: str | None, duration_s: float) -> tuple[Cue, ...]:
    cues = () if captions is None else read_webvtt(captions).cues
    heard = (cue for cue in cues if cue.start_s < duration_s)
    return tuple(replace(cue, end_s=min(cue.end_s, duration_s)) for cue in heard)


def _key(encoded: MediaAsset, *laid: str) -> str:
    """A key that differs with everything that is laid over the same bytes."""
    return sha256_of(canonical([_VERSION, encoded.key, *laid]))
