"""Pictures that somebody made to do harm: each is refused with its reason, or made safe."""

import contextlib
import io
import resource
import struct
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from picture_builders import (
    RED,
    SAVED_AS,
    a_chunk,
    a_picture,
    a_png_that_claims,
    as_file,
    near,
    rendition,
)
from PIL import ExifTags, Image, PngImagePlugin

from odyssee.domain.errors import MediumRefused
from odyssee.media.encoded import EncodedMedium

SvgBuilder = Callable[..., bytes]
Refusal = Callable[..., dict[str, str]]
Encode = Callable[..., EncodedMedium]

SECRET = b"48.2695N-0.9181E-chez-la-Velue"
XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    b'xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="' + SECRET + b'"/></rdf:RDF>'
    b'</x:xmpmeta><?xpacket end="w"?>'
)
SCRIPT = b"<script>alert('la Velue')</script>"


@pytest.fixture(autouse=True)
def nothing_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever happens, the folder for temporary files is as it was, and time and memory bounded.

    The tests' own process is watched for processor time, its children for memory.
    """
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    began, before_kb = time.process_time(), _peak_kb(resource.RUSAGE_CHILDREN)
    yield
    assert list(folder.iterdir()) == []
    assert time.process_time() - began < 10
    # A child begins with the mark of this process, which exec keeps: that one says nothing of it.
    ours_kb = _peak_kb(resource.RUSAGE_SELF)
    assert _peak_kb(resource.RUSAGE_CHILDREN) <= max(400_000, before_kb, ours_kb)


def _peak_kb(whose: int) -> int:
    """The most memory so far, of this process or of any child."""
    return resource.getrusage(whose).ru_maxrss


def a_position() -> bytes:
    """EXIF that tells where and by whom, and holds a thumbnail's worth of words."""
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = SECRET.decode()
    exif[ExifTags.Base.Artist] = SECRET.decode()
    where = exif.get_ifd(ExifTags.IFD.GPSInfo)
    where[ExifTags.GPS.GPSLatitudeRef] = "N"
    where[ExifTags.GPS.GPSLatitude] = (48.0, 16.0, 10.2)
    where[ExifTags.GPS.GPSAreaInformation] = SECRET
    return exif.tobytes()


def with_metadata(form: str) -> bytes:
    exif = a_position()
    if form == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Comment", SECRET.decode())
        words.add_itxt("XML:com.adobe.xmp", XMP.decode())
        return as_file(a_picture(), form, exif=exif, pnginfo=words)
    if form == "TIFF":
        tags = {270: SECRET.decode(), 315: SECRET.decode(), 700: XMP}
        return as_file(a_picture(), form, exif=exif, tiffinfo=tags)
    if form == "JPEG":
        return as_file(a_picture(), form, exif=exif, xmp=XMP, comment=SECRET)
    return as_file(a_picture(), form, exif=exif, xmp=XMP)


@pytest.mark.parametrize("form", SAVED_AS)
def test_where_and_by_whom_a_picture_was_taken_is_in_no_rendition(
    form: str, encode: Encode
) -> None:
    data = with_metadata(form)
    assert data.count(SECRET) >= 2  # in EXIF and in XMP at least
    medium = encode(data, "chez moi.jpg")
    assert near(rendition(medium, "image/jpeg").getpixel((20, 40)), RED, 20)
    for blob in medium.blobs.values():
        assert SECRET not in blob
        for mark in (b"Exif", b"GPS", b"xpacket", b"adobe", b"ICC_PROFILE", b"iTXt"):
            assert mark not in blob
        with Image.open(io.BytesIO(blob)) as picture:
            picture.load()
            assert not picture.getexif()
            assert not {"exif", "xmp", "icc_profile", "comment"} & picture.info.keys()


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("velue.txt", b"la Velue")
    return out.getvalue()


@pytest.mark.parametrize("tail", [SCRIPT, a_zip(), b"%PDF-1.7\n" + SCRIPT])
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_of_a_picture_that_is_something_else_too_only_the_picture_stays(
    form: str, tail: bytes, encode: Encode
) -> None:
    settings = {"comment": SCRIPT} if form == "JPEG" else {}
    for blob in encode(as_file(a_picture(), form, **settings) + tail).blobs.values():
        assert b"script" not in blob
        assert b"Velue" not in blob
        assert b"PK\x03\x04" not in blob


def test_html_that_holds_a_picture_is_no_picture(refusal: Refusal, encode: Encode) -> None:
    page = b"<html>" + SCRIPT + as_file(a_picture(), "JPEG")
    assert refusal(encode, page, "photo.jpg")["found"] == "HTML"
    assert refusal(encode, SCRIPT + page, "photo.jpg")["code"] == "not_svg"


def a_zero_png(width: int, height: int, *, grey: bool = True) -> bytes:
    """A PNG of nothing, whole, whose rows are a thousand times their compressed size."""
    row = bytes(1 + width * (1 if grey else 3))
    press = zlib.compressobj(9)
    rows = b"".join(press.compress(row) for _ in range(height)) + press.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if grey else 2, 0, 0, 0)
    chunks = a_chunk(b"IHDR", header) + a_chunk(b"IDAT", rows) + a_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def a_tiff_that_claims(width: int, height: int, rows_per_strip: int) -> bytes:
    """Deflated TIFF with one strip that claims to hold it all."""
    strip = zlib.compress(bytes(2000))
    tags = [
        *((256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 8)),
        *((262, 3, 1, 1), (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, rows_per_strip)),
        (279, 4, 1, len(strip)),
    ]
    table = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return b"II*\0" + struct.pack("<I", 8 + len(strip)) + strip + table + bytes(4)


def a_webp_that_claims(width: int, height: int) -> bytes:
    """A canvas by its header alone, and one small frame."""
    frame = as_file(a_picture((16, 16)), "WebP", lossless=True)[12:]
    sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + sizes + frame
    return b"RIFF" + struct.pack("<I", len(body)) + body


def an_avif_that_claims(width: int, height: int) -> bytes:
    """A small AVIF whose `ispe` box (its size, for the reader) says otherwise."""
    data = as_file(a_picture((64, 64)), "AVIF")
    true = b"ispe" + bytes(4) + struct.pack(">II", 64, 64)
    assert true in data
    return data.replace(true, b"ispe" + bytes(4) + struct.pack(">II", width, height))


def a_heic_that_claims(width: int, height: int) -> bytes:
    data = as_file(a_picture((64, 64)), "HEIC")
    true = b"ispe" + bytes(4) + struct.pack(">II", 64, 64)
    assert true in data
    return data.replace(true, b"ispe" + bytes(4) + struct.pack(">II", width, height))


@pytest.mark.parametrize(
    ("bomb", "codes"),
    [
        (lambda: a_zero_png(12_000, 12_000), {"too_many_pixels"}),
        (lambda: a_png_that_claims(2**31 - 1, 2**31 - 1), {"too_many_pixels", "image_damaged"}),
        (lambda: a_tiff_that_claims(50_000, 50_000, 50_000), {"too_many_pixels"}),
        (lambda: a_tiff_that_claims(7_000, 7_000, 7_000), {"image_damaged"}),
        (lambda: a_tiff_that_claims(7_000, 7_000, 2**31), {"image_too_demanding"}),
        (lambda: a_webp_that_claims(16_384, 16_384), {"too_many_pixels", "image_damaged"}),
        (lambda: a_webp_that_claims(4_400, 4_400), {"image_damaged"}),
        (lambda: an_avif_that_claims(60_000, 60_000), {"too_many_pixels", "image_damaged"}),
        (lambda: a_heic_that_claims(60_000, 60_000), {"too_many_pixels", "image_damaged"}),
        (lambda: a_heic_that_claims(7_000, 7_000), {"image_damaged"}),
    ],
    ids=lambda value: "" if callable(value) else "-".join(sorted(value)),
)
def test_what_claims_to_be_large_is_refused_before_it_is(
    bomb: Callable[[], bytes], codes: set[str], refusal: Refusal, encode: Encode
) -> None:
    data = bomb()
    assert len(data) < 2_000_000
    assert refusal(encode, data)["code"] in codes


def test_a_small_file_of_many_pixels_is_read_within_the_bounds(encode: Encode) -> None:
    assert encode(a_zero_png(7_700, 7_700)).asset.width == 7_700
    assert encode(an_avif_that_claims(5_000, 5_000)).asset.width == 5_000


def test_words_that_unpack_to_much_more_are_not_unpacked(refusal: Refusal, encode: Encode) -> None:
    whole = as_file(a_picture())
    press = zlib.compressobj(9)
    words = b"".join(press.compress(bytes(1_000_000)) for _ in range(100)) + press.flush()
    chunk = a_chunk(b"zTXt", b"Comment\0\0" + words) + a_chunk(b"iCCP", b"p\0\0" + words)
    assert refusal(encode, whole[:33] + chunk + whole[33:])["code"] == "image_damaged"


@pytest.mark.parametrize("form", ["PNG", "WebP", "AVIF", "TIFF"])
def test_of_many_frames_only_the_first_is_read(form: str, encode: Encode) -> None:
    count = {"PNG": 300, "WebP": 300}.get(form, 50)
    frames = [Image.new("RGB", (4, 4), (i % 256, 90, i // 256)) for i in range(count)]
    data = as_file(a_picture((4, 4)), form, save_all=True, append_images=frames)
    medium = encode(data)
    assert near(rendition(medium, "image/webp").convert("RGB").getpixel((0, 0)), RED, 40)


def test_ten_thousand_frames_cost_no_more_than_one(encode: Encode) -> None:
    """APNG: 10,000 frames of one pixel, each with its control chunk, behind a picture."""
    whole = as_file(a_picture())
    pixels = zlib.compress(bytes(4))
    frames = b"".join(
        a_chunk(b"fcTL", struct.pack(">IIIIIHHBB", 2 * i, 1, 1, 0, 0, 1, 100, 0, 0))
        + a_chunk(b"fdAT", struct.pack(">I", 2 * i + 1) + pixels)
        for i in range(10_000)
    )
    control = a_chunk(b"acTL", struct.pack(">II", 10_000, 0))
    end = whole.rindex(b"IEND") - 4
    medium = encode(whole[:33] + control + whole[33:end] + frames + whole[end:])
    assert near(rendition(medium, "image/jpeg").getpixel((20, 40)), RED)


@pytest.mark.parametrize("form", SAVED_AS)
def test_a_cut_picture_is_refused_wherever_it_is_cut(
    form: str, refusal: Refusal, encode: Encode
) -> None:
    picture = Image.effect_noise((160, 120), 80).convert("RGB")
    data = as_file(picture, form)
    for share in (0.02, 0.5, 0.9):
        cut = data[: max(12, int(len(data) * share))]
        assert refusal(encode, cut)["code"] in {"image_damaged", "not_an_image"}


@pytest.mark.parametrize("form", SAVED_AS)
def test_a_picture_of_which_bytes_were_changed_harms_nothing(form: str, encode: Encode) -> None:
    data = bytearray(as_file(Image.effect_noise((64, 48), 80).convert("RGB"), form))
    for at in range(16, len(data), 97):
        data[at] ^= 0xA5
    with contextlib.suppress(MediumRefused):
        assert encode(bytes(data)).asset.renditions


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>',
        '<image href="file:///etc/passwd" width="9" height="9"/>',
        '<use href="https://ailleurs.example/x.svg#a"/>',
        '<rect fill="url(https://ailleurs.example/x.svg#a)"/>',
        '<rect onload="alert(1)"/>',
    ],
)
def test_a_drawing_that_reaches_outside_is_refused(
    body: str, a_svg: SvgBuilder, refusal: Refusal, encode: Encode
) -> None:
    assert refusal(encode, a_svg(body), "dragon.svg")["code"] in {
        "svg_forbidden_element",
        "svg_forbidden_attribute",
        "svg_outside_reference",
    }


@pytest.mark.parametrize(
    "root",
    [
        'viewBox="0 0 1 100000000"',
        'viewBox="0 0 1e38 1e38"',
        'viewBox="0 0 -5 -5"',
        'width="1e9" height="1e9"',
        'width="100%" height="99999999999999"',
    ],
)
def test_a_drawing_of_any_extent_is_drawn_small_or_refused(
    root: str, a_svg: SvgBuilder, encode: Encode, refusal: Refusal
) -> None:
    data = a_svg('<rect width="1" height="1"/>', root)
    try:
        assert encode(data).asset.width == 1600
    except MediumRefused:
        assert refusal(encode, data)["code"] in {"svg_not_drawable", "odd_shape"}


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "L’Étang.jpg", "🐉.jpg", "é" * 300, "a\0b.jpg", "photo.php", ""],
)
def test_the_name_that_a_stranger_gives_changes_nothing(
    name: str, refusal: Refusal, encode: Encode
) -> None:
    data = as_file(a_picture((40, 30)), "JPEG")
    assert encode(data, name) == encode(data, "photo.jpg")
    shown = refusal(encode, b"", name)["name"]
    assert "/" not in shown
    assert "\0" not in shown
    assert len(shown) <= 80
