"""SVG from strangers: an allow-list first, then pixels from a limited child process."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from odyssee.domain.errors import MediumRefused

MAX_SVG_BYTES = 2_000_000
MAX_ELEMENTS = 20_000
MAX_DEPTH = 64
RASTER_SECONDS = 20.0
"""Wall clock; the child's own limit of processor time is shorter."""

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
_CHILD = Path(__file__).with_name("svg_child.py")


def looks_like_svg(data: bytes) -> bool:
    """Whether the bytes begin as XML does; only `check_svg` tells whether they are SVG."""
    return data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def check_svg(data: bytes) -> str:
    """Read an SVG against the allow-list and give its text back.

    Raises:
        MediumRefused: with `code` `too_large`, `not_an_image`, `svg_doctype`,
            `svg_instruction`, `svg_forbidden_element`, `svg_forbidden_attribute`,
            `svg_outside_reference`, `svg_too_many_elements` or `svg_too_deep`.
    """
    if len(data) > MAX_SVG_BYTES:
        raise MediumRefused(
            code="too_large", size_bytes=str(len(data)), max_bytes=str(MAX_SVG_BYTES)
        )
    try:
        text = data.decode("utf-8-sig")
        # The encoding is forced, so that this parser and the rasteriser read the same letters.
        parser = DefusedXMLParser(target=_AllowList(), encoding="utf-8", forbid_dtd=True)
        parser.feed(text.encode())
        parser.close()
    except DefusedXmlException as problem:
        raise MediumRefused(code="svg_doctype") from problem
    except (ParseError, UnicodeDecodeError) as problem:
        raise MediumRefused(code="not_an_image") from problem
    return text


def rasterise(data: bytes, width: int) -> bytes:
    """Draw a checked SVG `width` pixels wide, as PNG.

    The child process may use 1 GB and 8 s, and write no file.

    Raises:
        MediumRefused: as `check_svg`, or with `code` `svg_not_drawable`.
    """
    text = check_svg(data)
    try:
        done = subprocess.run(  # noqa: S603 - our own script, run by our own interpreter
            [sys.executable, "-P", str(_CHILD), str(width)],
            input=text.encode(),
            capture_output=True,
            timeout=RASTER_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise MediumRefused(code="svg_not_drawable", limit=f"{RASTER_SECONDS:.0f} s") from late
    if done.returncode != 0:
        raise MediumRefused(code="svg_not_drawable", exit_status=str(done.returncode))
    return done.stdout


class _AllowList:
    """A parser target that keeps nothing and refuses at the first foreign thing."""

    def __init__(self) -> None:
        self._elements = 0
        self._depth = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements == 1 and tag != f"{_SVG}svg":
            raise MediumRefused(code="not_an_image")
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
