"""What comes in from an office: how much it may be, what it is called, what it can be."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from odyssee.domain.errors import Problem
from odyssee.domain.media import MediaKind
from odyssee.domain.slugs import MAX_SLUG, is_slug

MAX_FILE_NAME = 300
"""Characters of a name that are kept; the rest is cut off."""
HEAD_BYTES = 1024
"""How much of a file `tell_kind` needs at most."""
PART_BYTES = 4 * 1024 * 1024
"""How much of an upload stands in memory before it is put away."""
MAX_PARTS = 1000
"""How often an upload may be taken up again."""
LANGUAGES = ("fr", "en")

_SHA256 = re.compile(r"[0-9a-f]{64}")
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*")
_SOUNDS = (b"fLaC", b"OggS", b"ID3")
_PICTURE_BRANDS = {
    *(b"avif", b"avis", b"heic", b"heix", b"heim", b"heis"),
    *(b"hevc", b"hevx", b"mif1", b"msf1"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLimits:
    """How much may come in, and how long it is kept when nobody needs it."""

    max_file_bytes: int = 200_000_000
    office_bytes: int = 10_000_000_000
    """What the originals of one office may take together."""
    expires_after: timedelta = timedelta(hours=24)
    """When an upload that is not taken up again is over."""
    grace: timedelta = timedelta(days=30)
    """How long a file stays that nothing needs any more."""


DEFAULT_LIMITS = UploadLimits()


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an upload that was put away."""

    key: str
    """Where it lies in the private store."""
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What whoever sends a file says of it."""

    file_name: str = ""
    lang: str | None = None
    """The language that is spoken in a recording."""
    legend: str | None = None
    """The slug of the legend that it is for."""
    sha256: str | None = None
    """What the bytes must be, for senders that know it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that comes in by pieces, as far as it has come."""

    id: str
    office: str | None
    person: str
    labels: Labels
    size_bytes: int
    received_bytes: int
    parts: tuple[Part, ...]
    asset: str | None
    """What it became; null while bytes are missing."""
    expires_at: datetime


def clean_file_name(told: str) -> str:
    """The name as it can be kept and shown: data, and never a path.

    Accents are composed; what no database keeps or no screen shows is replaced.
    """
    flat = "".join("\ufffd" if _is_hidden(letter) else letter for letter in told)
    return unicodedata.normalize("NFC", flat)[:MAX_FILE_NAME]


def _is_hidden(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs"} or letter in "\u202a\u202b\u202d\u202e"


def check_labels(labels: Labels) -> list[Problem]:
    """Whether what was said of a file can be used."""
    found = []
    if labels.lang is not None and labels.lang not in LANGUAGES:
        found.append(Problem("lang", "not_allowed", values={"expected": ", ".join(LANGUAGES)}))
    if labels.legend is not None and not is_slug(labels.legend):
        found.append(Problem("legend", "bad_slug", values={"max": str(MAX_SLUG)}))
    if labels.sha256 is not None and not _SHA256.fullmatch(labels.sha256):
        found.append(Problem("sha256", "bad_sha256"))
    return found


def read_labels(told: Mapping[str, str]) -> Labels:
    """The fields that came beside a file; an empty one was left blank."""
    return Labels(
        file_name=clean_file_name(told.get("file_name", "")),
        lang=told.get("lang") or None,
        legend=told.get("legend") or None,
        sha256=(told.get("sha256") or "").lower() or None,
    )


def tell_kind(head: bytes) -> MediaKind | None:
    """What a file that begins so can be at all; null for what is no sound and no picture.

    The name and what a browser says of it do not count. The decoder looks
    closer later: this only keeps away at once what cannot be anything.
    """
    if head.startswith(_IMAGES):
        return "image"
    if head[:4] in {b"RIFF", b"RF64"}:
        known: dict[bytes, MediaKind] = {b"WAVE": "audio", b"WEBP": "image"}
        return known.get(head[8:12])
    if head[4:8] == b"ftyp":
        return "image" if _brands(head) & _PICTURE_BRANDS else "audio"
    if head.startswith(_SOUNDS):
        return "audio"
    if head[:1] == b"\xff" and head[1:2] >= b"\xe0":  # MPEG audio: eleven bits set
        return "audio"
    return "image" if _looks_like_svg(head) else None


def name_form(head: bytes) -> str:
    """What else it is, as people call it, where that is known; empty where it is not."""
    for beginning, name in _OTHERS:
        if head.startswith(beginning):
            return name
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:15].lower()
    return "HTML" if text.startswith((b"<!doctype html", b"<html")) else ""


_OTHERS = (
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x1f\x8b", "gzip"),
    (b"#EXTM3U", "M3U"),
    (b"\x1aE\xdf\xa3", "Matroska"),
    (b"8BPS", "Photoshop"),
    (b"0&\xb2u\x8ef\xcf\x11", "WMA"),
    (b"FORM", "AIFF"),
)


def _brands(head: bytes) -> set[bytes]:
    """The brands of an ISO base media file (ISO/IEC 14496-12, section 4.3)."""
    end = min(int.from_bytes(head[:4]), len(head))
    return {head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))}


def _looks_like_svg(head: bytes) -> bool:
    text = head[:HEAD_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:2] in {b"\xff\xfe", b"\xfe\xff"} or not text.startswith(b"<"):
        return False
    return b"<svg" in text or text.startswith((b"<?xml", b"<!--", b"<!DOCTYPE svg"))
