"""Answers found again by path and two headers: never another's, never an old one."""

import asyncio
from typing import Any

from builders import a_legend, a_legend_text, publish_into, reading_tools
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message

from odyssee.actions.reading import refresh
from odyssee.actions.tools import Tools
from odyssee.api.answers import Answer
from odyssee.api.app import build_app
from odyssee.api.front import Front
from odyssee.api.public.library import Library, find_answer

LEGEND = "/v1/legends/dame-de-riants"


def _ask(app: ASGIApp, *headers: tuple[bytes, bytes]) -> dict[bytes, bytes]:
    return asyncio.run(_answer(app, *headers))


async def _answer(app: ASGIApp, *headers: tuple[bytes, bytes]) -> dict[bytes, bytes]:
    """The headers of the legend's answer, with every header sent as it is, twice if it is twice."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": LEGEND,
        "raw_path": LEGEND.encode(),
        "query_string": b"",
        "headers": list(headers),
    }
    await app(scope, receive, send)
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    return dict(sent[0]["headers"])


def test_a_header_given_twice_spoils_nobody_elses_answer(tools: Tools) -> None:
    app = build_app(tools, lambda: None)
    french, english = (b"accept-language", b"fr"), (b"accept-language", b"en")
    _ask(app, french, english)
    _ask(app, english, french)
    assert _ask(app, french)[b"content-language"] == b"fr"
    assert _ask(app, english)[b"content-language"] == b"en"
    assert _ask(app)[b"content-language"] == b"fr"


def test_each_coding_keeps_its_own_bytes(client: TestClient) -> None:
    wanted = ["br", "gzip", "identity", "gzip, br;q=0.1"] * 2
    sent = [client.get(LEGEND, headers={"Accept-Encoding": coding}) for coding in wanted]
    assert [answer.headers.get("content-encoding") for answer in sent] == [
        *("br", "gzip", None, "gzip"),
        *("br", "gzip", None, "gzip"),
    ]
    assert len({answer.headers["etag"] for answer in sent}) == 3
    assert len({answer.text for answer in sent}) == 1


def test_a_publication_is_seen_by_those_who_asked_before() -> None:
    tools = reading_tools(a_legend())
    with TestClient(build_app(tools, lambda: None)) as client:
        before = client.get(LEGEND)
        told = {"fr": a_legend_text("La Dame de l’Étang")}
        publish_into(tools.published, a_legend(texts=told), revision=2)
        refresh(tools)
        after = client.get(LEGEND, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.json()["title"] == "La Dame de l’Étang"


def test_endless_kinds_of_headers_do_not_fill_the_memory(tools: Tools) -> None:
    app = build_app(tools, lambda: None)

    async def ask_and_ask() -> None:
        for number in range(5000):
            await _answer(app, (b"accept-language", b"fr, x%d" % number))
        await _answer(app, (b"accept-language", b"fr," + b"x" * 10_000))

    asyncio.run(ask_and_ask())
    assert isinstance(app, Front)
    assert len(app._recent) <= 4096
    assert max(len(language) for _, language, _ in app._recent) < 200


def test_a_list_asked_only_for_its_language_is_the_one_that_is_kept() -> None:
    tools = reading_tools(a_legend())
    library = Library(tools.public_url, tools.clock, lambda: None)
    tools.shelf.on_swap(library.watch)
    edition = library.current()

    def ask(query: bytes) -> Answer | None:
        scope = {"path": "/v1/legends", "query_string": query, "headers": []}
        return find_answer(edition, scope)

    assert ask(b"lang=en") is ask(b"lang=en&unknown=1") is edition.find("/v1/legends", "en")
    assert ask(b"q=dame") is not ask(b"q=dame")
