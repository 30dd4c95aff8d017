"""Whose work a picture says it is: the few words of its metadata that are read at all.

For the confined process alone: a stranger wrote what is read here.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import IO, NamedTuple, TypeVar

from defusedxml import ElementTree
from PIL import ExifTags, Image

from odyssee.domain.credits import clean_line, to_credit

MAX_METADATA_BYTES = 1_000_000
"""Of one kind: a camera writes some kilobytes, a retouching program some hundred."""
_PHOTOSHOP_IPTC = 0x0404
_TIFF_IPTC = 33_723
_DC = "{http://purl.org/dc/elements/1.1/}"
_LI = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
_BY_LINE, _CREDIT = b"\x1c\x02\x50", b"\x1c\x02\x6e"
"""How the data sets 2:80 and 2:110 begin (IPTC IIM 4.2, section 1.5)."""
_TAG = 0x1C
_EXTENDED = 0x8000
"""From this length on a data set is written otherwise; no name is as long."""

T = TypeVar("T")


class _Carried(NamedTuple):
    """What stands beside the pixels, not looked at yet."""

    exif: Image.Exif
    xmp: bytes
    iptc: bytes


class _Said(NamedTuple):
    """What one kind of metadata says of authors and rights."""

    creators: Sequence[str] = ()
    credit: Sequence[str] = ()
    rights: Sequence[str] = ()


def find_credit(source: IO[bytes], form: str) -> str | None:
    """The authors and rights that a picture names, as one clean line; None when it names none.

    EXIF (Artist, Copyright), IPTC (by-line, credit) and XMP (`dc:creator`, `dc:rights`);
    where several say the same, XMP comes before IPTC, and IPTC before EXIF. Nothing of it
    can refuse a picture: what cannot be read counts as not there.
    """
    carried = _quietly(lambda: _open(source, form), _Carried(Image.Exif(), b"", b""))
    said = [
        _quietly(lambda: _of_xmp(carried.xmp), _Said()),
        _quietly(lambda: _of_iptc(carried.iptc), _Said()),
        _quietly(lambda: _of_exif(carried.exif), _Said()),
    ]
    creators = next((one.creators for one in said if one.creators), ())
    credit = next((one.credit for one in said if one.credit), ())
    rights = next((one.rights for one in said if one.rights), ())
    return to_credit(creators, [*credit, *rights])


def _quietly(read: Callable[[], T], nothing: T) -> T:
    try:
        return read()
    except Exception:  # noqa: BLE001 - it may be broken in any way, and the pixels were sound
        return nothing


def _open(source: IO[bytes], form: str) -> _Carried:
    source.seek(0)
    if form == "SVG":
        return _Carried(Image.Exif(), b"", b"")
    if form == "HEIC":
        import pillow_heif  # noqa: PLC0415 - it takes 30 MB that other pictures do not need

        held = pillow_heif.open_heif(source)
        info = held[held.primary_index].info
        exif = Image.Exif()
        exif.load(_bounded(info.get("exif")))
        return _Carried(exif, _bounded(info.get("xmp")), b"")
    opened = Image.open(source, formats=(form.upper(),))
    if form == "TIFF":
        iptc = opened.getexif().get(_TIFF_IPTC)
    else:
        iptc = opened.info.get("photoshop", {}).get(_PHOTOSHOP_IPTC)
    return _Carried(opened.getexif(), _bounded(opened.info.get("xmp")), _bounded(iptc))


def _bounded(found: object) -> bytes:
    return found if isinstance(found, bytes) and len(found) <= MAX_METADATA_BYTES else b""


def _of_exif(exif: Image.Exif) -> _Said:
    creators = _words([exif.get(ExifTags.Base.Artist)])
    return _Said(creators=creators, rights=_words([exif.get(ExifTags.Base.Copyright)]))


def _of_xmp(xmp: bytes) -> _Said:
    if not xmp:
        return _Said()
    # No DTD at all, and no entities by the library's default.
    root = ElementTree.fromstring(xmp.strip(b"\0 \r\n\t"), forbid_dtd=True)
    creators: list[object] = []
    rights: list[object] = []
    for element in root.iter():
        creators += [element.attrib[f"{_DC}creator"]] if f"{_DC}creator" in element.attrib else []
        rights += [element.attrib[f"{_DC}rights"]] if f"{_DC}rights" in element.attrib else []
        if element.tag in (f"{_DC}creator", f"{_DC}rights"):
            texts = [item.text for item in element.iter(_LI)] or [element.text]
            # Rights are one text in several languages, the default first.
            creators += texts if element.tag == f"{_DC}creator" else []
            rights += texts[:1] if element.tag == f"{_DC}rights" else []
    return _Said(creators=_words(creators), rights=_words(rights))


def _of_iptc(iptc: bytes) -> _Said:
    told = list(_data_sets(iptc))
    creators = [data for head, data in told if head == _BY_LINE]
    return _Said(creators=_words(creators), credit=_words([d for h, d in told if h == _CREDIT]))


def _data_sets(iptc: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The data sets one after the other, as far as they can be followed."""
    at = 0
    while at + 5 <= len(iptc) and iptc[at] == _TAG:
        length = int.from_bytes(iptc[at + 3 : at + 5])
        if length >= _EXTENDED:
            return
        yield iptc[at : at + 3], iptc[at + 5 : at + 5 + length]
        at += 5 + length


def _words(found: Sequence[object]) -> list[str]:
    """Texts that say something, each on one line."""
    lines = (clean_line(_decoded(text)) for text in found)
    return [line for line in lines if line]


def _decoded(text: object) -> str:
    """As text: UTF-8 where it is that, else Latin-1; Pillow takes all of EXIF for Latin-1."""
    if isinstance(text, str):
        try:
            data = text.encode("latin-1")
        except UnicodeEncodeError:
            return text
    elif isinstance(text, bytes):
        data = text
    else:
        return ""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
