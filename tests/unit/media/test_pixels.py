"""Pixels: upright, in sRGB, at most 1600 wide, whatever the file was."""

import io

import pytest
from picture_builders import BLUE, RED, a_picture, as_file, near
from PIL import Image, ImageCms

from odyssee.domain.errors import MediumRefused
from odyssee.media.pixels import read_picture


def read(data: bytes, form: str) -> Image.Image:
    return read_picture(io.BytesIO(data), form)[0]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WebP", "AVIF", "HEIC", "TIFF"])
def test_a_picture_that_lies_on_its_side_is_put_upright(form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    data = as_file(a_picture((120, 80)), form, exif=exif.tobytes())
    upright, width, height = read_picture(io.BytesIO(data), form)
    assert (width, height) == upright.size == (80, 120)
    assert near(upright.getpixel((40, 20)), RED)  # what was left is above
    assert near(upright.getpixel((40, 100)), BLUE)


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_of_the_eight_orientations_is_that_of_pillow(orientation: int, form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = a_picture((60, 40))
    picture.paste((250, 250, 250), (0, 0, 10, 10))
    data = as_file(picture, form, exif=exif)
    with Image.open(io.BytesIO(data)) as opened:
        from PIL import ImageOps  # noqa: PLC0415 - what we are compared with

        expected = ImageOps.exif_transpose(opened)
    upright, width, height = read_picture(io.BytesIO(data), form)
    assert (width, height) == upright.size == expected.size
    assert upright.tobytes() == expected.tobytes()


def test_a_tiff_whose_xmp_alone_says_how_it_lies_is_put_upright() -> None:
    xmp = b'<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    data = as_file(a_picture((120, 80)), "TIFF", tiffinfo={700: xmp})
    upright, width, height = read_picture(io.BytesIO(data), "TIFF")
    assert (width, height) == upright.size == (80, 120)
    assert near(upright.getpixel((40, 20)), RED)


def test_a_large_photograph_on_its_side_keeps_its_true_size() -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    data = as_file(a_picture((5000, 3600)), "JPEG", exif=exif)
    upright, width, height = read_picture(io.BytesIO(data), "JPEG")
    assert (width, height) == (3600, 5000)
    assert upright.size == (1600, 2222)
    assert near(upright.getpixel((800, 2000)), RED)  # turned to the left


def test_a_very_tall_picture_is_drawn_narrower() -> None:
    drawn = read(as_file(a_picture((1700, 6800))), "PNG")
    assert drawn.width * drawn.height <= 5_120_000
    assert drawn.size == (1131, 4524)


def test_pixels_are_the_same_however_many_bands_they_come_in() -> None:
    picture = Image.effect_noise((2400, 1300), 90).convert("RGB")  # three bands
    at_once = picture.resize((1600, 867), Image.Resampling.LANCZOS)
    in_bands = read(as_file(picture, compress_level=1), "PNG")
    assert in_bands.size == at_once.size
    differences = [abs(x - y) for x, y in zip(in_bands.tobytes(), at_once.tobytes(), strict=True)]
    assert max(differences) <= 1


def test_another_colour_space_becomes_srgb() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # a screen whose red lamps are blue and whose blue lamps are red
    swapped = srgb.replace(b"rXYZ", b"tmp.").replace(b"bXYZ", b"rXYZ").replace(b"tmp.", b"bXYZ")
    seen = {
        name: read(as_file(a_picture(), icc_profile=profile), "PNG").getpixel((20, 40))
        for name, profile in {"same": srgb, "other": swapped, "broken": b"no profile"}.items()
    }
    assert near(seen["same"], RED)
    assert near(seen["broken"], RED)
    assert near(seen["other"], RED[::-1])


def test_the_profile_of_a_heic_is_used_too() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"tmp.").replace(b"bXYZ", b"rXYZ").replace(b"tmp.", b"bXYZ")
    picture = a_picture()
    picture.info["icc_profile"] = swapped
    assert near(
        read(as_file(picture, "HEIC", quality=95), "HEIC").getpixel((20, 40)), RED[::-1], 30
    )


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    if mode == "I;16":
        picture = Image.new(mode, (120, 80), 128 * 257)
    else:
        grey = Image.new("L", (120, 80), 255 if mode == "1" else 128)
        picture = grey.convert(mode)
    expected = 255 if mode == "1" else 128
    drawn = read(as_file(picture), "PNG")
    assert drawn.mode == "RGB"
    assert near(drawn.getpixel((20, 20)), (expected,) * 3)


@pytest.mark.parametrize(("form", "mode"), [("JPEG", "CMYK"), ("TIFF", "CMYK"), ("TIFF", "LAB")])
def test_a_printers_picture_is_read(form: str, mode: str) -> None:
    if mode == "LAB":
        srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        picture = ImageCms.profileToProfile(a_picture(), srgb, lab, outputMode="LAB")
        assert picture is not None
    else:
        picture = a_picture().convert(mode)
    assert near(read(as_file(picture, form), form).getpixel((20, 40)), RED)


@pytest.mark.parametrize("mode", ["F", "I"])
def test_measurements_are_no_colours(mode: str) -> None:
    with pytest.raises(MediumRefused) as caught:
        read(as_file(Image.new(mode, (20, 20)), "TIFF"), "TIFF")
    assert caught.value.values == {"code": "colours_not_supported", "found": mode}
