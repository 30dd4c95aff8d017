"""Pictures: renditions, colours, orientation, and what is refused."""

import base64
import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageCms

from odyssee.domain.canonical import sha256_of
from odyssee.media.encoded import EncodedMedium, image_key
from odyssee.media.images import PAPER, encode_image

SvgBuilder = Callable[..., bytes]
Refusal = Callable[..., dict[str, str]]
Colour = tuple[int, int, int]

RED, BLUE = (200, 30, 40), (20, 40, 190)


def a_picture(
    size: tuple[int, int] = (120, 80), left: Colour = RED, right: Colour = BLUE
) -> Image.Image:
    picture = Image.new("RGB", size, right)
    picture.paste(left, (0, 0, size[0] // 2, size[1]))
    return picture


def as_file(picture: Image.Image, form: str = "PNG", **settings: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **settings)
    return out.getvalue()


def rendition(medium: EncodedMedium, media_type: str, width: int | None = None) -> Image.Image:
    found = [r for r in medium.asset.renditions if r.type == media_type]
    chosen = next(r for r in found if width in (None, r.width))
    return Image.open(io.BytesIO(medium.blobs[chosen.sha256]))


def near(seen: Any, expected: Colour) -> bool:
    return all(abs(x - y) <= 14 for x, y in zip(seen[:3], expected, strict=True))


def test_a_drawing_gets_three_widths_and_one_jpeg(a_svg: SvgBuilder) -> None:
    medium = encode_image(a_svg('<rect width="4" height="6" fill="#c81e28"/>'), "paty.svg")
    assert [(r.type, r.width, r.height) for r in medium.asset.renditions] == [
        ("image/avif", 400, 300),
        ("image/avif", 800, 600),
        ("image/avif", 1600, 1200),
        ("image/webp", 400, 300),
        ("image/webp", 800, 600),
        ("image/webp", 1600, 1200),
        ("image/jpeg", 800, 600),
    ]
    assert (medium.asset.width, medium.asset.height) == (1600, 1200)
    for fact in medium.asset.renditions:
        data = medium.blobs[fact.sha256]
        assert (sha256_of(data), len(data)) == (fact.sha256, fact.size_bytes)
        with Image.open(io.BytesIO(data)) as picture:
            assert picture.size == (fact.width, fact.height)
            assert Image.MIME[picture.format] == fact.type


def test_transparency_is_kept_where_it_can_be_and_is_paper_elsewhere(a_svg: SvgBuilder) -> None:
    medium = encode_image(a_svg('<rect width="4" height="6" fill="#c81e28"/>'), "paty.svg")
    for media_type in ("image/avif", "image/webp"):
        assert rendition(medium, media_type).convert("RGBA").getpixel((390, 20))[3] == 0
    jpeg = rendition(medium, "image/jpeg")
    assert jpeg.info["progressive"]
    assert near(jpeg.getpixel((790, 20)), PAPER)
    assert near(jpeg.getpixel((20, 20)), RED)


def test_a_small_photograph_is_never_enlarged() -> None:
    medium = encode_image(as_file(a_picture((500, 40 * 5)), "JPEG"), "étang.jpg")
    widths = [(r.type, r.width) for r in medium.asset.renditions]
    assert widths == [
        ("image/avif", 400),
        ("image/avif", 500),
        ("image/webp", 400),
        ("image/webp", 500),
        ("image/jpeg", 500),
    ]


def test_a_picture_that_lies_on_its_side_is_put_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    medium = encode_image(as_file(a_picture((120, 80)), "JPEG", exif=exif), "couché.jpg")
    assert (medium.asset.width, medium.asset.height) == (80, 120)
    upright = rendition(medium, "image/webp").convert("RGB")
    assert upright.size == (80, 120)
    assert near(upright.getpixel((40, 20)), RED)  # what was left is above
    assert near(upright.getpixel((40, 100)), BLUE)


def test_a_large_photograph_on_its_side_keeps_its_true_size() -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    medium = encode_image(as_file(a_picture((7000, 3600)), "JPEG", exif=exif), "grand.jpg")
    assert (medium.asset.width, medium.asset.height) == (3600, 7000)
    assert (rendition(medium, "image/webp", 400).size) == (400, 778)


def test_where_and_when_a_photograph_was_taken_is_removed() -> None:
    exif = Image.Exif()
    exif[0x010E] = "chez Mme Œuvré, 12 rue de l’Étang"
    exif.get_ifd(0x8825)[1] = "N"
    data = as_file(a_picture(), "JPEG", exif=exif, comment=b"secret de famille")
    medium = encode_image(data, "photo.jpg")
    for blob in medium.blobs.values():
        assert b"secret" not in blob
        assert b"Exif" not in blob
        with Image.open(io.BytesIO(blob)) as picture:
            assert not picture.getexif()
            assert "icc_profile" not in picture.info


def test_another_colour_space_becomes_srgb() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # a screen whose red lamps are blue and whose blue lamps are red
    swapped = srgb.replace(b"rXYZ", b"tmp.").replace(b"bXYZ", b"rXYZ").replace(b"tmp.", b"bXYZ")
    seen = {
        name: rendition(
            encode_image(as_file(a_picture(), icc_profile=profile), name), "image/webp"
        ).getpixel((20, 40))
        for name, profile in {"same": srgb, "other": swapped, "broken": b"no profile"}.items()
    }
    assert near(seen["same"], RED)
    assert near(seen["broken"], RED)
    assert near(seen["other"], RED[::-1])


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    if mode == "I;16":
        picture = Image.new(mode, (120, 80), 128 * 257)
    else:
        grey = Image.new("L", (120, 80), 255 if mode == "1" else 128)
        picture = grey.convert(mode)
    drawn = rendition(encode_image(as_file(picture), f"{mode}.png"), "image/webp")
    expected = 255 if mode == "1" else 128
    assert near(drawn.convert("RGB").getpixel((20, 20)), (expected,) * 3)


def test_a_printers_jpeg_is_read() -> None:
    medium = encode_image(as_file(a_picture().convert("CMYK"), "JPEG"), "presse.jpg")
    assert near(rendition(medium, "image/webp").getpixel((20, 40)), RED)


def test_the_placeholder_is_a_tiny_picture_in_the_text(a_svg: SvgBuilder) -> None:
    for data in (a_svg(), as_file(a_picture((120, 900)), "WEBP"), as_file(a_picture((1, 1)))):
        uri = encode_image(data, "x").asset.placeholder
        assert uri is not None
        assert len(uri) < 1000
        head, _, body = uri.partition(",")
        assert head == "data:image/webp;base64"
        with Image.open(io.BytesIO(base64.b64decode(body))) as tiny:
            assert max(tiny.size) == 24


def test_the_same_bytes_give_the_same_renditions_and_the_name_does_not_matter() -> None:
    data = as_file(a_picture())
    first = encode_image(data, "a.png")
    assert encode_image(data, "b.gif") == first
    assert first.asset.key == image_key(data)


def a_png_that_claims(width: int, height: int) -> bytes:
    """A header and no pixels."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    header = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    data = b"IDAT" + zlib.compress(b"\0" * 10)
    chunk = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    return b"\x89PNG\r\n\x1a\n" + header + chunk


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_an_image"),
        (b"GIF89a" + bytes(40), "not_an_image"),
        (as_file(a_picture(), "BMP"), "not_an_image"),
        (as_file(a_picture(), "TIFF"), "not_an_image"),
        (as_file(a_picture((300, 300)), "JPEG")[:900], "image_damaged"),
        (as_file(a_picture())[:-60], "image_damaged"),
        (a_png_that_claims(7746, 7746), "too_many_pixels"),
        (a_png_that_claims(10_000, 10_000), "too_many_pixels"),
        (a_png_that_claims(60_000, 60_000), "too_many_pixels"),
        (as_file(a_picture((1100, 100))), "odd_shape"),
        (bytes(40_000_001), "too_large"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_name(
    refusal: Refusal, data: bytes, code: str
) -> None:
    values = refusal(encode_image, data, "l’étang.png")
    assert (values["code"], values["name"]) == (code, "l’étang.png")


def test_a_drawing_far_taller_than_wide_is_refused(a_svg: SvgBuilder, refusal: Refusal) -> None:
    values = refusal(encode_image, a_svg("", 'viewBox="0 0 10 130"'), "colonne.svg")
    assert values["code"] == "odd_shape"
