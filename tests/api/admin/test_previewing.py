"""A draft is shown by a signed address, for some hours, and as it was when that was made."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from builders import NOON, a_legend
from desk_builders import bearer, session_of
from hypothesis import given
from hypothesis import strategies as st
from people_builders import SetClock
from review_builders import ready_draft
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools
from odyssee.api.app import build_app
from odyssee.domain.errors import NotFound
from odyssee.domain.previews import Preview, from_token, to_token
from odyssee.web.pages import build_pages

SLUG = "pommier-de-misere"
"""Nothing of it is published."""
KEY = b"the key of a server in a test..."


@pytest.fixture
def client(tools: Tools) -> Iterator[TestClient]:
    pages = build_pages(lambda _slug, _stop: 404, "https://perche.example", desk=lambda: tools)
    app = build_app(tools, lambda: "2026-06-01T12:00:00Z", pages=pages, desk=lambda: tools)
    with TestClient(app, base_url="https://perche.example") as client:
        yield client


@pytest.fixture
def mine(tools: Tools) -> dict[str, str]:
    legend = a_legend(SLUG)
    text = replace(legend.texts["fr"], title="La Dame <b>& l’âne</b>")
    ready_draft(tools, replace(legend, texts={**legend.texts, "fr": text}))
    return bearer(session_of(tools, "editor"))


def make(client: TestClient, mine: dict[str, str], **said: int) -> str:
    sent = client.post(f"/admin/v1/legends/{SLUG}/preview", json=said, headers=mine)
    assert sent.status_code == 201, sent.text
    return str(sent.json()["url"])


def test_whoever_has_the_address_reads_the_draft(client: TestClient, mine: dict[str, str]) -> None:
    sent = client.get(make(client, mine))
    assert (sent.status_code, sent.headers["content-language"]) == (200, "fr")
    assert sent.headers["cache-control"] == "no-store"
    assert "noindex" in sent.headers["x-robots-tag"]
    assert "script-src" not in sent.headers["content-security-policy"]
    assert "<h1>La Dame &lt;b&gt;&amp; l’âne&lt;/b&gt;</h1>" in sent.text
    assert "La porte murée, étape 3" in sent.text
    assert "Écoutez bien." in sent.text
    english = client.get(make(client, mine) + "?lang=en").text
    assert "The Lady of the Meadow" in english


def test_media_are_served_below_the_address_only(client: TestClient, mine: dict[str, str]) -> None:
    address = make(client, mine)
    page = client.get(address).text
    path = address.removeprefix("https://perche.example")
    found = [part.split('"')[0] for part in page.split(f'src="{path}/')[1:]]
    assert len(found) >= 7
    for sha256 in found:
        sent = client.get(f"{address}/{sha256}")
        assert sent.status_code == 200
        assert (sent.headers["cache-control"], sent.headers["content-security-policy"]) == (
            "no-store",
            "sandbox",
        )
        assert client.get(f"/v1/objects/{sha256}").status_code == 404
    assert client.get(f"{address}/{'a' * 64}").status_code == 404
    assert client.get(f"{address}/x").status_code == 404


def test_an_address_ends_with_its_hours(
    client: TestClient, mine: dict[str, str], clock: SetClock
) -> None:
    address = make(client, mine, hours=2)
    clock.go(hours=1, minutes=59)
    assert client.get(address).status_code == 200
    clock.go(minutes=1)
    sent = client.get(address, headers={"Accept-Language": "en"})
    assert (sent.status_code, sent.headers["cache-control"]) == (410, "no-store")
    assert "This preview is over" in sent.text


def test_an_address_ends_with_the_next_edit(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    address = make(client, mine)
    ready_draft(tools, a_legend(SLUG))
    assert client.get(address).status_code == 410


@pytest.mark.parametrize("hours", [0, 24 * 14 + 1, -1])
def test_it_lasts_two_weeks_at_most(client: TestClient, mine: dict[str, str], hours: int) -> None:
    sent = client.post(f"/admin/v1/legends/{SLUG}/preview", json={"hours": hours}, headers=mine)
    assert sent.status_code == 422


def test_nobody_makes_one_without_the_desk(client: TestClient, mine: dict[str, str]) -> None:
    assert mine
    assert client.post(f"/admin/v1/legends/{SLUG}/preview", json={}).status_code == 401
    for token in ("x", "é", "a" * 500, "%00"):
        sent = client.get(f"/apercu/{token}")
        assert sent.status_code == 404
        assert sent.headers["content-type"].startswith("text/html")


@given(st.data())
def test_a_token_that_was_changed_in_any_letter_opens_nothing(data: st.DataObject) -> None:
    token = to_token(Preview(SLUG, "7-aaaa", NOON.replace(hour=13)), KEY)
    assert from_token(token, KEY, NOON).legend == SLUG
    at = data.draw(st.integers(0, len(token) - 2))  # the last letter holds bits that say nothing
    letter = data.draw(st.sampled_from("abcXYZ019-_").filter(lambda one: one != token[at]))
    with pytest.raises(NotFound):
        from_token(token[:at] + letter + token[at + 1 :], KEY, NOON)
    with pytest.raises(NotFound):
        from_token(token, b"another key", NOON)
