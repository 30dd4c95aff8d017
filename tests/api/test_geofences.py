"""A phone asks which zones to hand to its operating system: a promise, and nothing kept."""

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from builders import HERBAGE, NOON, STEP_LON, a_legend, a_stop, a_zone, publish_into, reading_tools
from starlette.testclient import TestClient

from odyssee.actions.reading import refresh
from odyssee.actions.tools import Shelf, Tools
from odyssee.api.accesslog import AccessLog
from odyssee.api.app import build_app
from odyssee.api.schemas.geofences import GeofencesOut
from odyssee.domain.geo import LonLat, Polygon, distance_m
from odyssee.files.memory import MemoryStore

ADDRESS = "/v1/geofences"
HERE = {"lon": HERBAGE.lon, "lat": HERBAGE.lat}
JSON = {"Content-Type": "application/json"}


def ask(client: TestClient, **asked: Any) -> dict[str, Any]:
    sent = client.post(ADDRESS, json=HERE | asked)
    assert sent.status_code == 200, sent.text
    GeofencesOut.model_validate_json(sent.content)
    return dict(sent.json())


def refuse(client: TestClient, raw: bytes | str, lang: str = "fr", **headers: str) -> Any:
    known = JSON | {"Accept-Language": lang} | headers
    sent = client.post(ADDRESS, content=raw, headers=known)
    assert sent.headers["content-type"] == "application/problem+json"
    assert sent.headers["cache-control"] == "no-store"
    assert sent.headers["content-language"] == lang
    assert sent.json()["status"] == sent.status_code
    return sent.json()


def pointers(problem: dict[str, Any]) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in problem["errors"]}


def names(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fence["legend"], fence["stop"]) for fence in answer["geofences"]]


def test_the_nearest_zones_of_all_legends_come_first(client: TestClient) -> None:
    answer = ask(client)
    assert names(answer) == [
        ("dame-de-riants", "etape-1"),
        ("pommier-de-misere", "etape-1"),
        ("dame-de-riants", "etape-2"),
        ("pommier-de-misere", "etape-2"),
        ("dame-de-riants", "etape-3"),
    ]
    first = answer["geofences"][0]
    assert first == {
        "legend": "dame-de-riants",
        "stop": "etape-1",
        "zone": "z1",
        "center": [HERBAGE.lon, HERBAGE.lat],
        "radius_m": 35.0,
    }
    assert answer["refresh"]["complete"] is True
    assert answer["refresh"]["radius_m"] > 40_000


def test_one_legend_can_be_asked_for(client: TestClient) -> None:
    answer = ask(client, legend="pommier-de-misere", limit=3)
    assert {legend for legend, _ in names(answer)} == {"pommier-de-misere"}
    assert answer["refresh"]["complete"] is True


def test_what_is_left_out_bounds_the_refresh_circle(client: TestClient) -> None:
    west = {"lon": round(HERBAGE.lon - 2 * STEP_LON, 7)}
    answer = ask(client, limit=3, **west)
    assert names(answer) == [("dame-de-riants", "etape-1"), ("pommier-de-misere", "etape-1")]
    assert answer["refresh"]["center"] == [west["lon"], HERBAGE.lat]
    assert answer["refresh"]["complete"] is False
    second = LonLat(round(HERBAGE.lon + STEP_LON, 6), HERBAGE.lat)
    clear_m = distance_m(LonLat(west["lon"], HERBAGE.lat), second) - 35.0
    assert answer["refresh"]["radius_m"] == pytest.approx(clear_m * 0.99 - 160.0, abs=0.2)
    surer = ask(client, limit=3, accuracy_m=5, **west)
    assert surer["refresh"]["radius_m"] == pytest.approx(clear_m * 0.99 - 115.0, abs=0.2)


def test_two_circles_are_one_zone_and_the_refresh(client: TestClient) -> None:
    answer = ask(client, limit=2)
    assert names(answer) == [("dame-de-riants", "etape-1")]
    assert answer["refresh"] == {
        "center": [HERBAGE.lon, HERBAGE.lat],
        "radius_m": 0.0,
        "complete": False,
    }


def test_a_whole_number_may_be_written_with_a_point(client: TestClient) -> None:
    sent = client.post(ADDRESS, content=json.dumps(HERE | {"limit": 3.0}), headers=JSON)
    assert sent.json() == ask(client, limit=3)


@pytest.mark.parametrize("accuracy_m", [None, 0, -1, -0.5, 50.0])
def test_an_unknown_accuracy_is_fifty_metres(client: TestClient, accuracy_m: Any) -> None:
    far = {"lon": HERBAGE.lon - 0.02, "limit": 3}
    assert ask(client, accuracy_m=accuracy_m, **far) == ask(client, **far)


def test_a_polygon_is_enclosed_by_a_circle_of_its_own() -> None:
    ring = tuple(
        LonLat(round(HERBAGE.lon + x * 0.001, 7), round(HERBAGE.lat + y * 0.001, 7))
        for x, y in ((0, 0), (1, 0), (1, 1), (0, 2), (0, 0))
    )
    zone = a_zone(shape=Polygon("Polygon", (ring,)), radius_m=None)
    legend = replace(a_legend(), stops=(a_stop("etape-1", zones=(zone,)),))
    with TestClient(build_app(reading_tools(legend), lambda: None)) as client:
        (fence,) = ask(client)["geofences"]
    center = LonLat(*fence["center"])
    assert all(distance_m(center, corner) <= fence["radius_m"] for corner in ring)


def test_a_closed_stop_is_listed_for_its_closure_may_end_while_the_phone_sleeps() -> None:
    closure = {
        "legend": "dame-de-riants",
        "stop": "etape-1",
        "from": "2026-05-30T00:00:00Z",
        "to": None,
        "kind": "works",
        "text": {"fr": "L’église est en travaux."},
    }
    store = MemoryStore()
    publish_into(store, a_legend(), closures=[closure])
    with TestClient(build_app(reading_tools(store=store), lambda: None)) as client:
        assert names(ask(client))[0] == ("dame-de-riants", "etape-1")


def test_a_publication_is_answered_at_once(client: TestClient, tools: Tools) -> None:
    assert len(names(ask(client))) == 5
    publish_into(tools.published, a_legend(), revision=2)
    refresh(tools)
    assert len(names(ask(client))) == 3


def test_the_same_request_gives_the_same_answer_and_is_never_kept(client: TestClient) -> None:
    first, again = (client.post(ADDRESS, json=HERE) for _ in range(2))
    assert first.content == again.content
    assert first.headers["cache-control"] == "no-store"
    assert first.headers["access-control-allow-origin"] == "*"
    assert "etag" not in first.headers
    assert "set-cookie" not in first.headers


def test_a_position_reaches_neither_log_nor_store(caplog: pytest.LogCaptureFixture) -> None:
    store, out = MemoryStore(), io.StringIO()
    publish_into(store, a_legend())
    before = {key: store.get(key) for key in store.list_keys("")}
    log = AccessLog(out)
    with TestClient(build_app(reading_tools(store=store), lambda: None, log=log)) as client:
        for body in ({"lon": 0.7654321, "lat": 48.1234567}, {"lon": 0.7654321, "lat": 948.1234567}):
            client.post(f"{ADDRESS}?x=0.7654321", json=body)
        log.flush()
    assert out.getvalue().count(f"POST {ADDRESS} ") == 2
    assert "7654321" not in out.getvalue() + caplog.text
    assert {key: store.get(key) for key in store.list_keys("")} == before


@pytest.mark.parametrize(
    ("asked", "faults"),
    [
        ('"lon":NaN,"lat":-Infinity', {"/lon": "not_finite", "/lat": "not_finite"}),
        ('"lon":1e999,"lat":48', {"/lon": "not_finite"}),
        ('"lon":180.1,"lat":-90.1', {"/lon": "out_of_range", "/lat": "out_of_range"}),
        ('"lon":"0.9","lat":true', {"/lon": "wrong_type", "/lat": "wrong_type"}),
        ('"lon":null,"lat":[]', {"/lon": "wrong_type", "/lat": "wrong_type"}),
        ('"lon":0.9', {"/lat": "missing"}),
        ('"lon":0.9,"lat":48,"accuracy_m":NaN', {"/accuracy_m": "not_finite"}),
        ('"lon":0.9,"lat":48,"accuracy_m":"12"', {"/accuracy_m": "wrong_type"}),
        ('"lon":0.9,"lat":48,"limit":1', {"/limit": "out_of_range"}),
        ('"lon":0.9,"lat":48,"limit":101', {"/limit": "out_of_range"}),
        ('"lon":0.9,"lat":48,"limit":-20', {"/limit": "out_of_range"}),
        ('"lon":0.9,"lat":48,"limit":19.5', {"/limit": "wrong_type"}),
        ('"lon":0.9,"lat":48,"limit":1e999', {"/limit": "wrong_type"}),
        ('"lon":0.9,"lat":48,"limit":null', {"/limit": "wrong_type"}),
        ('"lon":0.9,"lat":48,"limit":true', {"/limit": "wrong_type"}),
        ('"lon":0.9,"lat":48,"legend":""', {"/legend": "too_short"}),
        ('"lon":0.9,"lat":48,"legend":"' + "a" * 101 + '"', {"/legend": "too_long"}),
        ('"lon":0.9,"lat":48,"legend":7', {"/legend": "wrong_type"}),
        ('"lon":0.9,"lat":48,"legend":"\\ud800"', {"/legend": "bad_text"}),
        ('"lon":0.9,"lat":48,"lang":"fr"', {"/lang": "unknown_field"}),
        ('"lon":0.9,"lat":48,"a~b/c":1', {"/a~0b~1c": "unknown_field"}),
        (
            '"lon":NaN,"lat":91,"accuracy_m":"x","limit":0,"legend":[],"zz":1',
            {
                "/lon": "not_finite",
                "/lat": "out_of_range",
                "/accuracy_m": "wrong_type",
                "/limit": "out_of_range",
                "/legend": "wrong_type",
                "/zz": "unknown_field",
            },
        ),
    ],
)
def test_every_bad_value_is_pointed_at_in_both_languages(
    client: TestClient, asked: str, faults: dict[str, str]
) -> None:
    french, english = (refuse(client, f"{{{asked}}}", lang) for lang in ("fr", "en"))
    assert (french["status"], french["code"]) == (422, "invalid")
    assert pointers(french) == pointers(english) == faults
    assert french["detail"].startswith("La demande contient")
    assert english["detail"].startswith("The request holds")
    for told in zip(french["errors"], english["errors"], strict=True):
        assert all(error["detail"] for error in told)
        assert told[0]["detail"] != told[1]["detail"]


@pytest.mark.parametrize("raw", ["", "[]", "{", b"\xff\xfe", "[" * 100_000, "9" * 5_000])
def test_a_body_that_is_no_object_is_pointed_at(client: TestClient, raw: bytes | str) -> None:
    assert "" in pointers(refuse(client, raw))


def test_the_sent_value_is_never_repeated(client: TestClient) -> None:
    told = refuse(client, '{"lon":1234.5678,"lat":"marqueur","legend":"secret","x":"autre"}')
    assert not any(w in json.dumps(told) for w in ("1234.5678", "marqueur", "secret", "autre"))


@pytest.mark.parametrize(
    ("lang", "words"), [("fr", "Cette adresse n’existe pas"), ("en", "There is nothing")]
)
def test_an_unknown_legend_is_not_found(client: TestClient, lang: str, words: str) -> None:
    told = refuse(client, json.dumps(HERE | {"legend": "loup-blanc"}), lang)
    assert (told["status"], told["code"]) == (404, "not_found")
    assert told["detail"].startswith(words)


@pytest.mark.parametrize(("lang", "words"), [("fr", "n’est plus publiée"), ("en", "not published")])
def test_a_withdrawn_legend_is_gone(lang: str, words: str) -> None:
    store = MemoryStore()
    publish_into(store, a_legend(), withdrawn=frozenset({"mare-au-diable"}))
    with TestClient(build_app(reading_tools(store=store), lambda: None)) as client:
        told = refuse(client, json.dumps(HERE | {"legend": "mare-au-diable"}), lang)
        assert (told["status"], told["code"]) == (410, "unpublished")
        assert words in told["detail"]
        assert names(ask(client))[0] == ("dame-de-riants", "etape-1")


@pytest.mark.parametrize(("lang", "words"), [("fr", "réessayez"), ("en", "try again")])
def test_before_the_first_publication_no_phone_is_sent_to_sleep(lang: str, words: str) -> None:
    tools = Tools(
        published=MemoryStore(),
        shelf=Shelf(),
        clock=lambda: NOON,
        public_url="https://perche.example",
    )
    with TestClient(build_app(tools, lambda: None)) as client:
        told = refuse(client, json.dumps(HERE), lang)
        assert (told["status"], told["code"]) == (503, "unavailable")
        assert words in told["detail"]


@pytest.mark.parametrize(("lang", "words"), [("fr", "doit être en JSON"), ("en", "must be JSON")])
def test_a_body_that_is_no_json_is_refused_by_its_type(
    client: TestClient, lang: str, words: str
) -> None:
    told = refuse(client, b"<a/>", lang, **{"Content-Type": "text/xml"})
    assert (told["status"], told["code"]) == (415, "unsupported_media_type")
    assert words in told["detail"]


@pytest.mark.parametrize(("lang", "words"), [("fr", "dépasse la limite"), ("en", "over the limit")])
def test_a_body_over_the_limit_is_refused(client: TestClient, lang: str, words: str) -> None:
    told = refuse(client, b" " * (256 * 1024 + 1), lang)
    assert (told["status"], told["code"]) == (413, "payload_too_large")
    assert words in told["detail"]


def test_a_place_is_told_and_not_asked_for(client: TestClient) -> None:
    sent = client.get(ADDRESS)
    assert (sent.status_code, sent.json()["code"]) == (405, "method_not_allowed")
    assert "POST" in sent.headers["allow"]
