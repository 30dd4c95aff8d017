"""Bad input at the desk: every refusal names its field and its cure, and never the value."""

import json
from typing import Any

import pytest
from desk_builders import bearer, session_of
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools
from odyssee.api.texts import FIELDS

PERSON = {"email": "berthe@perche.example", "role": "editor", "office": "nogent"}


@pytest.fixture
def mine(tools: Tools) -> dict[str, str]:
    return bearer(session_of(tools, "admin"))


def refuse(client: TestClient, path: str, body: Any, headers: dict[str, str]) -> dict[str, str]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = client.post(
        f"/admin/v1{path}", content=raw, headers=headers | {"Content-Type": "application/json"}
    )
    assert sent.status_code == 422, sent.text
    assert sent.headers["content-type"] == "application/problem+json"
    told = sent.json()["errors"]
    assert all(error["code"] in FIELDS for error in told)
    assert all(error["detail"] and "{" not in error["detail"] for error in told)
    return {error["pointer"]: error["code"] for error in told}


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, {"/email": "missing", "/password": "missing"}),
        (
            {"email": 1, "password": None, "otp": [], "cookie": "oui", "autre": 1},
            {
                "/email": "wrong_type",
                "/password": "wrong_type",
                "/otp": "wrong_type",
                "/cookie": "wrong_type",
                "/autre": "unknown_field",
            },
        ),
        (
            {"email": "", "password": "", "otp": "1" * 41, "device": "x" * 201},
            {
                "/email": "too_short",
                "/password": "too_short",
                "/otp": "too_long",
                "/device": "too_long",
            },
        ),
        (
            {"email": "a" * 255, "password": "b" * 129},
            {"/email": "too_long", "/password": "too_long"},
        ),
        (b'{"email":"a","password":"\\ud800"}', {"/password": "bad_text"}),
        (b'{"email":"a","password":', {"": "bad_json"}),
        (b"", {"": "bad_json"}),
        ([], {"": "wrong_type"}),
    ],
)
def test_signing_in(client: TestClient, body: Any, faults: dict[str, str]) -> None:
    assert refuse(client, "/session", body, {}) == faults


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"email": "berthe"}, {"/email": "bad_email"}),
        ({"email": "berthe@perche\x00.example"}, {"/email": "bad_email"}),
        ({"role": "chef"}, {"/role": "not_allowed"}),
        ({"office": "authon"}, {"/office": "unknown_office"}),
        ({"office": "Authon du Perche"}, {"/office": "bad_slug"}),
        ({"office": "nogent\x00"}, {"/office": "bad_slug"}),
        ({"office": None}, {"/office": "office_needed"}),
        ({"name": "Berthe\x00"}, {"/name": "bad_character"}),
        ({"name": "B" * 101}, {"/name": "too_long"}),
        ({"email": "berthe", "name": "\u202e"}, {"/email": "bad_email", "/name": "bad_character"}),
    ],
)
def test_adding_somebody(
    client: TestClient, mine: dict[str, str], changes: dict[str, Any], faults: dict[str, str]
) -> None:
    assert refuse(client, "/people", PERSON | changes, mine) == faults


@pytest.mark.parametrize(
    ("path", "body", "faults"),
    [
        ("/offices", {"slug": "-", "name": ""}, {"/slug": "bad_slug", "/name": "too_short"}),
        ("/offices", {"slug": "authon", "name": " "}, {"/name": "too_short"}),
        ("/tokens", {"name": "", "days": 0}, {"/name": "too_short", "/days": "out_of_range"}),
        ("/tokens", {"name": "x", "days": 366}, {"/days": "out_of_range"}),
        ("/tokens", {"name": "x", "days": 1.5}, {"/days": "wrong_type"}),
        ("/tokens", {"name": "x", "days": "30"}, {"/days": "wrong_type"}),
        ("/me/password", {"old": "x"}, {"/new": "missing"}),
    ],
)
def test_other_bodies(
    client: TestClient, mine: dict[str, str], path: str, body: Any, faults: dict[str, str]
) -> None:
    assert refuse(client, path, body, mine) == faults


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=201", "/limit"),
        ("limit=0", "/limit"),
        ("limit=-1", "/limit"),
        ("limit=beaucoup", "/limit"),
        ("limit=" + "9" * 5000, "/limit"),
        ("limit=", "/limit"),
        ("cursor=", "/cursor"),
        ("cursor=%00", "/cursor"),
        ("cursor=ailleurs", "/cursor"),
        ("cursor=" + "9" * 99, "/cursor"),
    ],
)
@pytest.mark.parametrize("path", ["/people", "/audit"])
def test_a_page_of_a_list(
    client: TestClient, mine: dict[str, str], path: str, query: str, pointer: str
) -> None:
    sent = client.get(f"/admin/v1{path}?{query}", headers=mine)
    assert sent.status_code == 422, sent.text
    assert [error["pointer"] for error in sent.json()["errors"]] == [pointer]


@pytest.mark.parametrize("name", ["x", "%00", "a" * 19, "a" * 21, "A" * 20, "%F0%9F%A6%8A", ".."])
def test_an_id_that_is_none_names_nothing(
    client: TestClient, mine: dict[str, str], name: str
) -> None:
    calls = [("GET", f"/people/{name}"), ("POST", f"/people/{name}/reset")]
    calls += [("PATCH", f"/people/{name}"), ("DELETE", f"/tokens/{name}")]
    for method, path in calls:
        body = {} if method == "PATCH" else None
        sent = client.request(method, f"/admin/v1{path}", json=body, headers=mine)
        assert sent.status_code == 404, (method, sent.text)


def test_a_body_of_another_type_or_size_is_refused(
    client: TestClient, mine: dict[str, str]
) -> None:
    form = client.post("/admin/v1/session", data={"email": "a", "password": "b"})
    assert (form.status_code, form.json()["code"]) == (415, "unsupported_media_type")
    large = client.post("/admin/v1/people", content=b" " * (256 * 1024 + 1), headers=mine)
    assert (large.status_code, large.json()["code"]) == (413, "payload_too_large")


def test_who_is_nobody_learns_nothing_of_bodies(client: TestClient) -> None:
    for body in ({}, PERSON):
        assert client.post("/admin/v1/people", json=body).status_code == 401


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/session", "DELETE, POST"),
        ("/people", "GET, HEAD, POST"),
        ("/people/abc", "GET, HEAD, PATCH"),
    ],
)
def test_a_method_that_is_not_there_says_which_are(
    client: TestClient, path: str, allowed: str
) -> None:
    sent = client.put(f"/admin/v1{path}")
    assert (sent.status_code, sent.json()["code"]) == (405, "method_not_allowed")
    assert sent.headers["allow"] == allowed


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "bearer x", "Bearer a b", "Bearer ody_s_", "Bearer \xff", "Token x"],
)
def test_a_token_of_any_form_is_answered(client: TestClient, header: str) -> None:
    sent = client.get("/admin/v1/me", headers={"Authorization": header.encode("latin-1")})
    assert (sent.status_code, sent.json()["code"]) == (401, "not_signed_in")
