"""The route of a draft from a file: GPX or GeoJSON, and what is neither is told."""

import json
from typing import Any

import pytest
from desk_builders import bearer, session_of
from draft_builders import DRAFT, Desk, keep_draft
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools

ROUTE = f"{DRAFT}/route"
GPX = '<?xml version="1.0"?><gpx version="1.1" creator="t">{}</gpx>'
POINT = '<{name} lat="{lat}" lon="{lon}"/>'


def points(name: str, *places: tuple[float, float]) -> str:
    return "".join(POINT.format(name=name, lon=lon, lat=lat) for lon, lat in places)


TRACK = (
    f"<trk><trkseg>{points('trkpt', (0.91, 48.27), (0.92, 48.27), (0.92, 48.28))}</trkseg></trk>"
)
DRAWN = f"<rte>{points('rtept', (0.91, 48.27), (0.93, 48.28))}</rte>"
LINE = {"type": "LineString", "coordinates": [[0.91, 48.27, 210.0], [0.92, 48.27], [0.92, 48.28]]}
COLLECTION = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [1, 2]}},
        {"type": "Feature", "properties": None, "geometry": LINE},
        {"type": "Feature", "properties": {}, "geometry": None},
    ],
}
CORNER = [[0.91, 48.27], [0.92, 48.27], [0.92, 48.28]]


class Sender:
    """Sends files as an editor does."""

    def __init__(self, client: TestClient, mine: dict[str, str]) -> None:
        self._client = client
        self._mine = mine

    def put(self, raw: bytes, kind: str = "", query: str = "", **headers: str) -> Any:
        named = {"If-Match": "*"} | headers | {"Content-Type": kind or "application/gpx+xml"}
        return self._client.put(f"{ROUTE}{query}", content=raw, headers=self._mine | named)


@pytest.fixture
def sender(client: TestClient, tools: Tools) -> Sender:
    keep_draft(tools)
    return Sender(client, bearer(session_of(tools, "editor")))


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (GPX.format(TRACK), CORNER),
        (GPX.format(DRAWN), [[0.91, 48.27], [0.93, 48.28]]),
        (GPX.format(DRAWN + TRACK), CORNER),
        (json.dumps(LINE), CORNER),
        (json.dumps(COLLECTION), CORNER),
        (json.dumps({"type": "MultiLineString", "coordinates": [CORNER[:2], CORNER[1:]]}), CORNER),
    ],
)
def test_the_line_of_the_file_is_the_route(
    sender: Sender, raw: str, line: list[list[float]]
) -> None:
    sent = sender.put(raw.encode())
    assert sent.status_code == 200, sent.text
    assert sent.json()["route"] == {"status": "traced", "line": line}


def test_somebody_may_have_walked_it(sender: Sender) -> None:
    sent = sender.put(GPX.format(TRACK).encode(), query="?status=walked")
    assert sent.json()["route"]["status"] == "walked"
    assert sender.put(b"", query="?status=sketch").status_code == 422


def test_it_is_a_change_of_the_legend(sender: Sender, client: TestClient, tools: Tools) -> None:
    editor = Desk(client, bearer(session_of(tools, "editor")))
    _whole, tag = editor.read()
    sent = sender.put(GPX.format(TRACK).encode(), **{"If-Match": tag})
    assert sent.headers["etag"] == editor.read()[1] != tag
    assert sender.put(GPX.format(DRAWN).encode(), **{"If-Match": tag}).status_code == 412
    (kept,) = editor.call("GET", f"{DRAFT}/history").json()["items"]
    assert kept["part"] == "route"


@pytest.mark.parametrize(
    ("raw", "pointer", "code"),
    [
        (b"", "/line", "trace_unreadable"),
        (b"<gpx", "/line", "trace_unreadable"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><gpx>&x;</gpx>', "/line", "trace_unreadable"),
        (GPX.format("").encode(), "/line", "too_few"),
        (b"{}", "/line", "trace_unreadable"),
        (b"[" * 100_000, "/line", "trace_unreadable"),
        (b'{"type": "Point", "coordinates": [1, 2]}', "/line", "too_few"),
        (b'{"type": "LineString", "coordinates": [[1, 2], [1, 2]]}', "/line", "too_few"),
        (b'{"type": "LineString", "coordinates": [[1, 2], ["a", 2]]}', "/line", "trace_unreadable"),
        (b'{"type": "LineString", "coordinates": [[1, 2], [NaN, 2]]}', "/line", "trace_unreadable"),
        (b'{"type": "LineString", "coordinates": [[1, 2], [1, 91]]}', "/line/2", "trace_bad_place"),
    ],
)
def test_what_holds_no_line_is_refused(sender: Sender, raw: bytes, pointer: str, code: str) -> None:
    sent = sender.put(raw)
    assert sent.status_code == 422, sent.text
    assert [(e["pointer"], e["code"]) for e in sent.json()["errors"]] == [(pointer, code)]


def test_another_type_or_a_file_that_is_too_large_is_refused(sender: Sender) -> None:
    assert sender.put(b"", kind="text/plain").status_code == 415
    assert sender.put(b"x" * (8 * 1024 * 1024 + 1)).status_code == 413
