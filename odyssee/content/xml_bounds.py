"""Bounds of XML from strangers, held before a reader makes a tree of it."""

from io import BytesIO

from defusedxml.ElementTree import iterparse

from odyssee.content.trace_points import refusal

MAX_XML_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 32
MAX_ELEMENTS = 300_000


def check_xml(where: str, raw: bytes, *, max_elements: int = MAX_ELEMENTS) -> None:
    """Count the elements as they come, each emptied at its end, so that little is held.

    Args:
        where: What is told of it points there.
        raw: The file.
        max_elements: How many it may have.

    Raises:
        InputInvalid: too many elements, or too many within each other.
        ParseError: it is no XML.
        DefusedXmlException: it has entities, or names outside files.
        ValueError, LookupError: its encoding is none.
    """
    count = depth = 0
    for event, element in iterparse(BytesIO(raw), events=("start", "end")):
        if event == "end":
            depth -= 1
            element.clear()
            continue
        count, depth = count + 1, depth + 1
        if count > max_elements or depth > MAX_DEPTH:
            bounds = {"elements": str(max_elements), "depth": str(MAX_DEPTH)}
            raise refusal(where, "xml_too_large", **bounds)


def check_small_xml(where: str, raw: bytes) -> None:
    """As `check_xml`, of a file that somebody drew: 8 MB at most.

    Raises:
        InputInvalid: as there, or it has more bytes.
        ParseError, DefusedXmlException, ValueError, LookupError: as there.
    """
    if len(raw) > MAX_XML_BYTES:
        raise refusal(where, "xml_too_heavy", max_mb=str(MAX_XML_BYTES // 1024 // 1024))
    check_xml(where, raw)
