"""Pictures: any SVG, JPEG, PNG or WebP in; upright, sRGB, bare renditions out."""

import base64
import io
import warnings
from collections.abc import Mapping

from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from odyssee.domain.canonical import sha256_of
from odyssee.domain.errors import MediumRefused
from odyssee.domain.media import MediaAsset, Rendition
from odyssee.media import svg
from odyssee.media.encoded import EncodedMedium, image_key

MAX_IMAGE_BYTES = 40_000_000
MAX_PIXELS = 60_000_000
MAX_RATIO = 10.0
"""Longer side over shorter side; WebP ends at 16,383 pixels."""

WIDTHS = (400, 800, 1600)
JPEG_WIDTH = 800
PAPER = (0xF4, 0xEA, 0xD6)
"""The background of the woodcuts; shows through where JPEG has no transparency."""

PLACEHOLDER_BOX = (24, 24)
_LYING = (5, 6, 7, 8)  # EXIF orientations that swap width and height
_FORMATS = ("JPEG", "PNG", "WEBP")
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


def encode_image(data: bytes, name: str) -> EncodedMedium:
    """Encode a picture as AVIF and WebP at up to three widths, and as one JPEG.

    The format is told by the content; `name` is only named in refusals. An SVG is
    drawn 1600 pixels wide; other pictures are never enlarged. The same bytes and
    library versions give the same renditions to the byte.

    Raises:
        MediumRefused: with the `name` and a `code`: `too_large`, `not_an_image`,
            `image_damaged`, `too_many_pixels`, `odd_shape`, or those of
            `svg.check_svg` and `svg.rasterise`.
    """
    try:
        picture, width, height = _read(data)
    except MediumRefused as refused:
        raise MediumRefused(**{**refused.values, "name": name}) from refused
    renditions, blobs = _renditions(picture)
    asset = MediaAsset(
        key=image_key(data),
        kind="image",
        renditions=renditions,
        width=width,
        height=height,
        placeholder=_placeholder(picture),
    )
    return EncodedMedium(asset, blobs)


def _read(data: bytes) -> tuple[Image.Image, int, int]:
    """The picture at most 1600 wide, and the width and height of the upright original."""
    if len(data) > MAX_IMAGE_BYTES:
        raise MediumRefused(
            code="too_large", size_bytes=str(len(data)), max_bytes=str(MAX_IMAGE_BYTES)
        )
    if svg.looks_like_svg(data):
        data = svg.rasterise(data, WIDTHS[-1])
    try:
        opened = _open(data)
        _check_size(*opened.size)
        return _upright(opened)
    except Image.DecompressionBombError as problem:
        raise MediumRefused(code="too_many_pixels", max_pixels=str(MAX_PIXELS)) from problem
    except UnidentifiedImageError as problem:
        raise MediumRefused(code="not_an_image") from problem
    except (OSError, ValueError, SyntaxError) as problem:
        # Pillow tells a cut or crooked file by any of these three
        raise MediumRefused(code="image_damaged") from problem


def _open(data: bytes) -> Image.Image:
    with warnings.catch_warnings():
        # Pillow warns of big pictures at its own bound; ours is checked on the next line
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        return Image.open(io.BytesIO(data), formats=_FORMATS)


def _check_size(width: int, height: int) -> None:
    size = {"width": str(width), "height": str(height)}
    if width * height > MAX_PIXELS:
        raise MediumRefused(code="too_many_pixels", max_pixels=str(MAX_PIXELS), **size)
    if max(width, height) > MAX_RATIO * min(width, height):
        raise MediumRefused(code="odd_shape", max_ratio=f"{MAX_RATIO:g}", **size)


def _upright(opened: Image.Image) -> tuple[Image.Image, int, int]:
    width, height = opened.size
    if opened.getexif().get(ExifTags.Base.Orientation) in _LYING:
        width, height = height, width
    # A JPEG can be decoded at a half or a quarter; both sides, because it may lie on its side.
    opened.draft(None, (2 * WIDTHS[-1], 2 * WIDTHS[-1]))
    colours = _bare(_to_srgb(ImageOps.exif_transpose(opened)))
    return _narrowed(colours, min(width, WIDTHS[-1]), width, height), width, height


def _to_srgb(picture: Image.Image) -> Image.Image:
    """RGB or RGBA in sRGB; a profile that cannot be read is taken for sRGB."""
    profile = picture.info.get("icc_profile")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if picture.mode.startswith("I"):  # 16 bits of grey, which Pillow would clip instead of scale
        picture = picture.convert("I").point(lambda grey: grey * (1 / 257)).convert("L")
    elif picture.mode == "CMYK" and profile:
        return _through_profile(picture, profile, "RGB")
    picture = picture.convert(mode)
    return _through_profile(picture, profile, mode) if profile else picture


def _through_profile(picture: Image.Image, profile: bytes, mode: str) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(picture, source, target, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture.convert(mode)
    return converted if converted is not None else picture.convert(mode)


def _bare(picture: Image.Image) -> Image.Image:
    """The pixels alone: no EXIF, profile, text or comment; no alpha where all is opaque."""
    mode = picture.mode
    if mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        mode = "RGB"
    bare = Image.new(mode, picture.size)
    bare.paste(picture.convert(mode))
    return bare


def _narrowed(picture: Image.Image, to_width: int, width: int, height: int) -> Image.Image:
    size = (to_width, max(1, round(to_width * height / width)))
    if size == picture.size:
        return picture
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _renditions(picture: Image.Image) -> tuple[tuple[Rendition, ...], dict[str, bytes]]:
    renditions: list[Rendition] = []
    blobs: dict[str, bytes] = {}

    def add(drawn: Image.Image, media_type: str, data: bytes) -> None:
        sha256 = sha256_of(data)
        blobs[sha256] = data
        width, height = drawn.size
        renditions.append(
            Rendition(
                sha256=sha256, size_bytes=len(data), type=media_type, width=width, height=height
            )
        )

    sizes = {
        width: _narrowed(picture, width, *picture.size)
        for width in sorted({min(w, picture.width) for w in WIDTHS})
    }
    for drawn in sizes.values():
        add(drawn, "image/avif", _encoded(drawn, "AVIF", _AVIF))
    for drawn in sizes.values():
        add(drawn, "image/webp", _encoded(drawn, "WEBP", _WEBP))
    flat = _on_paper(sizes[min(JPEG_WIDTH, picture.width)])
    add(flat, "image/jpeg", _encoded(flat, "JPEG", _JPEG))
    return tuple(renditions), blobs


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


def _placeholder(picture: Image.Image) -> str:
    tiny = ImageOps.contain(_on_paper(picture), PLACEHOLDER_BOX)
    data = _encoded(tiny, "WEBP", {"quality": 40, "method": 6})
    return "data:image/webp;base64," + base64.b64encode(data).decode()
