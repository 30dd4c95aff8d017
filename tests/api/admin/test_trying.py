"""A draft is looked at: what is wrong with it, and how it walks; nothing of it is kept."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, STEP_LON, a_legend
from desk_builders import bearer, session_of
from starlette.testclient import TestClient

from odyssee.actions import checking
from odyssee.actions.tools import Tools
from odyssee.api.schemas.reviews import CheckOut, SimulationOut
from odyssee.db import audit
from odyssee.db import legends as drafts
from odyssee.domain.legends import Legend

DRAFT = "/admin/v1/legends/dame-de-riants"
QUICK = {"sigma_m": 0, "sampling_s": 5}


def keep_draft(tools: Tools, legend: Legend) -> None:
    with tools.desk.db.transaction() as tx:
        drafts.save_draft(tx, legend, {}, NOON)


@pytest.fixture
def mine(tools: Tools) -> dict[str, str]:
    keep_draft(tools, a_legend())
    return bearer(session_of(tools, "editor"))


def walked_points() -> list[tuple[float, float, str]]:
    """A walk along the first two stops, a point each ten seconds."""
    legend = a_legend()
    start = legend.start
    return [
        (
            start.lon + n * STEP_LON / 15,
            start.lat,
            (NOON + timedelta(seconds=10 * n)).isoformat().replace("+00:00", "Z"),
        )
        for n in range(20)
    ]


def a_gpx() -> bytes:
    points = "".join(
        f'<trkpt lon="{lon:.6f}" lat="{lat}"><time>{at}</time></trkpt>'
        for lon, lat, at in walked_points()
    )
    head = '<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
    return f"{head}{points}</trkseg></trk></gpx>".encode()


def a_geojson() -> bytes:
    points = walked_points()
    feature = {
        "type": "Feature",
        "properties": {"coordTimes": [at for _, _, at in points]},
        "geometry": {"type": "LineString", "coordinates": [[lon, lat] for lon, lat, _ in points]},
    }
    return json.dumps(feature).encode()


def send(client: TestClient, mine: dict[str, str], body: bytes, kind: str, query: str = "") -> Any:
    headers = {**mine, "Content-Type": kind}
    return client.post(f"{DRAFT}/simulation{query}", content=body, headers=headers)


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("fr", "le récit en français manque"), ("en", "the French narration is missing")],
)
def test_everything_that_is_wrong_is_told_at_once_in_the_asked_language(
    client: TestClient, mine: dict[str, str], lang: str, sentence: str
) -> None:
    sent = client.get(f"{DRAFT}/check?lang={lang}", headers=mine)
    told = CheckOut.model_validate_json(sent.content)
    assert (sent.status_code, sent.headers["content-language"]) == (200, lang)
    assert not told.publishable
    found = {(p.where, p.code): p for p in told.problems}
    silent = found["stops/0/narration/fr", "narration_missing"]
    assert silent.severity == "error"
    assert silent.text.startswith(sentence)
    assert ("cover", "medium_missing") in found
    assert any(p.severity == "advice" for p in told.problems)
    assert all(p.text and "{" not in p.text for p in told.problems)


def test_raw_html_in_a_text_is_an_error(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    legend = a_legend()
    text = replace(legend.texts["fr"], story="Il était <script>une</script> fois.")
    keep_draft(tools, replace(legend, texts={**legend.texts, "fr": text}))
    told = client.get(f"{DRAFT}/check", headers=mine).json()["problems"]
    found = [(p["where"], p["severity"]) for p in told if p["code"] == "raw_html"]
    assert found == [("texts/fr/story", "error")]


def test_checking_and_walking_leave_no_trace(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    client.get(f"{DRAFT}/check", headers=mine)
    send(client, mine, a_gpx(), "application/gpx+xml")
    with tools.desk.db.reading() as tx:
        assert audit.list_entries(tx, "dame-de-riants") == []


@pytest.mark.parametrize(
    "path", ["check", "revisions", "revisions/1", "revisions/1/diff?against=2"]
)
@pytest.mark.parametrize("slug", ["nulle-part", "Nulle part", "%00"])
def test_a_legend_that_is_not_there_is_not_found(
    client: TestClient, mine: dict[str, str], path: str, slug: str
) -> None:
    assert client.get(f"/admin/v1/legends/{slug}/{path}", headers=mine).status_code == 404


def test_made_up_walks_are_told_in_the_shape_of_the_contract(
    client: TestClient, mine: dict[str, str]
) -> None:
    asked = {"synthetic": {**QUICK, "walks": 3, "seed": 7, "direction": "forward"}}
    sent = client.post(f"{DRAFT}/simulation", json=asked, headers=mine)
    assert sent.status_code == 200, sent.text
    told = sent.json()
    SimulationOut.model_validate(told)
    assert (told["walks"], told["seed"], told["recorded"]) == (3, 7, False)
    assert [stop["stop"] for stop in told["stops"]] == ["etape-1", "etape-2", "etape-3"]
    assert {"heard_share", "early_m", "late_m", "delay_s"} <= told["stops"][0].keys()
    assert all(stop["heard_share"] == 1 for stop in told["stops"])
    assert (told["false_enters"], told["duplicates"]) == (0, 0)
    assert "completed" in {event["type"] for event in told["events"]}
    assert client.post(f"{DRAFT}/simulation", json=asked, headers=mine).json() == told


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (a_gpx(), "application/gpx+xml"),
        (a_gpx(), "application/octet-stream"),
        (a_geojson(), "application/geo+json"),
        (a_geojson(), "application/json; charset=utf-8"),
        (
            b"time,lon,lat\n"
            + b"\n".join(f"{at},{x},{y}".encode() for x, y, at in walked_points()),
            "text/csv",
        ),
    ],
)
def test_a_recorded_walk_is_followed_as_it_was(
    client: TestClient, mine: dict[str, str], body: bytes, kind: str
) -> None:
    sent = send(client, mine, body, kind)
    assert sent.status_code == 200, sent.text
    told = sent.json()
    assert (told["walks"], told["recorded"]) == (1, True)
    heard = {stop["stop"]: stop["heard_share"] for stop in told["stops"]}
    assert (heard["etape-1"], heard["etape-3"]) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("synthetic", "faults"),
    [
        ({"walks": 201}, {"/synthetic/walks": "out_of_range"}),
        ({"walks": 0}, {"/synthetic/walks": "out_of_range"}),
        (
            {"sigma_m": -1, "sampling_s": 0.1},
            {"/synthetic/sigma_m": "out_of_range", "/synthetic/sampling_s": "out_of_range"},
        ),
        ({"seed": -1}, {"/synthetic/seed": "out_of_range"}),
        ({"direction": "sideways"}, {"/synthetic/direction": "not_allowed"}),
        ({"speed": 1}, {"/synthetic/speed": "unknown_field"}),
        ({"walks": "3"}, {"/synthetic/walks": "wrong_type"}),
    ],
)
def test_bad_dials_are_all_told(
    client: TestClient, mine: dict[str, str], synthetic: dict[str, Any], faults: dict[str, str]
) -> None:
    sent = client.post(f"{DRAFT}/simulation", json={"synthetic": synthetic}, headers=mine)
    assert sent.status_code == 422
    assert {fault["pointer"]: fault["code"] for fault in sent.json()["errors"]} == faults
    assert all("…" not in fault["detail"] for fault in sent.json()["errors"])


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"", "application/json", 422, "bad_json"),
        (b"{", "application/json", 422, "bad_json"),
        (b"[]", "application/json", 422, "wrong_type"),
        (b"[" * 100_000, "application/json", 422, "bad_json"),
        (b"<gpx", "application/gpx+xml", 422, "trace_unreadable"),
        (b"", "application/gpx+xml", 422, None),
        (b"{}", "application/geo+json", 422, None),
        (b"x", "image/png", 415, None),
    ],
)
def test_a_body_that_is_no_walk_is_refused(
    client: TestClient, mine: dict[str, str], body: bytes, kind: str, status: int, code: str | None
) -> None:
    sent = send(client, mine, body, kind)
    assert sent.status_code == status, sent.text
    if code is not None:
        assert [fault["code"] for fault in sent.json()["errors"]] == [code]


def test_walks_that_would_take_minutes_are_refused(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    far = a_legend()
    line = (far.route.line[0], replace_lon(far.route.line[0], 0.3))
    keep_draft(tools, replace(far, route=replace(far.route, line=line)))
    asked = {"synthetic": {"walks": 200, "sampling_s": 0.2}}
    sent = client.post(f"{DRAFT}/simulation", json=asked, headers=mine)
    assert [fault["code"] for fault in sent.json()["errors"]] == ["too_many_fixes"]


def replace_lon(place: Any, east: float) -> Any:
    return place._replace(lon=place.lon + east)


def test_a_draft_without_a_way_cannot_be_walked(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    keep_draft(tools, replace(a_legend(), stops=()))
    sent = client.post(f"{DRAFT}/simulation", json={"synthetic": QUICK}, headers=mine)
    assert (sent.status_code, sent.json()["code"]) == (409, "not_publishable")


def test_the_stories_are_those_of_the_asked_language(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    legend = a_legend()
    first = legend.stops[0]
    long = replace(first.texts["en"], text="A long story. " * 200)
    first = replace(first, texts={**first.texts, "en": long})
    keep_draft(tools, replace(legend, stops=(first, *legend.stops[1:])))
    asked = {"synthetic": {**QUICK, "rests": False}}
    overlaps = {
        lang: client.post(f"{DRAFT}/simulation?lang={lang}", json=asked, headers=mine).json()[
            "overlaps"
        ]
        for lang in ("fr", "en", "de")
    }
    assert overlaps["fr"] == overlaps["de"] == []
    assert [overlap["stop"] for overlap in overlaps["en"]] == ["etape-1"]


def test_one_simulation_at_a_time(client: TestClient, mine: dict[str, str]) -> None:
    with checking._alone():
        sent = client.post(f"{DRAFT}/simulation", json={"synthetic": QUICK}, headers=mine)
        assert (sent.status_code, sent.headers["retry-after"]) == (503, "5")
    sent = client.post(f"{DRAFT}/simulation", json={"synthetic": QUICK}, headers=mine)
    assert sent.status_code == 200
