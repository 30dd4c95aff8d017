"""XML from strangers is counted before a tree is made of it: depth, elements, bytes."""

import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.content.route_lines import read_route
from odyssee.content.traces import parse_trace
from odyssee.content.trail_files import read_trail
from odyssee.content.xml_bounds import MAX_DEPTH, MAX_ELEMENTS, MAX_XML_BYTES, check_xml
from odyssee.domain.errors import InputInvalid

READERS: dict[str, Callable[[bytes], object]] = {
    "route": read_route,
    "trail": lambda raw: read_trail("trail.kml", raw),
    "trace": lambda raw: parse_trace("walk.gpx", raw),
}
FEW_BYTES = 64 * 1024 * 1024


def codes(read: Callable[[bytes], object], raw: bytes) -> list[str]:
    with pytest.raises(InputInvalid) as refused:
        read(raw)
    return [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize("reader", READERS)
def test_elements_nested_without_end_are_refused_at_once_and_hold_little(reader: str) -> None:
    raw = b"<gpx>" + b"<a>" * (MAX_XML_BYTES // 3 - 10)
    tracemalloc.start()
    try:
        assert codes(READERS[reader], raw) == ["xml_too_large"]
        assert tracemalloc.get_traced_memory()[1] < FEW_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("reader", ["route", "trail"])
def test_more_elements_or_bytes_than_a_drawn_line_has_are_refused(reader: str) -> None:
    many = b"<gpx>" + b"<a/>" * MAX_ELEMENTS + b"</gpx>"
    assert codes(READERS[reader], many) == ["xml_too_large"]
    heavy = b"<gpx>" + b" " * MAX_XML_BYTES + b"</gpx>"
    assert codes(READERS[reader], heavy) == ["xml_too_heavy"]


def test_a_long_walk_with_all_that_a_watch_adds_is_no_bomb() -> None:
    point = (
        '<trkpt lat="48.2" lon="0.9"><ele>1</ele><time>2026-06-01T10:{:02}:{:02}Z</time>'
        "<extensions><a/><b/><c/><d/></extensions></trkpt>"
    )
    points = "".join(point.format(n // 60 % 60, n % 60) for n in range(40_000))
    assert points.count("<") > MAX_ELEMENTS
    raw = f"<gpx><trk><trkseg>{points}</trkseg></trk></gpx>".encode()
    assert len(parse_trace("walk.gpx", raw).fixes) == 3_600


@given(st.integers(1, 2 * MAX_DEPTH))
def test_so_many_levels_are_let_pass_and_no_more(depth: int) -> None:
    raw = b"<a>" * depth + b"</a>" * depth
    if depth <= MAX_DEPTH:
        check_xml("file", raw)
    else:
        assert codes(lambda raw: check_xml("file", raw), raw) == ["xml_too_large"]


@pytest.mark.parametrize("tag", ["Placemark", "LineString", "Point"])
def test_kml_shapes_within_each_other_are_refused(tag: str) -> None:
    shape = "<coordinates>0.9,48.2 0.91,48.21</coordinates>"
    inner = f"<{tag}>{shape}<{tag}>{shape}</{tag}></{tag}>"
    raw = f"<kml><Document><Placemark>{inner}</Placemark></Document></kml>".encode()
    assert codes(READERS["trail"], raw) == ["trail_unreadable"]
