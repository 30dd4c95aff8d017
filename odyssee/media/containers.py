"""Which kind of sound file it is, told by its bytes: names and claims of strangers do not count."""

from pathlib import Path
from typing import NamedTuple

from odyssee.domain.errors import MediumRefused

_PCM = "pcm_u8,pcm_s16le,pcm_s24le,pcm_s32le,pcm_f32le,pcm_f64le,pcm_alaw,pcm_mulaw"
_HEAD_BYTES = 64


class Container(NamedTuple):
    """How ffmpeg is told to read a file: it may guess nothing."""

    demuxer: str
    decoders: str
    """Those that it may use, with commas; no picture and no playlist is among them."""


WAV = Container("wav", _PCM)
FLAC = Container("flac", "flac")
MP3 = Container("mp3", "mp3float,mp3")
ADTS = Container("aac", "aac")
MP4 = Container("mov", "aac,alac")
OGG = Container("ogg", "opus,libopus,vorbis,flac")


def tell_container(path: Path) -> Container:
    """The container of a recording by its first bytes.

    Raises:
        MediumRefused: with `code` `empty`, or `not_a_recording` for everything else, with
            `found` for some things that people take for one.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if not head:
            raise MediumRefused(code="empty")
        if head[:3] == b"ID3":
            file.seek(_end_of_id3(head))
            # Most files with such a tag are MP3, and some are AAC as it is sent by radio.
            return ADTS if _is_adts(file.read(2)) else MP3
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return WAV
    if head[4:8] == b"ftyp":
        return MP4
    if head[:4] in (b"fLaC", b"OggS"):
        return FLAC if head[:4] == b"fLaC" else OGG
    if head[0] == 0xFF and head[1:2] >= b"\xe0":
        return ADTS if _is_adts(head) else MP3
    raise MediumRefused(code="not_a_recording", found=_name(head))


def _end_of_id3(head: bytes) -> int:
    """Where the tag ends: four bytes of seven bits (ID3v2.4, section 3.1)."""
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _is_adts(head: bytes) -> bool:
    # Twelve bits of synchronisation, any version, and a layer that is zero (ISO 13818-7, 6.2).
    return len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0


def _name(head: bytes) -> str:
    """What it looks like instead, in a word that both languages know; empty if unknown."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    signs = (
        (b"#extm3u", "M3U"),
        (b"ffconcat", "ffconcat"),
        (b"[playlist]", "PLS"),
        (b"<", "HTML/XML"),
        (b"%pdf", "PDF"),
        (b"pk\x03\x04", "ZIP"),
        (b"\x1aE\xdf\xa3".lower(), "WebM/Matroska"),
        (b"form", "AIFF"),
        (b"#!amr", "AMR"),
        (b"\xff\xd8\xff", "JPEG"),
        (b"\x89png", "PNG"),
    )
    return next((name for sign, name in signs if text.startswith(sign)), "?")
