"""The forms in which a picture goes out: AVIF and WebP at three widths, one JPEG, a placeholder."""

import base64
import io
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from PIL import Image, ImageOps

WIDTHS = (400, 800, 1600)
JPEG_WIDTH = 800
PAPER = (0xF4, 0xEA, 0xD6)
"""The background of the woodcuts; shows through where JPEG has no transparency."""

PLACEHOLDER_BOX = (24, 24)
# Speed 8 with full colour resolution: half a second for 1600 pixels, within 12 % of the size
# that four times the work would give on our flat woodcuts. One thread and one named codec, so
# that the bytes do not depend on the machine's number of cores.
_AVIF = {
    "quality": 50,
    "speed": 8,
    "subsampling": "4:4:4",
    "codec": "aom",
    "max_threads": 1,
    "autotiling": False,
}
_WEBP = {"quality": 72, "method": 4}
_JPEG = {"quality": 78, "progressive": True, "optimize": True}


class Made(NamedTuple):
    """One encoded form."""

    type: str
    width: int
    height: int
    data: bytes


def make_renditions(picture: Image.Image) -> Iterator[Made]:
    """Every form of an RGB or RGBA picture, which is never enlarged.

    The same pixels and library versions give the same bytes.
    """
    sizes = [_narrowed(picture, width) for width in sorted({min(w, picture.width) for w in WIDTHS})]
    for drawn in sizes:
        yield Made("image/avif", *drawn.size, _encoded(drawn, "AVIF", _AVIF))
    for drawn in sizes:
        yield Made("image/webp", *drawn.size, _encoded(drawn, "WEBP", _WEBP))
    flat = _on_paper(_narrowed(picture, min(JPEG_WIDTH, picture.width)))
    yield Made("image/jpeg", *flat.size, _encoded(flat, "JPEG", _JPEG))


def make_small(picture: Image.Image) -> Made:
    """One WebP at the smallest width, for who only takes a look."""
    drawn = _narrowed(picture, min(WIDTHS[0], picture.width))
    return Made("image/webp", *drawn.size, _encoded(drawn, "WEBP", _WEBP))


def make_placeholder(picture: Image.Image) -> str:
    """A tiny WebP as a data URI of less than 1 KB."""
    tiny = ImageOps.contain(_on_paper(picture), PLACEHOLDER_BOX)
    data = _encoded(tiny, "WEBP", {"quality": 40, "method": 6})
    return "data:image/webp;base64," + base64.b64encode(data).decode()


def _narrowed(picture: Image.Image, width: int) -> Image.Image:
    size = (width, max(1, round(width * picture.height / picture.width)))
    if size == picture.size:
        return picture
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encoded(picture: Image.Image, form: str, settings: Mapping[str, object]) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **settings)
    return out.getvalue()


def _on_paper(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    paper = Image.new("RGB", picture.size, PAPER)
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper
