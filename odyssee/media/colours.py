"""Colours: from whatever a picture's profile says to sRGB."""

import io

from PIL import Image, ImageCms


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB or RGBA in sRGB; a profile that cannot be read, or is of other colours, is ignored.

    `picture` is L, RGB, RGBA, CMYK or LAB.
    """
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    if picture.mode == "LAB":
        source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        return _through(picture, source, mode) or Image.merge("RGB", [picture.getchannel(0)] * 3)
    read = None if profile is None else _read(profile)
    if read is None:
        return picture.convert(mode)
    # Grey pictures come with profiles of grey or of three colours.
    plain = picture.convert(mode) if picture.mode == "L" else picture
    return _through(picture, read, mode) or _through(plain, read, mode) or picture.convert(mode)


def _read(profile: bytes) -> ImageCms.ImageCmsProfile | None:
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _through(
    picture: Image.Image, source: ImageCms.ImageCmsProfile, mode: str
) -> Image.Image | None:
    target = ImageCms.createProfile("sRGB")
    try:
        return ImageCms.profileToProfile(picture, source, target, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
