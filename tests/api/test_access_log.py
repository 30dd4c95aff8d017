"""The access log: a line for each request, and never where anybody stands."""

import asyncio
import io
import re
import time
from collections.abc import Iterator

import pytest
from builders import a_legend, reading_tools
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools
from odyssee.api.accesslog import FLUSH_S, AccessLog
from odyssee.api.app import build_app

LEGEND = "/v1/legends/dame-de-riants"


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def client(out: io.StringIO) -> Iterator[TestClient]:
    tools: Tools = reading_tools(a_legend())
    log = AccessLog(out)
    app = build_app(tools, lambda: "2026-06-01T12:00:00Z", log=log)
    with TestClient(app, base_url="https://perche.example") as client:
        yield client
        log.flush()


def _lines(client: TestClient, out: io.StringIO, *paths: str) -> list[str]:
    for path in paths:
        client.get(path)
    client.portal.call(asyncio.sleep, FLUSH_S * 2)  # type: ignore[union-attr]  # open in `with`
    return out.getvalue().splitlines()


def test_each_request_is_a_line_with_method_path_status_and_time(
    client: TestClient, out: io.StringIO
) -> None:
    (line,) = _lines(client, out, LEGEND)
    shape = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} odyssee\.access GET (\S+) (\d+) \d+\.\d ms"
    found = re.fullmatch(shape, line)
    assert found
    assert found.groups() == (LEGEND, "200")


def test_a_refusal_and_an_unknown_address_are_lines_too(
    client: TestClient, out: io.StringIO
) -> None:
    lines = _lines(client, out, "/v1/legends?near=nord", "/v1/legends/loup", "/healthz", LEGEND)
    assert [line.split()[-3] for line in lines] == ["422", "404", "200", "200"]


def test_a_position_in_a_query_is_never_logged(client: TestClient, out: io.StringIO) -> None:
    _lines(client, out, "/v1/legends?near=0.777,48.333", f"{LEGEND}?lang=0.777", "/nulle?x=0.777")
    assert out.getvalue().count("\n") == 3
    assert "0.777" not in out.getvalue()
    assert "?" not in out.getvalue()


def test_a_path_cannot_forge_a_line(client: TestClient, out: io.StringIO) -> None:
    lines = _lines(client, out, "/v1/a%0A2026-06-01 odyssee.access GET /v1/b%C3%A9 200")
    assert len(lines) == 1
    assert lines[0].split()[-3] == "404"


def test_lines_of_a_moment_are_written_together_soon(out: io.StringIO) -> None:
    async def many() -> str:
        log = AccessLog(out)
        for _ in range(100):
            log("GET", b"/v1/legends", 200, time.perf_counter())
        before = out.getvalue()
        await asyncio.sleep(FLUSH_S * 1.5)
        return before

    assert asyncio.run(many()) == ""
    assert out.getvalue().count("\n") == 100


def test_the_address_of_a_preview_is_a_secret(client: TestClient, out: io.StringIO) -> None:
    (line,) = _lines(client, out, "/apercu/c2VjcmV0/abc")
    assert line.split()[-4:-2] == ["/apercu/", "404"]
