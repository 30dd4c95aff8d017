"""Pictures, made here: two colours side by side in every form that people bring."""

import io
import struct
import zlib
from typing import Any

from PIL import Image
from pillow_heif import register_heif_opener

from odyssee.media.encoded import EncodedMedium

Colour = tuple[int, int, int]

RED, BLUE = (200, 30, 40), (20, 40, 190)
SAVED_AS = {
    "JPEG": "JPEG",
    "PNG": "PNG",
    "WebP": "WEBP",
    "AVIF": "AVIF",
    "HEIC": "HEIF",
    "TIFF": "TIFF",
}
"""The forms of pixels, and Pillow's name for each."""

register_heif_opener()  # here alone: we read HEIC by libheif itself


def a_picture(
    size: tuple[int, int] = (120, 80), left: Colour = RED, right: Colour = BLUE
) -> Image.Image:
    picture = Image.new("RGB", size, right)
    picture.paste(left, (0, 0, size[0] // 2, size[1]))
    return picture


def as_file(picture: Image.Image, form: str = "PNG", **settings: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, SAVED_AS.get(form, form), **settings)
    return out.getvalue()


def a_png_that_claims(width: int, height: int, rows: bytes = bytes(10)) -> bytes:
    """A header, and these bytes as its rows."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = a_chunk(b"IHDR", header) + a_chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + chunks + a_chunk(b"IEND", b"")


def a_chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of PNG, with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def rendition(medium: EncodedMedium, media_type: str, width: int | None = None) -> Image.Image:
    found = [r for r in medium.asset.renditions if r.type == media_type]
    chosen = next(r for r in found if width in (None, r.width))
    return Image.open(io.BytesIO(medium.blobs[chosen.sha256]))


def near(seen: Any, expected: Colour, within: int = 14) -> bool:
    return all(abs(x - y) <= within for x, y in zip(seen[:3], expected, strict=True))
