"""Closures are told with the legend, keep a stop silent, and make no new revision."""

from typing import Any

from builders import HERBAGE, a_legend, publish_into, reading_tools
from starlette.testclient import TestClient

from odyssee.api.app import build_app
from odyssee.api.schemas.legends import LegendOut
from odyssee.files.memory import MemoryStore

LEGEND = "/v1/legends/dame-de-riants"
FLOOD = {
    "legend": "dame-de-riants",
    "from": "2026-05-30T00:00:00Z",
    "to": None,
    "kind": "flood",
    "text": {"fr": "L’Huisne déborde.", "en": "The Huisne is in flood."},
}


def client_with(*closures: dict[str, Any]) -> TestClient:
    store = MemoryStore()
    publish_into(store, a_legend(), closures=closures)
    return TestClient(build_app(reading_tools(store=store), lambda: None))


def test_a_closed_trail_says_so_in_the_asked_language() -> None:
    legend = client_with(FLOOD).get(f"{LEGEND}?lang=en")
    LegendOut.model_validate_json(legend.content)
    assert legend.json()["open"] is False
    assert legend.json()["closures"] == [
        {
            "from": "2026-05-30T00:00:00Z",
            "to": None,
            "kind": "flood",
            "text": "The Huisne is in flood.",
        }
    ]
    assert legend.json()["revision"] == 1


def test_a_closed_trail_is_left_out_of_an_open_day() -> None:
    client = client_with(FLOOD)
    assert client.get("/v1/legends?open_on=2026-05-29").json()["legends"]
    assert not client.get("/v1/legends?open_on=2026-06-15").json()["legends"]


def test_a_closed_stop_is_silent_and_counts_as_skipped() -> None:
    client = client_with({**FLOOD, "stop": "etape-1"})
    told = client.get(LEGEND).json()
    assert told["open"] is True
    assert [len(stop["closures"]) for stop in told["stops"]] == [1, 0, 0]
    fixes = [
        {
            "lon": HERBAGE.lon,
            "lat": HERBAGE.lat,
            "accuracy_m": 5,
            "at": f"2026-06-01T10:00:{s:02d}Z",
        }
        for s in range(30)
    ]
    answer = client.post(f"{LEGEND}/proximity", json={"fixes": fixes}).json()
    assert not [event for event in answer["events"] if event["type"] == "play"]
    assert answer["next"]["stop"] == "etape-2"


def test_a_closure_changes_the_tag_and_not_the_revision() -> None:
    before, after = client_with().get(LEGEND), client_with(FLOOD).get(LEGEND)
    assert before.headers["etag"] != after.headers["etag"]
    assert before.json()["revision"] == after.json()["revision"]
