"""Whose work a photo says it is: offered, and in nothing that is published."""

import io
import struct
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

import pytest
from picture_builders import SAVED_AS, a_picture, as_file
from PIL import ExifTags, Image, PngImagePlugin

from odyssee.domain.credits import MAX_CREDIT
from odyssee.media.credits import MAX_METADATA_BYTES, find_credit
from odyssee.media.encoded import EncodedMedium

Encode = Callable[..., EncodedMedium]
SvgBuilder = Callable[..., bytes]

ZOE, RIGHTS = "Zoé Œuvré", "© 2026 Office du Perche"
LINE = f"{ZOE} – {RIGHTS}"
SPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def an_exif(artist: str | bytes | None = None, copyright_: str | bytes | None = None) -> bytes:
    exif = Image.Exif()
    for tag, text in ((ExifTags.Base.Artist, artist), (ExifTags.Base.Copyright, copyright_)):
        if text is not None:
            exif[tag] = text.encode() if isinstance(text, str) else text
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (48.0, 16.0, 10.2)
    return exif.tobytes()


def an_xmp(creators: list[str], rights: str | None = None) -> bytes:
    names = "".join(f"<rdf:li>{escape(name)}</rdf:li>" for name in creators)
    said = "" if rights is None else f'<rdf:li xml:lang="x-default">{escape(rights)}</rdf:li>'
    body = f"<dc:creator><rdf:Seq>{names}</rdf:Seq></dc:creator>" if names else ""
    body += f"<dc:rights><rdf:Alt>{said}<rdf:li>x</rdf:li></rdf:Alt></dc:rights>" if said else ""
    return in_rdf(f"<rdf:Description>{body}</rdf:Description>")


def in_rdf(body: str) -> bytes:
    head = '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    return f'{head}<rdf:RDF {SPACES}>{body}</rdf:RDF><?xpacket end="w"?>'.encode()


def an_iptc(*sets: tuple[int, bytes]) -> dict[str, Any]:
    """What Pillow needs to write these data sets of record 2 into a JPEG."""
    told = b"".join(b"\x1c\x02" + struct.pack(">BH", n, len(data)) + data for n, data in sets)
    padded = told + b"\0" * (len(told) % 2)
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(told)) + padded
    segment = b"Photoshop 3.0\0" + block
    return {"extra": b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment}


def saved(form: str, exif: bytes = b"", xmp: bytes = b"") -> bytes:
    """A picture of that form with this metadata."""
    if form == "PNG" and xmp:
        words = PngImagePlugin.PngInfo()
        words.add_itxt("XML:com.adobe.xmp", xmp.decode())
        return as_file(a_picture(), form, exif=exif, pnginfo=words)
    if form == "TIFF":
        told = Image.Exif()
        if exif:
            told.load(exif)
        said = {tag: text.encode("latin-1") for tag, text in told.items() if isinstance(text, str)}
        return as_file(a_picture(), form, tiffinfo={**said, **({700: xmp} if xmp else {})})
    settings = {name: data for name, data in (("exif", exif), ("xmp", xmp)) if data}
    return as_file(a_picture(), form, **settings)


def told(data: bytes, form: str = "JPEG") -> str | None:
    return find_credit(io.BytesIO(data), form)


@pytest.mark.parametrize("form", SAVED_AS)
@pytest.mark.parametrize("kind", ["exif", "xmp"])
def test_every_form_may_say_whose_it_is_and_no_rendition_does(
    encode: Encode, form: str, kind: str
) -> None:
    metadata = {"exif": an_exif(ZOE, RIGHTS)} if kind == "exif" else {"xmp": an_xmp([ZOE], RIGHTS)}
    medium = encode(saved(form, **metadata))
    assert medium.asset.credit_found == LINE
    for data in medium.blobs.values():
        assert "Œuvré".encode() not in data
        assert b"Perche" not in data


def test_a_photo_of_the_press_says_it_by_iptc(encode: Encode) -> None:
    marks = an_iptc((80, ZOE.encode()), (110, "Agence de l’Été".encode()), (5, b"titre"))
    medium = encode(as_file(a_picture(), "JPEG", **marks))
    assert medium.asset.credit_found == f"{ZOE} – Agence de l’Été"


def test_pictures_that_say_nothing_have_no_credit(encode: Encode, a_svg: SvgBuilder) -> None:
    assert encode(as_file(a_picture(), "JPEG")).asset.credit_found is None
    drawn = a_svg(f'<rect width="8" height="6"/><desc>{ZOE}</desc>')
    assert encode(drawn).asset.credit_found is None


def test_xmp_comes_before_iptc_and_iptc_before_exif_each_for_what_it_says() -> None:
    iptc = an_iptc((80, b"iptc"))
    both = as_file(a_picture(), "JPEG", exif=an_exif("exif", RIGHTS), **iptc)
    assert told(both) == f"iptc – {RIGHTS}"
    three = as_file(
        a_picture(), "JPEG", exif=an_exif("exif", RIGHTS), xmp=an_xmp(["xmp", "et"]), **iptc
    )
    assert told(three) == f"xmp, et – {RIGHTS}"
    assert told(saved("JPEG", an_exif(ZOE), an_xmp([" "], "\t"))) == ZOE


@pytest.mark.parametrize(
    ("xmp", "line"),
    [
        (in_rdf(f'<rdf:Description dc:creator="{ZOE}" dc:rights="{RIGHTS}"/>'), LINE),
        (in_rdf(f"<rdf:Description><dc:creator>{ZOE}</dc:creator></rdf:Description>"), ZOE),
        (an_xmp([ZOE]) + b"\0" * 2048, ZOE),
        (b"", None),
        (b"<rdf", None),
        (in_rdf(f"<!-- {ZOE} -->"), None),
        (b"<!DOCTYPE x [<!ENTITY z 'Z'>]>" + an_xmp([ZOE])[52:], None),
        (an_xmp([ZOE]) + b" " * MAX_METADATA_BYTES, None),
        (in_rdf("<a>" * 20_000), None),
        (an_xmp(["L’Été " * 2000]), "…"),
    ],
)
def test_xmp_is_read_in_its_ways_of_writing_and_no_further(xmp: bytes, line: str | None) -> None:
    found = told(saved("PNG", xmp=xmp), "PNG")
    if line == "…":
        assert found is not None
        assert (len(found), found[-1]) == (MAX_CREDIT, "…")
    else:
        assert found == line


@pytest.mark.parametrize(
    ("artist", "line"),
    [
        (ZOE.encode(), ZOE),
        ("Zoé".encode("latin-1"), "Zoé"),
        (b"Zo\x00e\n\x07<b>", "Zo e <b>"),
        (b"   ", None),
    ],
)
def test_exif_is_read_in_the_letters_that_cameras_write(artist: bytes, line: str | None) -> None:
    assert told(saved("JPEG", an_exif(artist))) == line


@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0" + b"\xff" * 60,
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff",
        an_exif(ZOE)[:-30],
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x3b\x01\x02\0\xff\xff\xff\x7f\x1a\0\0\0",
    ],
)
def test_metadata_that_is_broken_refuses_no_picture(encode: Encode, exif: bytes) -> None:
    medium = encode(as_file(a_picture(), "JPEG", exif=exif))
    assert medium.asset.width == 120


def test_data_sets_that_lie_about_their_length_end_the_reading() -> None:
    marks = an_iptc((80, ZOE.encode()))
    cut = marks["extra"].replace(b"\x1c\x02\x50\0", b"\x1c\x02\x50\xff")
    assert told(as_file(a_picture(), "JPEG", extra=cut)) is None
