"""Recorded traces: what is taken from GPX, GeoJSON and CSV, and what is refused and why."""

import json
from pathlib import Path
from typing import Any

import pytest

from odyssee.content.traces import parse_trace
from odyssee.domain.errors import InputInvalid
from odyssee.domain.proximity import Fix

TEN = 1_780_308_000.0
"""2026-06-01T10:00:00Z."""
GPX = '<?xml version="1.0"?><gpx version="1.1" creator="L’Œil" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{}</trkseg></trk></gpx>'


def gpx(*points: str) -> bytes:
    return GPX.format("".join(points)).encode()


def trkpt(at: str | None, lon: float = 0.91, lat: float = 48.27, more: str = "") -> str:
    time = "" if at is None else f"<time>{at}</time>"
    return f'<trkpt lat="{lat}" lon="{lon}">{time}{more}</trkpt>'


def line(at: Any, count: int = 2, **where: Any) -> bytes:
    places = [[0.91 + n / 1000, 48.27, 120] for n in range(count)]
    shape = {"type": "LineString", "coordinates": places}
    named = where or {"coordTimes": at}
    return json.dumps({"type": "Feature", "properties": named, "geometry": shape}).encode()


def codes(name: str, raw: bytes, **asked: Any) -> list[tuple[str, str]]:
    with pytest.raises(InputInvalid) as refused:
        parse_trace(name, raw, **asked)
    return [(problem.where, problem.code) for problem in refused.value.problems]


def test_a_gpx_with_what_a_watch_adds() -> None:
    more = "<extensions><speed>1.3</speed><course>101.7</course><hAcc>4.5</hAcc></extensions>"
    raw = gpx(trkpt("2026-06-01T10:00:00Z", more=more), trkpt("2026-06-01T12:00:05+02:00"))
    trace = parse_trace("balade.gpx", raw)
    assert trace.fixes == (Fix(TEN, 0.91, 48.27, 4.5, 1.3, 101.7), Fix(TEN + 5, 0.91, 48.27))


@pytest.mark.parametrize(
    "named",
    [
        {"coordTimes": ["2026-06-01T10:00:00Z", "2026-06-01T10:00:05Z"]},
        {"times": [TEN, TEN + 5]},
        {"coordinateProperties": {"times": [TEN * 1000, TEN * 1000 + 5000]}},
    ],
)
def test_a_line_with_a_time_for_each_position(named: dict[str, Any]) -> None:
    trace = parse_trace("balade.geojson", line(None, **named))
    assert trace.fixes == (Fix(TEN, 0.91, 48.27), Fix(TEN + 5, 0.911, 48.27))


def test_several_lines_and_points_of_one_collection() -> None:
    shape = {"type": "MultiLineString", "coordinates": [[[0.91, 48.27]], [[0.92, 48.27]]]}
    lines = {"type": "Feature", "geometry": shape, "properties": {"coordTimes": [[TEN], [TEN + 1]]}}
    point = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [0.93, 48.27]},
        "properties": {"time": "2026-06-01T10:00:02Z", "accuracy": 12, "speed_mps": None},
    }
    raw = json.dumps({"type": "FeatureCollection", "features": [lines, point]}).encode()
    trace = parse_trace("balade.json", raw)
    assert [fix.lon for fix in trace.fixes] == [0.91, 0.92, 0.93]
    assert trace.fixes[2].accuracy_m == 12


def test_a_csv_of_a_phone_and_one_of_a_french_spreadsheet() -> None:
    phone = (
        b"t,lon,lat,accuracy_m,speed,heading\n"
        b"1780308000,0.91,48.27,8,1.2,90\n1780308005,0.92,48.27,,,\n"
    )
    sheet = (
        "Time;Latitude;Longitude\r\n2026-06-01T10:00:00Z;48,27;0,91\r\n"
        "\r\n2026-06-01T10:00:05Z;48,27;0,92\r\n"
    )
    trace = parse_trace("balade.csv", phone)
    assert trace.fixes == (
        Fix(TEN, 0.91, 48.27, 8, 1.2, 90),
        Fix(TEN + 5, 0.92, 48.27),
    )
    again = parse_trace("balade.csv", b"\xef\xbb\xbf" + sheet.encode())
    assert [(f.at_s, f.lon, f.lat) for f in again.fixes] == [
        (f.at_s, f.lon, f.lat) for f in trace.fixes
    ]


def test_a_single_line_among_many_may_have_its_times_flat() -> None:
    shape = {"type": "MultiLineString", "coordinates": [[[0.91, 48.27], [0.92, 48.27]]]}
    feature = {"type": "Feature", "geometry": shape, "properties": {"coordTimes": [TEN, TEN + 5]}}
    trace = parse_trace("balade.json", json.dumps(feature).encode())
    assert trace.fixes == (Fix(TEN, 0.91, 48.27), Fix(TEN + 5, 0.92, 48.27))


@pytest.mark.parametrize("told", ["12", 12, {"1": 1, "2": 2}, [[TEN], [TEN + 1]], [{}, TEN]])
def test_times_of_a_line_that_are_no_list_of_times_are_refused(told: Any) -> None:
    assert codes("a.json", line(told)) == [("a.json:1", "trace_unreadable")]


@pytest.mark.parametrize("told", ["12", {"a": [TEN]}, [TEN, TEN + 1], ["1", "2"], [[[TEN]], [TEN]]])
def test_times_of_several_lines_that_are_no_list_for_each_are_refused(told: Any) -> None:
    shape = {"type": "MultiLineString", "coordinates": [[[0.91, 48.27]], [[0.92, 48.27]]]}
    feature = {"type": "Feature", "geometry": shape, "properties": {"coordTimes": told}}
    assert codes("a.json", json.dumps(feature).encode()) == [("a.json:1", "trace_unreadable")]


def test_a_place_of_four_hundred_digits_is_refused() -> None:
    raw = line([TEN, TEN + 1]).replace(b"48.27", b"9" * 400)
    assert codes("a.json", raw) == [("a.json:1", "trace_unreadable")]


def test_a_gpx_in_an_unknown_encoding_is_refused() -> None:
    raw = gpx(trkpt("2026-06-01T10:00:00Z")).replace(b"?>", b' encoding="inconnu"?>', 1)
    assert codes("a.gpx", raw) == [("a.gpx:1", "trace_unreadable")]


def test_a_speed_that_is_no_number_is_left_out() -> None:
    more = ("<speed>nan</speed>", "<speed>1.5</speed>")
    points = (trkpt(f"2026-06-01T10:00:0{n}Z", more=told) for n, told in enumerate(more))
    raw = gpx(*points).replace(b"1.1", b"1.0").replace(b"GPX/1/1", b"GPX/1/0")
    assert [fix.speed_mps for fix in parse_trace("a.gpx", raw).fixes] == [None, 1.5]


def test_points_without_time_and_repeated_times_are_left_out_and_counted() -> None:
    raw = gpx(
        trkpt("2026-06-01T10:00:05Z", lon=0.92),
        trkpt(None),
        trkpt("2026-06-01T10:00:00Z"),
        trkpt("2026-06-01T10:00:05Z", lon=0.99),
    )
    trace = parse_trace("balade.gpx", raw)
    assert [fix.lon for fix in trace.fixes] == [0.91, 0.92]
    assert (trace.untimed, trace.repeated) == (1, 1)


def test_traces_without_times_are_refused() -> None:
    assert codes("a.gpx", gpx(trkpt(None))) == [("a.gpx:1", "trace_without_times")]
    assert codes("a.json", line(None, other=1)) == [("a.json:1", "trace_without_times")]
    assert codes("a.csv", b"t,lon,lat\n,0.9,48\n") == [("a.csv:1", "trace_without_times")]


def test_a_trace_of_a_single_instant_is_refused() -> None:
    same = trkpt("2026-06-01T10:00:00Z")
    assert codes("a.gpx", gpx(same, same)) == [("a.gpx:1", "trace_without_course")]


def test_a_hundred_thousand_points_are_taken_and_one_more_is_refused() -> None:
    head, rows = "t,lon,lat\n", [f"{TEN + n},0.91,48.27\n" for n in range(100_001)]
    assert len(parse_trace("a.csv", (head + "".join(rows[:-1])).encode()).fixes) == 100_000
    assert codes("a.csv", (head + "".join(rows)).encode()) == [("a.csv:1", "trace_too_large")]
    assert codes("a.gpx", b" " * (32 * 1024 * 1024 + 1)) == [("a.gpx:1", "trace_too_large")]


def test_empty_lines_of_a_csv_cost_no_points() -> None:
    rows = "".join(f"{TEN + n},0.91,48.27\n\n , ,\n" for n in range(40_000))
    assert len(parse_trace("a.csv", f"t,lon,lat\n{rows}".encode()).fixes) == 40_000


def test_empty_lines_of_a_csv_count_where_a_bad_line_is_told() -> None:
    raw = b"t,lon,lat\n\n1,0.9,48\n\n,,\n2,0.9,480\n"
    assert codes("a.csv", raw) == [("a.csv:6", "trace_bad_place")]


def test_every_bad_line_of_a_csv_is_told() -> None:
    raw = b"time,lon,lat\nhier,0.9,48\n1,nan,48\n2,,48\n3,200,48\n4,0.9,48\n"
    assert codes("a.csv", raw) == [
        ("a.csv:2", "trace_bad_time"),
        ("a.csv:3", "trace_bad_place"),
        ("a.csv:4", "trace_bad_place"),
    ]
    assert codes("a.csv", b"t,lon,lat\n3,200,48\n-9,0.9,48\n") == [
        ("a.csv:2", "trace_bad_place"),
        ("a.csv:3", "trace_bad_time"),
    ]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "trace_columns_missing"),
        (b"bonjour\n", "trace_columns_missing"),
        (b"\xff\xfe\x00", "trace_unreadable"),
        (b't,lon,lat\n"0.9', "trace_unreadable"),
        (b"<html><body>", "trace_unreadable"),
        (b'<!DOCTYPE x [<!ENTITY e "e">]><gpx>&e;</gpx>', "trace_unreadable"),
        (gpx(trkpt("hier")), "trace_without_times"),
        (gpx(trkpt("2026-06-01T10:00:00Z", lat=99)), "trace_bad_place"),
        (b"{", "trace_unreadable"),
        (b"[1, 2]", "trace_unreadable"),
        (b'{"type": "Feature"}', "trace_unreadable"),
        (b"[" * 100_000, "trace_unreadable"),
        (line([TEN]), "trace_times_differ"),
        (line([TEN, TEN + 1], count=3), "trace_times_differ"),
    ],
)
def test_what_is_no_trace_is_refused_with_its_reason(raw: bytes, code: str) -> None:
    assert codes("balade", raw) == [("balade:1", code)]


def test_only_gpx_is_taken_where_gpx_is_asked_for() -> None:
    raw = b"t,lon,lat\n1,0.9,48\n2,0.9,48\n"
    assert codes("a.gpx", raw, gpx_only=True) == [("a.gpx:1", "trace_unreadable")]


@pytest.mark.needs_shared_data
def test_real_traces_are_read(shared_data: Path) -> None:
    watch = shared_data / "traces" / "togeojson_apple_watch_route.gpx"
    trace = parse_trace(watch.name, watch.read_bytes())
    assert len(trace.fixes) == 44
    assert trace.fixes[0].accuracy_m == pytest.approx(1.80, abs=0.01)
    outing = shared_data / "traces" / "gpxpy_korita-zbevnica.gpx"
    trace = parse_trace(outing.name, outing.read_bytes())
    assert len(trace.fixes) + trace.repeated == 513
    assert trace.untimed == 358
