"""What a phone reads: territory, legends, stops, files."""

import json
from xml.etree import ElementTree as ET

import pytest
from builders import a_legend, publish_into, reading_tools
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools
from odyssee.api.app import build_app
from odyssee.api.schemas.legends import LegendOut, LegendsOut, StopOfLegendOut, TerritoryOut
from odyssee.domain.geo import LonLat, Projection
from odyssee.domain.legends import Route
from odyssee.files.memory import MemoryStore

LEGEND = "/v1/legends/dame-de-riants"


def slugs(client: TestClient, query: str = "") -> list[str]:
    return [legend["slug"] for legend in client.get(f"/v1/legends{query}").json()["legends"]]


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/v1/territory", TerritoryOut),
        ("/v1/legends", LegendsOut),
        ("/v1/legends?near=0.9,48.2", LegendsOut),
        (LEGEND, LegendOut),
        (f"{LEGEND}?lang=en", LegendOut),
        (f"{LEGEND}/stops/etape-2", StopOfLegendOut),
    ],
)
def test_what_is_sent_is_what_is_described(client: TestClient, path: str, shape: type) -> None:
    sent = client.get(path)
    told = shape.model_validate_json(sent.content)
    back = json.loads(told.model_dump_json(by_alias=True, exclude_unset=True))
    assert back == sent.json()


def test_legends_come_by_title_without_a_position(client: TestClient) -> None:
    assert slugs(client) == ["dame-de-riants", "pommier-de-misere"]


def test_legends_come_by_distance_with_one(client: TestClient) -> None:
    found = client.get("/v1/legends?near=0.914,48.269").json()["legends"]
    assert [legend["distance_m"] for legend in found] == sorted(
        legend["distance_m"] for legend in found
    )
    assert "distance_m" not in client.get("/v1/legends").json()["legends"][0]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=HERBAGE œuvré", ["dame-de-riants"]),
        ("?q=herbage oeuvre", ["dame-de-riants"]),
        ("?q=misere", ["pommier-de-misere"]),
        ("?q=vicheres", ["dame-de-riants"]),
        ("?q=loup", []),
        ("?theme=eglise", ["dame-de-riants"]),
        ("?theme=eglise&theme=fantome", ["dame-de-riants"]),
        ("?theme=eglise&theme=verger", []),
        ("?max_duration_min=40", ["pommier-de-misere"]),
        ("?max_duration_min=39", []),
        ("?wheelchair=true", ["pommier-de-misere"]),
        ("?wheelchair=false", ["dame-de-riants", "pommier-de-misere"]),
        ("?bbox=0.9,48.2,1,48.3", ["dame-de-riants", "pommier-de-misere"]),
        ("?bbox=0,0,0.5,0.5", []),
        ("?near=0.914,48.269&within_m=100000", ["dame-de-riants", "pommier-de-misere"]),
        ("?near=-3.0,47.0&within_m=1000", []),
        ("?open_on=2026-07-14", ["dame-de-riants", "pommier-de-misere"]),
        ("?unknown=1&q=misere", ["pommier-de-misere"]),
    ],
)
def test_a_filter_keeps_what_it_says(client: TestClient, query: str, found: list[str]) -> None:
    assert slugs(client, query) == found


def test_a_stop_is_the_same_alone_and_in_its_legend(client: TestClient) -> None:
    alone = client.get(f"{LEGEND}/stops/etape-2").json()
    assert alone.pop("legend") == "dame-de-riants"
    assert alone == client.get(LEGEND).json()["stops"][1]


def test_stops_stand_in_order_with_the_warning_before_them(client: TestClient) -> None:
    legend = client.get(LEGEND).json()
    assert [stop["position"] for stop in legend["stops"]] == [1, 2, 3]
    assert [warning["code"] for warning in legend["warnings"]] == ["unsurveyed", "road"]
    assert legend["route_status"] == "sketch"
    assert legend["length_status"] == "estimated"


def test_a_sketch_is_a_third_longer_than_its_straight_legs(client: TestClient) -> None:
    assert client.get(LEGEND).json()["length_m"] == pytest.approx(2 * 200.2 * 1.3, abs=3)


def test_the_metres_of_a_legend_are_those_of_its_pack(client: TestClient, tools: Tools) -> None:
    told = client.get(LEGEND).json()["projection"]
    known = tools.shelf.current().get_legend("dame-de-riants").projection
    assert Projection(LonLat(*told.pop("origin")), **told) == known


def test_captions_are_a_file_of_their_own(client: TestClient) -> None:
    address = client.get(LEGEND).json()["stops"][0]["narration"]["captions"]
    captions = client.get(address)
    assert captions.headers["content-type"].startswith("text/vtt")
    assert captions.text.startswith("WEBVTT\n\n00:00:00.300 --> 00:00:02.000\nÉcoutez.")


def test_a_narration_says_where_the_times_of_its_captions_come_from(client: TestClient) -> None:
    narrations = [stop["narration"] for stop in client.get(LEGEND).json()["stops"]]
    assert {narration["captions_status"] for narration in narrations} == {"exact"}


def test_a_sketch_leaves_as_waypoints_only(client: TestClient) -> None:
    sent = client.get(f"{LEGEND}/trail.gpx")
    assert sent.headers["content-type"] == "application/gpx+xml"
    assert 'filename="dame-de-riants.gpx"' in sent.headers["content-disposition"]
    tags = [element.tag.rpartition("}")[2] for element in ET.fromstring(sent.content)]  # noqa: S314 - our own
    assert tags == ["metadata", "wpt", "wpt", "wpt"]
    assert "relevé sur le terrain" in sent.text


def test_a_walked_route_leaves_as_route_and_track() -> None:
    line = a_legend().route.line
    store = MemoryStore()
    publish_into(store, a_legend(route=Route(status="walked", line=line)))
    app = build_app(reading_tools(store=store), lambda: None)
    sent = TestClient(app).get(f"{LEGEND}/trail.gpx")
    tags = [element.tag.rpartition("}")[2] for element in ET.fromstring(sent.content)]  # noqa: S314 - our own
    assert tags == ["metadata", "wpt", "wpt", "wpt", "rte", "trk"]
    shapes = TestClient(app).get(f"{LEGEND}/trail.geojson").json()["features"]
    assert [shape["geometry"]["type"] for shape in shapes][:2] == ["LineString", "Point"]


def test_geojson_of_a_sketch_has_the_stops_alone_and_the_warnings(client: TestClient) -> None:
    trail = client.get(f"{LEGEND}/trail.geojson").json()
    kinds = [feature["geometry"]["type"] for feature in trail["features"]]
    assert kinds == ["Point", "Point", "Point"]
    assert trail["legend"]["warnings"][0]["code"] == "unsurveyed"
    assert trail["legend"]["route_status"] == "sketch"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/legends/nulle-part",
        "/v1/legends/nulle-part/stops/un",
        "/v1/legends/dame-de-riants/stops/nulle-part",
        "/v1/legends/nulle-part/trail.gpx",
        "/v1/legends/dame-de-riants/",
        "/v1/objects/" + "0" * 64,
        "/v1/objects/..%2f..%2fetc%2fpasswd",
        "/v1",
        "/v2/legends",
    ],
)
def test_what_is_not_there_is_a_problem_of_404(client: TestClient, path: str) -> None:
    sent = client.get(path)
    assert sent.status_code == 404
    assert sent.headers["content-type"] == "application/problem+json"
    assert sent.json()["code"] == "not_found"


def test_an_unpublished_legend_is_gone_at_every_address() -> None:
    store = MemoryStore()
    publish_into(store, a_legend("autre"), revision=2, withdrawn=frozenset({"dame-de-riants"}))
    client = TestClient(build_app(reading_tools(store=store), lambda: None))
    for path in (
        LEGEND,
        f"{LEGEND}/stops/etape-1",
        f"{LEGEND}/trail.gpx",
        f"{LEGEND}/trail.geojson",
    ):
        assert client.get(path).status_code == 410
        assert client.get(path).json()["code"] == "unpublished"
    assert client.post(f"{LEGEND}/proximity", json={"fixes": []}).status_code == 410


def test_readiness_tells_the_revision_and_health_the_life(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {
        "ready": True,
        "since": "2026-06-01T12:00:00Z",
        "revision": 1,
    }


def test_a_server_that_has_read_nothing_is_not_ready_and_says_so() -> None:
    client = TestClient(build_app(reading_tools(), lambda: None))
    for path in ("/readyz", "/v1/legends", "/v1/territory", LEGEND, "/v1/legends?q=x"):
        sent = client.get(path)
        assert sent.status_code == 503, path
        assert sent.headers["cache-control"] == "no-store"


def test_before_the_first_publication_the_list_is_empty_and_not_kept() -> None:
    client = TestClient(build_app(reading_tools(), lambda: "2026-06-01T12:00:00Z"))
    for path in ("/v1/legends", "/v1/territory", "/v1/legends?q=x"):
        sent = client.get(path)
        assert (sent.status_code, sent.headers["cache-control"]) == (200, "no-store")
    assert client.get("/v1/legends").json() == {"legends": [], "revision": 0}
    assert client.get(LEGEND).status_code == 404


def test_the_description_is_read_without_leaving_this_server(client: TestClient) -> None:
    page = client.get("/docs")
    assert "https://" not in page.text
    assert "http://" not in page.text
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js"):
        assert client.get(f"/docs/{name}").status_code == 200
    assert 'id="too_many_steps"' in client.get("/docs/problems").text
