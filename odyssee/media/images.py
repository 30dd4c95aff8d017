"""Pictures: any of seven forms in; upright, sRGB, bare renditions out."""

import json
import os
import re
from pathlib import Path
from typing import IO, Any

from odyssee.domain.canonical import sha256_of
from odyssee.domain.credits import MAX_CREDIT, clean_line
from odyssee.domain.errors import MediumRefused
from odyssee.domain.media import MediaAsset, Rendition, to_shown_name
from odyssee.media.confined import run_confined
from odyssee.media.encoded import EncodedMedium, image_key
from odyssee.media.picture_forms import HEAD_BYTES, PICTURE_FORMS, tell_form

MAX_IMAGE_BYTES = 200_000_000
MAX_SVG_BYTES = 2_000_000
ENCODE_SECONDS = 180.0
"""Wall clock; the process's own limit of processor time is shorter."""

_MAX_OUTPUT_BYTES = 64_000_000
_TYPES = ("image/avif", "image/webp", "image/jpeg")
_PLACEHOLDER = re.compile(r"data:image/webp;base64,[A-Za-z0-9+/]{1,980}={0,2}")


def encode_image(path: Path, name: str) -> EncodedMedium:
    """Encode a picture as AVIF and WebP at up to three widths, and as one JPEG.

    The form is told by the content; `name` is only named in refusals. An SVG is
    drawn 1600 pixels wide; other pictures are never enlarged. The same bytes and
    library versions give the same renditions to the byte. What a photo says of its
    authors and rights is told beside, and is in none of them. All decoding and
    encoding is done by a process of its own, which can write no file.

    Raises:
        MediumRefused: with the `name` and a `code`: `file_empty`, `too_large`,
            `not_an_image`, `image_damaged`, `image_too_demanding`,
            `too_many_pixels`, `odd_shape`, `colours_not_supported`,
            `svg_not_drawable` or those of `svg.check_svg`.
        OSError: the file cannot be read.
    """
    key = image_key(path)
    try:
        # Without a buffer, so that the process that gets it begins at the beginning.
        with path.open("rb", buffering=0) as source:
            return _encode(source, key)
    except MediumRefused as refused:
        raise MediumRefused(**{**refused.values, "name": to_shown_name(name)}) from refused


def draw_small(path: Path) -> bytes:
    """A picture as one WebP, 400 pixels wide at most, for a page to look at it.

    Raises:
        MediumRefused: as `encode_image`, without the name.
        OSError: the file cannot be read.
    """
    with path.open("rb", buffering=0) as source:
        made = _encode(source, image_key(path), "small")
    return made.blobs[made.asset.renditions[0].sha256]


def _encode(source: IO[bytes], key: str, *wanted: str) -> EncodedMedium:
    form = _check_file(source)
    ended = run_confined(
        "odyssee.media.picture_child",
        [form, *wanted],
        source,
        wall_s=ENCODE_SECONDS,
        max_output_bytes=_MAX_OUTPUT_BYTES,
    )
    if ended.fault == "time":
        raise MediumRefused(code="image_too_demanding")
    if ended.fault is not None:
        raise MediumRefused(code="svg_not_drawable" if form == "SVG" else "image_damaged")
    told, _, data = ended.output.partition(b"\n")
    try:
        return _to_medium(key, json.loads(told), data)
    except (KeyError, TypeError, ValueError) as problem:  # no answer of ours
        raise MediumRefused(code="image_damaged") from problem


def _check_file(source: IO[bytes]) -> str:
    """The form of the file, which is one of ours and not too large."""
    size_bytes = os.fstat(source.fileno()).st_size
    if size_bytes == 0:
        raise MediumRefused(code="file_empty")
    form = tell_form(source.read(HEAD_BYTES))
    source.seek(0)
    if form not in PICTURE_FORMS:
        raise MediumRefused(code="not_an_image", found=form, allowed=", ".join(PICTURE_FORMS))
    max_bytes = MAX_SVG_BYTES if form == "SVG" else MAX_IMAGE_BYTES
    if size_bytes > max_bytes:
        sizes = {"size_bytes": str(size_bytes), "max_bytes": str(max_bytes)}
        raise MediumRefused(code="too_large", **sizes)
    return form


def _to_medium(key: str, answer: dict[str, Any], data: bytes) -> EncodedMedium:
    """What the process made; one that a picture took over may say anything, hence the checks."""
    if "refused" in answer:
        raise MediumRefused(**answer["refused"])
    renditions, blobs = [], {}
    for told in answer["renditions"]:
        blob, data = data[: told["size_bytes"]], data[told["size_bytes"] :]
        rendition = Rendition(sha256=sha256_of(blob), **told)
        if rendition.type not in _TYPES or len(blob) != rendition.size_bytes:
            raise ValueError(rendition.type)
        renditions.append(rendition)
        blobs[rendition.sha256] = blob
    credit = answer["credit"]
    if credit is not None and (credit != clean_line(credit) or len(credit) > MAX_CREDIT):
        raise ValueError(credit)
    if data or not _PLACEHOLDER.fullmatch(answer["placeholder"]):
        raise ValueError(answer["placeholder"])
    asset = MediaAsset(
        key=key,
        kind="image",
        renditions=tuple(renditions),
        width=int(answer["width"]),
        height=int(answer["height"]),
        placeholder=answer["placeholder"],
        credit_found=credit,
    )
    return EncodedMedium(asset, blobs)
