"""The cookie of the desk's page: out of reach of scripts, of other hosts and of other sites."""

from http.cookies import SimpleCookie
from typing import Any

import pytest
from desk_builders import PASSWORD, bearer, caller_of, email_of, session_of
from starlette.testclient import TestClient

from odyssee.actions import accounts
from odyssee.actions.tools import Tools

OURS = {"Sec-Fetch-Site": "same-origin"}
SESSION = "/admin/v1/session"
COOKIE, DEVICE = "__Host-odyssee", "__Host-odyssee-device"


def enter(client: TestClient, headers: dict[str, str], **more: Any) -> Any:
    body = {"email": email_of("contributor"), "password": PASSWORD, "cookie": True} | more
    return client.post(SESSION, json=body, headers=headers)


def cookies_of(answer: Any) -> SimpleCookie:
    jar = SimpleCookie()
    for line in answer.headers.get_list("set-cookie"):
        jar.load(line)
    return jar


def test_the_session_comes_as_a_cookie_and_nothing_of_it_in_the_body(client: TestClient) -> None:
    sent = enter(client, OURS)
    assert sent.status_code == 200, sent.text
    assert sent.json() == {
        "access_token": None,
        "token_type": "cookie",
        "expires_in": 12 * 3600,
        "device": None,
    }
    jar = cookies_of(sent)
    assert set(jar) == {COOKIE, DEVICE}
    ages = {COOKIE: str(12 * 3600), DEVICE: str(365 * 24 * 3600)}
    for name, morsel in jar.items():
        assert morsel["secure"]
        assert morsel["httponly"]
        assert (morsel["samesite"].lower(), morsel["path"]) == ("strict", "/")
        assert not morsel["domain"]
        assert morsel["max-age"] == ages[name]
        assert morsel.value not in sent.text
    assert client.get("/admin/v1/me").json()["email"] == email_of("contributor")


def test_signing_out_takes_the_session_and_leaves_the_device(client: TestClient) -> None:
    kept = cookies_of(enter(client, OURS))
    sent = client.delete(SESSION, headers=OURS)
    assert sent.status_code == 204
    assert cookies_of(sent)[COOKIE]["max-age"] == "0"
    assert DEVICE not in cookies_of(sent)
    client.cookies.set(COOKIE, kept[COOKIE].value, domain="perche.example")
    assert client.get("/admin/v1/me").status_code == 401


def test_the_device_is_known_again_by_its_cookie(client: TestClient) -> None:
    enter(client, OURS)
    stranger = {"email": email_of("contributor"), "password": "essai"}
    with TestClient(client.app, base_url="https://perche.example") as other:
        for _ in range(8):
            other.post(SESSION, json=stranger)
        assert other.post(SESSION, json=stranger).status_code == 429
    assert enter(client, OURS).status_code == 200


FROM_ELSEWHERE: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://perche.example"},
    {"Origin": "https://ailleurs.example"},
    {"Origin": "https://perche.example.ailleurs.example"},
    {"Origin": "http://perche.example"},
    {"Origin": "https://perche.example:8443"},
    {"Origin": "null"},
    {},
]


@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", SESSION, None),
        ("POST", "/admin/v1/me/otp", None),
        ("POST", "/admin/v1/tokens", {"name": "export"}),
    ],
)
def test_a_page_of_another_site_does_nothing_with_the_cookie(
    client: TestClient,
    headers: dict[str, str],
    method: str,
    path: str,
    body: dict[str, str] | None,
) -> None:
    enter(client, OURS)
    sent = client.request(method, path, json=body, headers=headers)
    assert (sent.status_code, sent.json()["code"]) == (403, "cross_site")
    assert client.get("/admin/v1/me", headers=headers).status_code == 200


@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
def test_a_page_of_another_site_signs_nobody_in(
    client: TestClient, headers: dict[str, str]
) -> None:
    sent = enter(client, headers)
    assert (sent.status_code, sent.json()["code"]) == (403, "cross_site")
    assert "set-cookie" not in sent.headers


@pytest.mark.parametrize("headers", [OURS, {"Origin": "https://perche.example"}])
def test_the_desks_own_page_may(client: TestClient, headers: dict[str, str]) -> None:
    assert enter(client, headers).status_code == 200
    made = client.post("/admin/v1/tokens", json={"name": "export"}, headers=headers)
    assert made.status_code == 201, made.text


def test_a_bearer_needs_no_page_and_wins_over_the_cookie(client: TestClient, tools: Tools) -> None:
    enter(client, OURS)
    editor = bearer(session_of(tools, "editor"))
    assert client.get("/admin/v1/me", headers=editor).json()["role"] == "editor"
    assert client.post("/admin/v1/tokens", json={"name": "x"}, headers=editor).status_code == 201
    assert client.get("/admin/v1/me", headers=bearer("ody_s_faux")).status_code == 401


def test_another_scheme_is_no_bearer(client: TestClient) -> None:
    assert client.get("/admin/v1/me", headers={"Authorization": "Basic abc"}).status_code == 401
    enter(client, OURS)
    assert client.get("/admin/v1/me", headers={"Authorization": "Basic abc"}).status_code == 200


def test_a_personal_token_is_no_cookie(client: TestClient, tools: Tools) -> None:
    caller = caller_of(tools, session_of(tools, "contributor"))
    _token, secret = accounts.add_token(tools, caller, "export")
    client.cookies.set(COOKIE, secret, domain="perche.example")
    assert client.get("/admin/v1/me").status_code == 401
    assert client.get("/admin/v1/me", headers=bearer(secret)).status_code == 200
