"""The largest TIFF that may come: read within the bounds of memory, or refused for what it is."""

from collections.abc import Callable
from pathlib import Path

import pytest
from picture_builders import RED, a_picture, as_file, near, rendition
from PIL import ExifTags, Image

from odyssee.api.content_texts import MEDIA
from odyssee.media.images import encode_image

Refused = Callable[..., dict[str, str]]

ALL_ROWS = 2**31 - 1
"""As the size of a strip: all pixels stand in one."""


def a_large_tiff(folder: Path, compression: str | None, orientation: int, **settings: int) -> Path:
    """60 megapixels, red on the left as they lie."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    path = folder / "scan.tif"
    lying = a_picture((7_800, 7_690))
    path.write_bytes(as_file(lying, "TIFF", compression=compression, exif=exif, **settings))
    return path


@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
@pytest.mark.parametrize(
    ("orientation", "upright", "red_at"),
    [(3, (7_800, 7_690), (700, 400)), (6, (7_690, 7_800), (400, 100))],
    ids=["upside down", "on its side"],
)
def test_a_tiff_of_sixty_megapixels_is_read_however_it_lies(
    orientation: int,
    upright: tuple[int, int],
    red_at: tuple[int, int],
    compression: str | None,
    tmp_path: Path,
) -> None:
    medium = encode_image(a_large_tiff(tmp_path, compression, orientation), "scan.tif")
    assert (medium.asset.width, medium.asset.height) == upright
    assert near(rendition(medium, "image/jpeg").getpixel(red_at), RED)


def test_a_tiff_whose_one_strip_does_not_fit_beside_its_pixels_is_not_called_damaged(
    tmp_path: Path, refusal: Refused
) -> None:
    path = a_large_tiff(tmp_path, "tiff_lzw", 1, strip_size=ALL_ROWS)
    code = refusal(encode_image, path, "scan.tif")["code"]
    assert code == "image_too_demanding"
    french, english = MEDIA[code]
    assert "exportez-la en JPEG" in french
    assert "export it as JPEG" in english
