"""SVG from strangers: an allow-list first, then pixels; both in `picture_child`'s process."""

import io
import re
from collections.abc import Mapping
from typing import IO, NoReturn
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from odyssee.domain.errors import MediumRefused

MAX_ELEMENTS = 20_000
MAX_DEPTH = 64

ALLOWED_ELEMENTS = frozenset(
    (
        *("svg", "title", "desc", "g", "path", "rect", "circle", "ellipse", "line", "polyline"),
        *("polygon", "defs", "use", "clipPath", "pattern", "mask", "linearGradient"),
        *("radialGradient", "stop"),
    )
)
_SVG = "{http://www.w3.org/2000/svg}"
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_LOCAL_HREF = re.compile(r"#[^\s#]+")
_URL = re.compile(r"url\s*\(", re.IGNORECASE)
_LOCAL_URL = re.compile(r"url\(\s*(['\"]?)#[^\s'\"()]+\1\s*\)", re.IGNORECASE)


def check_svg(data: bytes) -> str:
    """Read an SVG against the allow-list and give its text back.

    Raises:
        MediumRefused: with `code` `not_svg`, `svg_doctype`, `svg_instruction`,
            `svg_forbidden_element`, `svg_forbidden_attribute`,
            `svg_outside_reference`, `svg_too_many_elements` or `svg_too_deep`.
    """
    try:
        text = data.decode("utf-8-sig")
        # The encoding is forced, so that this parser and the rasteriser read the same letters.
        parser = DefusedXMLParser(target=_AllowList(), encoding="utf-8", forbid_dtd=True)
        parser.feed(text.encode())
        parser.close()
    except DefusedXmlException as problem:
        raise MediumRefused(code="svg_doctype") from problem
    except (ParseError, UnicodeDecodeError) as problem:
        raise MediumRefused(code="not_svg") from problem
    return text


def draw(source: IO[bytes], width: int) -> IO[bytes]:
    """Draw an SVG `width` pixels wide, as PNG; only in a process that may fail.

    Raises:
        MediumRefused: as `check_svg`, or with `code` `svg_not_drawable`.
    """
    import resvg_py  # noqa: PLC0415 - other pictures do not need it

    text = check_svg(source.read())
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=text, width=width, skip_system_fonts=True, resources_dir=None
        )
    except (ValueError, RuntimeError) as problem:
        raise MediumRefused(code="svg_not_drawable") from problem
    return io.BytesIO(png)


class _AllowList:
    """A parser target that keeps nothing and refuses at the first foreign thing."""

    def __init__(self) -> None:
        self._elements = 0
        self._depth = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements == 1 and tag != f"{_SVG}svg":
            raise MediumRefused(code="not_svg")
        if self._elements > MAX_ELEMENTS:
            raise MediumRefused(code="svg_too_many_elements", max_elements=str(MAX_ELEMENTS))
        if self._depth > MAX_DEPTH:
            raise MediumRefused(code="svg_too_deep", max_depth=str(MAX_DEPTH))
        if not (tag.startswith(_SVG) and tag.removeprefix(_SVG) in ALLOWED_ELEMENTS):
            raise MediumRefused(code="svg_forbidden_element", element=_short(tag))
        for name, value in attributes.items():
            _check_attribute(_short(tag), name, value)

    def end(self, _tag: str) -> None:
        self._depth -= 1

    def data(self, _text: str) -> None:
        """Titles and blanks."""

    def comment(self, _text: str) -> None:
        """Draws nothing."""

    def pi(self, target: str, _text: str | None = None) -> NoReturn:
        raise MediumRefused(code="svg_instruction", instruction=target[:40])

    def close(self) -> None:
        """Nothing was kept."""


def _check_attribute(element: str, name: str, value: str) -> None:
    local = _short(name)
    where = {"element": element, "attribute": local}
    if local.lower().startswith("on") or name == _XML_BASE:
        raise MediumRefused(code="svg_forbidden_attribute", **where)
    if local == "href" and not _LOCAL_HREF.fullmatch(value):
        raise MediumRefused(code="svg_outside_reference", **where)
    # A backslash could spell url( in CSS escapes, an at-sign an import; drawings need neither.
    if local == "style" and ("\\" in value or "@" in value):
        raise MediumRefused(code="svg_forbidden_attribute", **where)
    if len(_URL.findall(value)) != len(_LOCAL_URL.findall(value)):
        raise MediumRefused(code="svg_outside_reference", **where)


def _short(name: str) -> str:
    return name.rpartition("}")[2][:40]
