"""Pictures: renditions, sameness, and what is refused."""

import base64
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from picture_builders import (
    RED,
    SAVED_AS,
    a_picture,
    a_png_that_claims,
    as_file,
    near,
    rendition,
)
from PIL import Image

from odyssee.domain.canonical import sha256_of
from odyssee.media.encoded import EncodedMedium, image_key
from odyssee.media.images import MAX_IMAGE_BYTES, encode_image
from odyssee.media.renditions import PAPER

SvgBuilder = Callable[..., bytes]
Refusal = Callable[..., dict[str, str]]
Encode = Callable[..., EncodedMedium]


def test_a_drawing_gets_three_widths_and_one_jpeg(a_svg: SvgBuilder, encode: Encode) -> None:
    medium = encode(a_svg('<rect width="4" height="6" fill="#c81e28"/>'), "paty.svg")
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
            assert Image.MIME[picture.format or ""] == fact.type
    # transparency is kept where it can be, and is paper elsewhere
    for media_type in ("image/avif", "image/webp"):
        assert rendition(medium, media_type).convert("RGBA").getpixel((390, 20))[3] == 0
    jpeg = rendition(medium, "image/jpeg")
    assert jpeg.info["progressive"]
    assert near(jpeg.getpixel((790, 20)), PAPER)
    assert near(jpeg.getpixel((20, 20)), RED)


def test_a_small_photograph_is_never_enlarged(encode: Encode) -> None:
    medium = encode(as_file(a_picture((500, 40 * 5)), "JPEG"))
    widths = [(r.type, r.width) for r in medium.asset.renditions]
    assert widths == [
        ("image/avif", 400),
        ("image/avif", 500),
        ("image/webp", 400),
        ("image/webp", 500),
        ("image/jpeg", 500),
    ]


@pytest.mark.parametrize("form", SAVED_AS)
def test_every_form_is_told_by_its_bytes_whatever_its_name(form: str, encode: Encode) -> None:
    medium = encode(as_file(a_picture((122, 80)), form), "photo.gif")
    assert (medium.asset.width, medium.asset.height) == (122, 80)
    drawn = rendition(medium, "image/webp").convert("RGB")
    assert near(drawn.getpixel((20, 40)), RED, 20)


def test_the_placeholder_is_a_tiny_picture_in_the_text(a_svg: SvgBuilder, encode: Encode) -> None:
    for data in (a_svg(), as_file(a_picture((120, 900)), "WebP"), as_file(a_picture((1, 1)))):
        uri = encode(data).asset.placeholder
        assert uri is not None
        assert len(uri) < 1000
        head, _, body = uri.partition(",")
        assert head == "data:image/webp;base64"
        with Image.open(io.BytesIO(base64.b64decode(body))) as tiny:
            assert max(tiny.size) == 24


def test_the_same_bytes_give_the_same_renditions_and_the_name_does_not_matter(
    tmp_path: Path, encode: Encode
) -> None:
    data = as_file(a_picture(), "HEIC")
    first = encode(data, "a.heic")
    assert encode(data, "b.gif") == first
    assert first.asset.key == image_key(tmp_path / "brought")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (as_file(a_picture(), "BMP"), "not_an_image"),
        (as_file(a_picture((300, 300)), "JPEG")[:900], "image_damaged"),
        (a_png_that_claims(7746, 7746), "too_many_pixels"),
        (a_png_that_claims(10_000, 10_000), "too_many_pixels"),
        (a_png_that_claims(60_000, 60_000), "too_many_pixels"),
        (as_file(a_picture((1100, 100))), "odd_shape"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_used_is_refused_with_its_name(
    refusal: Refusal, encode: Encode, data: bytes, code: str
) -> None:
    values = refusal(encode, data, "l’étang.png")
    assert (values["code"], values["name"]) == (code, "l’étang.png")


def test_a_refusal_says_what_was_found_and_what_is_allowed(
    refusal: Refusal, encode: Encode
) -> None:
    values = refusal(encode, b"GIF89a" + bytes(40))
    assert values["found"] == "GIF"
    assert values["allowed"] == "JPEG, PNG, WebP, AVIF, HEIC, TIFF, SVG"


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path, refusal: Refusal) -> None:
    path = tmp_path / "énorme.png"
    with path.open("wb") as file:
        file.write(as_file(a_picture()))
        file.truncate(MAX_IMAGE_BYTES + 1)
    assert refusal(encode_image, path, path.name)["max_bytes"] == "200000000"


def test_a_drawing_far_taller_than_wide_is_refused(
    a_svg: SvgBuilder, refusal: Refusal, encode: Encode
) -> None:
    assert refusal(encode, a_svg("", 'viewBox="0 0 10 130"'), "x.svg")["code"] == "odd_shape"
