"""Bad input: a 4xx problem that names every fault, quotes nothing, and never a 500."""

import json
from functools import cache
from typing import Any

import pytest
from builders import a_legend, reading_tools
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from odyssee.api.app import build_app

ADDRESS = "/v1/legends/dame-de-riants/proximity"
FIX = {"lon": 0.9, "lat": 48.2, "at": "2026-06-01T10:00:00Z"}


def refuse(client: TestClient, raw: bytes | str) -> dict[str, Any]:
    sent = client.post(ADDRESS, content=raw, headers={"Content-Type": "application/json"})
    assert 400 <= sent.status_code < 500, sent.text
    assert sent.headers["content-type"] == "application/problem+json"
    assert sent.json()["status"] == sent.status_code
    return dict(sent.json())


def pointers(problem: dict[str, Any]) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in problem["errors"]}


def test_every_fault_is_told_at_once(client: TestClient) -> None:
    raw = (
        '{"fixes":[{"lon":NaN,"lat":90.1,"at":"hier"},{"lon":-Infinity,"lat":"x","at":12},'
        '{"lon":1,"lat":1}],"progress":3,"zz":1}'
    )
    assert pointers(refuse(client, raw)) == {
        "/fixes/0/lon": "not_finite",
        "/fixes/0/lat": "out_of_range",
        "/fixes/0/at": "bad_instant",
        "/fixes/1/lon": "not_finite",
        "/fixes/1/lat": "wrong_type",
        "/fixes/1/at": "bad_instant",
        "/fixes/2/at": "missing",
        "/progress": "wrong_type",
        "/zz": "unknown_field",
    }


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ('{"fixes":[{"lon":1e999,"lat":1,"at":"2026-06-01T10:00:00Z"}]}', "/fixes/0/lon"),
        ('{"fixes":[{"lon":1,"lat":1,"at":"2026-06-01T10:00:00"}]}', "/fixes/0/at"),
        (
            '{"fixes":[{"lon":1,"lat":1,"at":"2026-06-01T10:00:00Z","accuracy_m":NaN}]}',
            "/fixes/0/accuracy_m",
        ),
        ('{"fixes":[],"here":"\\ud800"}', "/here"),
        ('{"fixes":[],"here":"etape-99"}', "/here"),
        ('{"fixes":[],"heard":"etape-1"}', "/heard"),
        ('{"fixes":{}}', "/fixes"),
        ("{}", "/fixes"),
        ("[]", ""),
        ("", ""),
        ('{"fixes":[', ""),
        (b"\xff\xfe", ""),
        (b'{"fixes":[],"here":"\xed\xa0\x80"}', "/here"),
        ("[" * 100_000, ""),
        ('{"a":' * 20_000 + "1" + "}" * 20_000, ""),
        ("9" * 5_000, ""),
    ],
)
def test_a_broken_body_is_pointed_at(client: TestClient, raw: bytes | str, fault: str) -> None:
    assert fault in pointers(refuse(client, raw))


def test_a_body_over_the_limit_is_refused_before_it_is_read(client: TestClient) -> None:
    assert refuse(client, b" " * (256 * 1024 + 1))["status"] == 413
    assert refuse(client, json.dumps({"fixes": [FIX] * 1001}))["errors"][0]["code"] == "too_long"


def test_a_body_that_is_no_json_is_refused_by_its_type(client: TestClient) -> None:
    sent = client.post(ADDRESS, content=b"<a/>", headers={"Content-Type": "text/xml"})
    assert (sent.status_code, sent.json()["code"]) == (415, "unsupported_media_type")


def test_the_sent_value_is_never_repeated(client: TestClient) -> None:
    raw = '{"fixes":[{"lon":1.2345678,"lat":987.654321,"at":"marqueur"}],"progress":"secret-jeton"}'
    told = json.dumps(refuse(client, raw))
    assert not any(value in told for value in ("1.2345678", "987.65", "marqueur", "secret-jeton"))
    told = client.get("/v1/legends?near=1.23456,48.2&open_on=marqueur").text
    assert "1.23456" not in told
    assert "marqueur" not in told


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("near=0.8221,48.322", {"/near": "too_precise"}),
        ("near=200,48", {"/near": "out_of_range"}),
        ("near=nan,48", {"/near": "bad_lonlat"}),
        ("near=", {"/near": "bad_lonlat"}),
        ("near=1e1,4", {"/near": "bad_lonlat"}),
        ("near=٣,4", {"/near": "bad_lonlat"}),
        ("within_m=5", {"/within_m": "needs_near"}),
        ("near=0,0&within_m=nan", {"/within_m": "not_finite"}),
        ("near=0,0&within_m=-1", {"/within_m": "out_of_range"}),
        ("bbox=1,2,3", {"/bbox": "bad_bbox"}),
        ("bbox=3,2,1,4", {"/bbox": "bad_bbox"}),
        ("max_duration_min=x", {"/max_duration_min": "wrong_type"}),
        ("max_duration_min=0", {"/max_duration_min": "out_of_range"}),
        ("max_duration_min=" + "9" * 5000, {"/max_duration_min": "out_of_range"}),
        ("wheelchair=oui", {"/wheelchair": "not_allowed"}),
        ("open_on=2026-02-30", {"/open_on": "bad_date"}),
        ("open_on=20260201", {"/open_on": "bad_date"}),
        ("q=" + "a" * 201, {"/q": "too_long"}),
        (
            "near=x&bbox=y&open_on=z",
            {"/near": "bad_lonlat", "/bbox": "bad_bbox", "/open_on": "bad_date"},
        ),
    ],
)
def test_a_bad_query_is_pointed_at(client: TestClient, query: str, faults: dict[str, str]) -> None:
    sent = client.get(f"/v1/legends?{query}")
    assert sent.status_code == 422
    assert pointers(sent.json()) == faults


def test_a_method_that_is_not_there_says_which_are(client: TestClient) -> None:
    sent = client.delete("/v1/legends")
    assert (sent.status_code, sent.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in sent.headers["allow"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    body=st.fixed_dictionaries(
        {"fixes": st.lists(json_values, max_size=3) | json_values},
        optional={
            "progress": json_values,
            "here": json_values,
            "heard": json_values,
            "lang": json_values,
        },
    )
)
def test_no_body_ever_breaks_the_server(body: dict[str, Any]) -> None:
    sent = shared_client().post(ADDRESS, content=json.dumps(body).encode(errors="replace"))
    assert sent.status_code in {200, 409, 422}


@cache
def shared_client() -> TestClient:
    """One client for all examples: Hypothesis does not renew fixtures between them."""
    return TestClient(build_app(reading_tools(a_legend()), lambda: None))
