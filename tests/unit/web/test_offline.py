"""What the server gives to a phone that takes legends along: the service worker and its frames."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from odyssee.web.assets import STATIC, Assets
from odyssee.web.offline import service_worker
from odyssee.web.pages import build_pages


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(
        Starlette(routes=build_pages(lambda _slug, _stop: 404, "https://odyssee.example"))
    )


def build_in(script: str) -> dict[str, Any]:
    found = re.search(r"serve\((.*)\);", script, re.DOTALL)
    assert found
    build: dict[str, Any] = json.loads(found[1])
    return build


def test_the_service_worker_lies_at_the_root_and_is_always_asked_for(client: TestClient) -> None:
    sent = client.get("/service-worker.js")
    assert sent.headers["content-type"] == "text/javascript; charset=utf-8"
    assert sent.headers["cache-control"] == "no-cache"
    assert "script-src 'self'" in sent.headers["content-security-policy"]
    etag = sent.headers["etag"]
    assert client.get("/service-worker.js", headers={"If-None-Match": etag}).status_code == 304


def test_everything_that_it_keeps_is_there(client: TestClient) -> None:
    build = build_in(client.get("/service-worker.js").text)
    for address in build["files"]:
        sent = client.get(address)
        assert sent.status_code == 200, address
        assert sent.headers["cache-control"].endswith("immutable"), address
    frames = [address for known in build["frames"].values() for address in known.values()]
    assert len(frames) == 4
    for address in frames:
        assert build["static"] in client.get(address).text, address


def test_it_keeps_all_that_a_page_loads(client: TestClient) -> None:
    build = build_in(client.get("/service-worker.js").text)
    for view in ("home", "legend"):
        text = client.get(build["frames"][view]["en"]).text
        assert '<html lang="en">' in text
        assert f'data-view="{view}"' in text
        loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', text))
        assert len(loaded) > 5
        assert loaded <= set(build["files"])
    assert not [address for address in build["files"] if "bureau" in address]


def test_a_frame_of_no_view_is_not_there(client: TestClient) -> None:
    for view in ("missing", "bureau", "shell", "x"):
        assert client.get(f"/frames/{view}").status_code == 404


def test_another_build_is_another_script(tmp_path: Path) -> None:
    shutil.copytree(STATIC, tmp_path / "static")
    before = service_worker(Assets(tmp_path / "static"), "a")
    with (tmp_path / "static" / "site.css").open("a", encoding="utf-8") as style:
        style.write("p { color: red; }\n")
    after = service_worker(Assets(tmp_path / "static"), "a")
    names = {build_in(script)["name"] for script in (before, after)}
    names.add(build_in(service_worker(Assets(tmp_path / "static"), "b"))["name"])
    assert len(names) == 3
