"""From any picture to a small upright one in sRGB, without ever holding a second whole copy."""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from PIL import AvifImagePlugin, ExifTags, Image

from odyssee.domain.errors import MediumRefused
from odyssee.media import svg
from odyssee.media.colours import to_srgb

MAX_PIXELS = {
    "JPEG": 60_000_000,
    "PNG": 60_000_000,
    "TIFF": 60_000_000,
    "HEIC": 60_000_000,
    "AVIF": 32_000_000,
    "WebP": 20_000_000,
    "SVG": 60_000_000,
}
"""By form: what its decoder holds in 400 MB, and 60 megapixels at most."""
MAX_RATIO = 10.0
"""Longer side over shorter side; WebP ends at 16,383 pixels."""

MAX_WIDTH = 1600
"""Of what is kept: the widest rendition."""
MAX_DRAWN_PIXELS = 5_120_000
"""Of what is kept: a picture more than twice as tall as wide is drawn narrower."""
MAX_PROGRESSIVE_VALUES = 150_000_000
"""Pixels times colours of a progressive JPEG, whose decoder keeps two bytes for each."""

_LYING = (5, 6, 7, 8)  # EXIF orientations that swap width and height
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_DRAFT_WIDTH = MAX_WIDTH * 5 // 4
_BAND_PIXELS = 1_000_000
_NO_MEMORY = "decoder error -9"
"""How Pillow says that a strip of a TIFF does not fit beside its pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decoded:
    """A picture as it lies in memory: its pixels by bands, and how to show them."""

    size: tuple[int, int]
    """Of the pixels in memory; a JPEG may have been decoded at a half or a quarter."""
    upright_size: tuple[int, int]
    """Of the original, as it is to be seen."""
    band: Callable[[int, int], Image.Image]
    """The rows from one to before another."""
    orientation: int = 1
    profile: bytes | None = None


def read_picture(source: IO[bytes], form: str) -> tuple[Image.Image, int, int]:
    """The picture at most 1600 wide, and the width and height of the upright original.

    `form` is one of `PICTURE_FORMS`; no other decoder is tried. Of a picture with
    several frames or pages only the first is read. What comes back is RGB or
    RGBA in sRGB and carries nothing else: no EXIF, profile, text or comment.

    Raises:
        MediumRefused: with a `code`: `too_many_pixels`, `odd_shape`,
            `colours_not_supported`, or those of `svg.draw`.
    """
    if form == "SVG":
        source, form = svg.draw(source, MAX_WIDTH), "PNG"
    decoded = _decode_heic(source) if form == "HEIC" else _decode(source, form)
    width, height = decoded.upright_size
    size = _fitted(width, height)
    lying = decoded.orientation in _LYING
    small = _narrowed(decoded, size[::-1] if lying else size)
    turn = _TURNS.get(decoded.orientation)
    upright = small if turn is None else small.transpose(turn)
    return _bare(to_srgb(upright, decoded.profile)), width, height


def _check_size(width: int, height: int, form: str, max_pixels: int) -> None:
    if width * height > max_pixels:
        raise _too_many(form, max_pixels)
    if max(width, height) > MAX_RATIO * min(width, height):
        size = f"{width} × {height}"
        raise MediumRefused(code="odd_shape", found=size, max_ratio=f"{MAX_RATIO:g}")


def _fitted(width: int, height: int) -> tuple[int, int]:
    drawn = min(width, MAX_WIDTH, max(1, math.isqrt(MAX_DRAWN_PIXELS * width // height)))
    return drawn, max(1, round(drawn * height / width))


def _decode(source: IO[bytes], form: str) -> _Decoded:
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # threads cost address space
    # Pillow refuses twice its bound, in some decoders before they reserve the memory.
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS[form] // 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        opened = _open(source, form)
    width, height = opened.size
    _check_size(width, height, form, _max_pixels(opened, form))
    if form == "TIFF":
        return _decode_tiff(opened)
    # A JPEG can be decoded at a half or a quarter; both sides, because it may lie on its side.
    opened.draft(None, (_DRAFT_WIDTH, _DRAFT_WIDTH))
    opened.load()
    orientation = opened.getexif().get(ExifTags.Base.Orientation, 1)
    return _lain(opened, (width, height), orientation)


def _decode_tiff(opened: Image.Image) -> _Decoded:
    """As it lies: Pillow turns a whole TIFF while it decodes, which takes its memory twice."""
    orientation = opened.getexif().pop(ExifTags.Base.Orientation, 1)  # what Pillow would obey
    try:
        opened.load()
    except OSError as problem:
        if _NO_MEMORY in str(problem):
            raise MemoryError from problem
        raise
    return _lain(opened, opened.im.size, orientation)  # `size` is still that of the upright one


def _lain(opened: Image.Image, size: tuple[int, int], orientation: int) -> _Decoded:
    """A decoded picture; `size` is that of the original as it lies."""
    across = opened.im.size[0]
    return _Decoded(
        size=opened.im.size,
        upright_size=size[::-1] if orientation in _LYING else size,
        band=lambda top, bottom: opened.crop((0, top, across, bottom)),
        orientation=orientation,
        profile=opened.info.get("icc_profile"),
    )


def _open(source: IO[bytes], form: str) -> Image.Image:
    try:
        return Image.open(source, formats=(form.upper(),))
    except Image.DecompressionBombError as problem:
        raise _too_many(form, MAX_PIXELS[form]) from problem


def _too_many(form: str, max_pixels: int) -> MediumRefused:
    most = f"{max_pixels // 1_000_000}"
    return MediumRefused(code="too_many_pixels", form=form, max_megapixels=most)


def _max_pixels(opened: Image.Image, form: str) -> int:
    if not opened.info.get("progressive") or form != "JPEG":
        return MAX_PIXELS[form]
    return min(MAX_PIXELS[form], MAX_PROGRESSIVE_VALUES // len(opened.getbands()))


def _decode_heic(source: IO[bytes]) -> _Decoded:
    """By libheif, which turns the picture itself; its pixels are read where they lie."""
    import pillow_heif  # noqa: PLC0415 - it takes 30 MB that other pictures do not need

    pillow_heif.options.DECODE_THREADS = 1
    opened = pillow_heif.open_heif(source, convert_hdr_to_8bit=True)
    picture = opened[opened.primary_index]
    width, height = picture.size
    _check_size(width, height, "HEIC", MAX_PIXELS["HEIC"])
    pixels, stride = memoryview(picture.data), picture.stride
    profile = picture.info.get("icc_profile")

    def band(top: int, bottom: int) -> Image.Image:
        rows = bytes(pixels[top * stride : bottom * stride])
        mode, size = picture.mode, (width, bottom - top)
        return Image.frombuffer(mode, size, rows, "raw", mode, stride, 1)

    return _Decoded(
        size=(width, height),
        upright_size=(width, height),
        band=band,
        profile=profile if isinstance(profile, bytes) else None,
    )


def _narrowed(decoded: _Decoded, size: tuple[int, int]) -> Image.Image:
    """First across, band by band, then down: the same as at once, with one band in hand."""
    width, height = decoded.size
    rows = max(1, _BAND_PIXELS // width)
    across: Image.Image | None = None
    for top in range(0, height, rows):
        band = _plain(decoded.band(top, min(top + rows, height)))
        narrow = _resized(band, (size[0], band.height))
        if across is None:
            across = Image.new(narrow.mode, (size[0], height))
        across.paste(narrow, (0, top))
    if across is None:
        raise MediumRefused(code="image_damaged")
    return _resized(across, size)


def _resized(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    if picture.size == size:
        return picture
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _plain(band: Image.Image) -> Image.Image:
    """A mode that can be resized and has 8 bits a colour."""
    if band.mode in ("L", "RGB", "CMYK", "LAB") and not band.has_transparency_data:
        return band
    if band.mode.startswith("I;16"):  # Pillow would clip it instead of scale
        return band.convert("I").point(lambda grey: grey * (1 / 257)).convert("L")
    if band.mode in ("F", "I"):
        raise MediumRefused(code="colours_not_supported", found=band.mode)
    if band.mode == "1":
        return band.convert("L")
    return band.convert("RGBA" if band.has_transparency_data else "RGB")


def _bare(picture: Image.Image) -> Image.Image:
    """The pixels alone; no alpha where all is opaque."""
    mode = picture.mode
    if mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        mode = "RGB"
    bare = Image.new(mode, picture.size)
    bare.paste(picture.convert(mode))
    return bare
