"""Trails from files: what GPX, KML and GeoJSON say of places and lines, and what is refused."""

import json
from contextlib import suppress

import pytest
from builders import a_legend, publish_into, reading_tools
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from odyssee.api.app import build_app
from odyssee.content.trail_files import MAX_MARKS, MAX_NAME, MAX_TEXT, read_trail
from odyssee.domain.beginnings import Mark, TrailFile, begin_legend
from odyssee.domain.errors import InputInvalid
from odyssee.domain.geo import LonLat
from odyssee.domain.legends import Route
from odyssee.files.memory import MemoryStore

GPX = """<?xml version="1.0"?>
<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">
<metadata><name>Le  Pommier</name></metadata>
<wpt lat="48.2" lon="0.9"><name>Église</name><desc>Par le nord.</desc></wpt>
<trk><name>autre</name><trkseg><trkpt lat="48.2" lon="0.9"/><trkpt lat="48.21" lon="0.91"/></trkseg>
<trkseg><trkpt lat="48.22" lon="0.92"/></trkseg></trk></gpx>"""
KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Le Pommier</name>
<Folder><Placemark><name>Église</name><Point><coordinates>0.9,48.2,100</coordinates></Point>
</Placemark></Folder><Placemark><LineString><coordinates>
0.9,48.2,1 0.91,48.21,1
</coordinates></LineString></Placemark></Document></kml>"""
ENTITY = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><gpx>&b;</gpx>'
GEOJSON = {
    "type": "FeatureCollection",
    "name": "Le Pommier",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "Église"},
            "geometry": {"type": "Point", "coordinates": [0.9, 48.2, 100]},
        },
        {
            "type": "Feature",
            "properties": None,
            "geometry": {
                "type": "MultiLineString",
                "coordinates": [[[0.9, 48.2], [0.91, 48.21]], [[0.92, 48.22], [0.93, 48.23]]],
            },
        },
        {"type": "Feature", "properties": {}, "geometry": None},
    ],
}


@pytest.mark.parametrize(
    ("raw", "corners"), [(GPX, 3), (KML, 2), (json.dumps(GEOJSON), 4), ("\ufeff \n" + GPX[21:], 3)]
)
def test_each_format_tells_its_name_its_places_and_its_line(raw: str, corners: int) -> None:
    found = read_trail("trace", raw.encode())
    assert found.name == "Le Pommier"
    assert [(mark.name, tuple(mark.place)) for mark in found.marks] == [("Église", (0.9, 48.2))]
    assert len(found.line) == corners


def test_a_route_counts_where_there_is_no_track() -> None:
    raw = '<gpx><rte><name>R</name><rtept lat="1" lon="2"/><rtept lat="3" lon="4"/></rte></gpx>'
    found = read_trail("r.gpx", raw.encode())
    assert (found.name, [tuple(place) for place in found.line]) == ("R", [(2, 1), (4, 3)])


@pytest.mark.parametrize("name", ["trail.gpx", "trail.kml", "trail.geojson"])
def test_the_trail_files_that_we_hand_out_are_read_back(name: str) -> None:
    store, legend = MemoryStore(), a_legend()
    publish_into(store, a_legend(route=Route(status="walked", line=legend.route.line)))
    client = TestClient(build_app(reading_tools(store=store), lambda: None))
    found = read_trail(name, client.get(f"/v1/legends/{legend.slug}/{name}").content)
    assert [tuple(mark.place) for mark in found.marks] == [tuple(s.location) for s in legend.stops]
    assert found.line == legend.route.line
    assert found.name == legend.texts["fr"].title


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "trail_unreadable"),
        ("<html></html>", "trail_unreadable"),
        ("<gpx>", "trail_unreadable"),
        (ENTITY, "trail_unreadable"),
        ('<gpx><wpt lat="x" lon="1"/></gpx>', "trail_unreadable"),
        ('<gpx><wpt lon="1"/></gpx>', "trail_unreadable"),
        ('{"type": "FeatureCollection"}', "trail_unreadable"),
        ('{"type": "Point", "coordinates": [1]}', "trail_unreadable"),
        ("[" * 5000, "trail_unreadable"),
        ("<gpx/>", "trail_empty"),
        ('<gpx><trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk></gpx>', "trail_empty"),
        ('<gpx><wpt lat="91" lon="1"/></gpx>', "off_earth"),
        ('<gpx><wpt lat="nan" lon="1"/></gpx>', "off_earth"),
        ("<gpx>" + '<wpt lat="1" lon="1"/>' * (MAX_MARKS + 1) + "</gpx>", "trace_too_large"),
    ],
)  # fmt: skip
def test_what_is_no_trail_is_refused_with_a_reason(raw: str, code: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        read_trail("trace", raw.encode())
    assert [problem.code for problem in refused.value.problems] == [code]


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_comes_is_a_trail_or_refused(raw: bytes) -> None:
    try:
        found = read_trail("trace", raw)
    except InputInvalid:
        return
    assert found.marks or len(found.line) > 1


KEYS = st.sampled_from(["type", "features", "geometry", "coordinates", "properties", "legend"])
DOCUMENTS = st.recursive(
    st.none() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
)


@given(DOCUMENTS)
def test_whatever_json_comes_is_a_trail_or_refused(document: object) -> None:
    told = {"type": "FeatureCollection", "features": document}
    with suppress(InputInvalid):
        read_trail("trace", json.dumps(told).encode())


def test_words_that_no_database_keeps_and_endless_ones_are_mended() -> None:
    place = {"type": "Point", "coordinates": [0.9, 48.2]}
    told = {"name": "Le\x00gu\ud800é", "desc": "mot " * 10_000}
    feature = {"type": "Feature", "properties": told, "geometry": place}
    found = read_trail("t.geojson", json.dumps(feature).encode())
    (mark,) = found.marks
    assert mark.name == "Le gu é"
    assert len(mark.text) <= MAX_TEXT
    gpx = GPX.replace("Le  Pommier", "Pommier " * 100)
    assert len(read_trail("t.gpx", gpx.encode()).name) <= MAX_NAME


def test_stops_of_alike_names_have_slugs_of_their_own() -> None:
    place = LonLat(0.9, 48.2)
    marks = tuple(Mark(name, "", place) for name in ("Halte", "Halte 3", "halte", "halte"))
    begun = begin_legend(TrailFile("Pommier", "", (), marks), "Parcours")
    slugs = [stop.slug for stop in begun.stops]
    assert len({*slugs}) == 4, slugs
