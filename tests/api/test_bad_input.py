"""Bad input: a 4xx problem that names every fault, quotes nothing, and never a 500."""

import json
from datetime import UTC
from functools import cache
from typing import Any

import pytest
from builders import a_legend, reading_tools
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from odyssee.api.app import build_app
from odyssee.domain.negotiation import LONGEST

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
        ('{"fixes":' + "[" * 998, ""),
        ('{"fixes":' + "[" * 998 + "]" * 998 + "}", ""),
        ('{"fixes":' + "[" * 3_000 + "]" * 3_000 + "}", ""),
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
        ("near=0.²,4", {"/near": "bad_lonlat"}),
        ("bbox=0.²,1,2,3", {"/bbox": "bad_bbox"}),
        ("max_duration_min=-5", {"/max_duration_min": "out_of_range"}),
        ("open_on=2026-W01-1", {"/open_on": "bad_date"}),
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


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("1714557600", "bad_instant"),
        ("2026-05-01T10:00Z", "bad_instant"),
        ("2026-05-01T10:00:00+0200", "bad_instant"),
        ("2026-05-01T10:00:00,5Z", "bad_instant"),
        ("2026-02-30T10:00:00Z", "bad_instant"),
        ("0001-01-01T00:00:00+14:00", "out_of_range"),
        ("1969-12-31T23:59:59Z", "out_of_range"),
        ("9999-12-31T23:59:59-12:00", "out_of_range"),
    ],
)
def test_an_instant_is_written_as_rfc_3339_says(client: TestClient, at: str, code: str) -> None:
    told = refuse(client, json.dumps({"fixes": [FIX | {"at": at}]}))
    assert pointers(told) == {"/fixes/0/at": code}


@pytest.mark.parametrize(
    "at",
    [
        "2016-12-31T23:59:60Z",
        "2026-05-01t10:00:00.123456789z",
        "2026-05-01T10:00:00-00:00",
        "9999-12-29T23:59:59+14:00",
        "1970-01-01T00:00:00Z",
    ],
)
def test_every_instant_of_rfc_3339_is_taken(client: TestClient, at: str) -> None:
    assert client.post(ADDRESS, json={"fixes": [FIX | {"at": at}]}).status_code == 200


def test_an_error_speaks_the_language_of_the_body(client: TestClient) -> None:
    told = refuse(client, '{"fixes":[],"progress":"x","lang":"en"}')
    assert told["code"] == "progress_unreadable"
    assert told["detail"].startswith("The token")


def test_a_token_of_any_length_is_a_token(client: TestClient) -> None:
    told = refuse(client, json.dumps({"fixes": [], "progress": "A" * 10_000}))
    assert told["code"] == "progress_unreadable"


def test_any_number_of_unknown_parameters_is_ignored(client: TestClient) -> None:
    query = "&".join(f"p{number}=1" for number in range(300))
    assert client.get(f"/v1/legends?{query}&q=misere").status_code == 200


def test_of_a_long_header_only_its_beginning_is_read(client: TestClient) -> None:
    first = {"Accept-Language": "en," + "x" * LONGEST}
    assert client.get("/v1/legends", headers=first).headers["content-language"] == "en"
    late = {"Accept-Language": "x" * LONGEST + ",en"}
    assert client.get("/v1/legends", headers=late).headers["content-language"] == "fr"


def test_a_fault_of_ours_tells_nobody_a_position(caplog: pytest.LogCaptureFixture) -> None:
    tools = reading_tools(a_legend())

    def broken() -> str:
        raise ValueError("0.987")

    client = TestClient(build_app(tools, broken), raise_server_exceptions=False)
    sent = client.get("/readyz?near=0.987,48.3")
    assert (sent.status_code, sent.json()["code"]) == (500, "broken")
    assert "0.987" not in sent.text + caplog.text
    assert "ValueError at" in caplog.text


degrees = st.floats(-90, 90, allow_nan=False)
instants = st.datetimes(timezones=st.just(UTC)).map(
    lambda at: (
        at.isoformat().replace("+00:00", "Z") if at.microsecond else f"{at:%Y-%m-%dT%H:%M:%SZ}"
    )
)
near_the_stop = st.builds(
    lambda lon, lat, accuracy_m, second: {
        "lon": 0.91361 + lon,
        "lat": 48.26944 + lat,
        "accuracy_m": accuracy_m,
        "at": f"2026-06-01T10:00:{second:02d}Z",
    },
    st.floats(-0.001, 0.001),
    st.floats(-0.001, 0.001),
    st.none() | st.floats(-10, 2000),
    st.integers(0, 59),
)
anywhere = st.fixed_dictionaries(
    {"lon": degrees, "lat": degrees, "at": instants},
    optional={
        "accuracy_m": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "speed_mps": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "heading_deg": st.none() | st.floats(-400, 400),
    },
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    fixes=st.lists(near_the_stop | anywhere, max_size=12),
    here=st.none() | st.sampled_from(["etape-1", "etape-3", "nulle-part"]),
    heard=st.lists(st.sampled_from(["etape-1", "etape-2", "x"]), max_size=3),
    more=st.lists(near_the_stop | anywhere, max_size=6),
)
def test_no_walk_ever_breaks_the_server(
    fixes: list[Any], here: str | None, heard: list[str], more: list[Any]
) -> None:
    body = {"fixes": fixes, "here": here, "heard": heard}
    first = shared_client().post(ADDRESS, json=body)
    assert first.status_code in {200, 409, 422}, first.text
    if first.status_code == 200:
        again = shared_client().post(
            ADDRESS, json={"fixes": more, "progress": first.json()["progress"]}
        )
        assert again.status_code in {200, 422}, again.text


@cache
def shared_client() -> TestClient:
    """One client for all examples: Hypothesis does not renew fixtures between them."""
    return TestClient(build_app(reading_tools(a_legend()), lambda: None))
