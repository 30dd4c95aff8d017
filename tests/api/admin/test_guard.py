"""What every answer of the desk carries, and to which sites it opens."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from builders import a_legend, reading_tools
from starlette.testclient import TestClient

from odyssee.api.app import build_app

PARTNER = "https://bureau.partenaire.example"
ADDRESSES = ["/admin", "/admin/v1", "/admin/v1/nulle-part", "/bureau", "/bureau/nulle-part"]


@pytest.fixture
def closed() -> Iterator[TestClient]:
    """A desk that is open to no other site."""
    app = build_app(reading_tools(a_legend()), lambda: None)
    with TestClient(app, base_url="https://perche.example") as client:
        yield client


@pytest.fixture
def opened() -> Iterator[TestClient]:
    """A desk that the scripts of one other site may call."""
    app = build_app(reading_tools(a_legend()), lambda: None, admin_origins=frozenset({PARTNER}))
    with TestClient(app, base_url="https://perche.example") as client:
        yield client


def _opens(client: TestClient, method: str, path: str, origin: str) -> dict[str, str]:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    sent = client.request(method, path, headers=headers).headers
    return {name: value for name, value in sent.items() if name.startswith("access-control-")}


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "DELETE"])
def test_every_answer_is_closed_and_kept_by_nobody(
    closed: TestClient, method: str, path: str
) -> None:
    sent = closed.request(method, path, headers={"Origin": PARTNER})
    assert sent.status_code in {404, 405}
    expected = {
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "strict-transport-security": "max-age=31536000",
        "x-content-type-options": "nosniff",
    }
    assert {name: sent.headers.get_list(name) for name in expected} == {
        name: [value] for name, value in expected.items()
    }
    assert not [name for name in sent.headers if name.startswith("access-control-")]


def test_a_server_without_tls_promises_none() -> None:
    tools = replace(reading_tools(a_legend()), public_url="http://localhost:8000")
    sent = TestClient(build_app(tools, lambda: None)).get("/admin/v1/nulle-part")
    assert "strict-transport-security" not in sent.headers


def test_what_visitors_read_stays_open(opened: TestClient) -> None:
    assert _opens(opened, "OPTIONS", "/v1/legends", "https://ailleurs.example")
    sent = opened.get("/v1/nulle-part")
    assert sent.headers["access-control-allow-origin"] == "*"
    assert "content-security-policy" not in sent.headers


@pytest.mark.parametrize(
    "origin",
    [
        "https://ailleurs.example",
        f"{PARTNER}.ailleurs.example",
        f"{PARTNER}/",
        PARTNER.upper(),
        PARTNER.replace("https", "http"),
        "null",
        "*",
        "",
    ],
)
def test_a_site_that_is_not_named_may_not_call(opened: TestClient, origin: str) -> None:
    for method in ("OPTIONS", "GET"):
        assert _opens(opened, method, "/admin/v1/me", origin) == {}


def test_a_named_site_may_call_with_a_token_and_never_with_cookies(opened: TestClient) -> None:
    asked = _opens(opened, "OPTIONS", "/admin/v1/me", PARTNER)
    assert asked["access-control-allow-origin"] == PARTNER
    assert "Authorization" in asked["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in asked
    answered = _opens(opened, "GET", "/admin/v1/nulle-part", PARTNER)
    assert answered["access-control-allow-origin"] == PARTNER
    assert "access-control-allow-credentials" not in answered


def test_a_named_site_may_not_read_the_pages(opened: TestClient) -> None:
    assert _opens(opened, "GET", "/bureau/nulle-part", PARTNER) == {}


def test_caches_know_that_answers_differ_by_site(opened: TestClient) -> None:
    for origin in (PARTNER, "https://ailleurs.example"):
        sent = opened.get("/admin/v1/nulle-part", headers={"Origin": origin})
        assert "Origin" in sent.headers["vary"]
