"""Personal tokens: shown once, weaker than their person, gone when they are revoked."""

from typing import Any

import pytest
from desk_builders import bearer, session_of
from people_builders import SetClock
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools

TOKENS = "/admin/v1/tokens"


@pytest.fixture
def mine(tools: Tools) -> dict[str, str]:
    return bearer(session_of(tools, "admin"))


def make(client: TestClient, mine: dict[str, str], **asked: Any) -> dict[str, Any]:
    sent = client.post(TOKENS, json={"name": "export"} | asked, headers=mine)
    assert sent.status_code == 201, sent.text
    made: dict[str, Any] = sent.json()
    return made


def test_its_secret_is_shown_once(client: TestClient, mine: dict[str, str]) -> None:
    made = make(client, mine, name="Export du site", days=30)
    assert made["token"].startswith("ody_t_")
    assert (made["created_at"], made["expires_at"]) == (
        "2026-06-01T12:00:00Z",
        "2026-07-01T12:00:00Z",
    )
    listed = client.get(TOKENS, headers=mine)
    assert [token["name"] for token in listed.json()["items"]] == ["Export du site"]
    assert listed.json()["next"] is None
    assert made["token"] not in listed.text


def test_it_calls_for_its_person_until_it_expires(
    client: TestClient, mine: dict[str, str], clock: SetClock
) -> None:
    program = bearer(make(client, mine, days=1)["token"])
    me = client.get("/admin/v1/me", headers=program).json()
    assert (me["credential"]["kind"], me["role"]) == ("token", "admin")
    clock.go(days=1)
    assert client.get("/admin/v1/me", headers=program).status_code == 401


def test_it_may_do_less_than_its_person(client: TestClient, mine: dict[str, str]) -> None:
    reader = bearer(make(client, mine, role="contributor")["token"])
    assert client.get("/admin/v1/me", headers=reader).json()["credential"]["role"] == "contributor"
    sent = client.get("/admin/v1/audit", headers=reader)
    assert (sent.status_code, sent.json()["code"]) == (403, "forbidden")
    whole = bearer(make(client, mine)["token"])
    assert client.get("/admin/v1/audit", headers=whole).status_code == 200


def test_it_may_not_do_more(client: TestClient, tools: Tools) -> None:
    editor = bearer(session_of(tools, "editor"))
    sent = client.post(TOKENS, json={"name": "x", "role": "admin"}, headers=editor)
    assert sent.status_code == 422
    assert [error["pointer"] for error in sent.json()["errors"]] == ["/role"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/tokens", {"name": "un autre"}),
        ("POST", "/me/password", {"old": "a", "new": "b"}),
        ("POST", "/me/otp", None),
        ("GET", "/people", None),
        ("POST", "/people", {"email": "a@b.example", "role": "admin"}),
        ("POST", "/offices", {"slug": "a", "name": "A"}),
        ("DELETE", "/session", None),
    ],
)
def test_one_that_leaked_makes_no_other_way_in(
    client: TestClient, mine: dict[str, str], method: str, path: str, body: Any
) -> None:
    program = bearer(make(client, mine)["token"])
    sent = client.request(method, f"/admin/v1{path}", json=body, headers=program)
    assert (sent.status_code, sent.json()["code"]) == (403, "session_needed")


def test_it_is_revoked_at_once(client: TestClient, mine: dict[str, str]) -> None:
    made = make(client, mine)
    assert client.delete(f"{TOKENS}/{made['id']}", headers=mine).status_code == 204
    assert client.get("/admin/v1/me", headers=bearer(made["token"])).status_code == 401
    assert client.delete(f"{TOKENS}/{made['id']}", headers=mine).status_code == 404
