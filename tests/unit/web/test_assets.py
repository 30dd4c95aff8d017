"""Static files by address: what is served, for how long, and what a page asks for at once."""

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from odyssee.web.assets import IMMUTABLE, STATIC, Assets
from odyssee.web.bureau import PAGES
from odyssee.web.offline import ENTRIES
from odyssee.web.pages import build_pages


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(
        Starlette(routes=build_pages(lambda _slug, _stop: 200, "https://odyssee.example"))
    )


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets()


def a_folder(root: Path, **engine: str) -> Path:
    folder = root / "static"
    (folder / "engine" / "deep").mkdir(parents=True)
    (folder / "app.js").write_text("export {};\n", "utf-8")
    for name, text in engine.items():
        (folder / "engine" / f"{name}.js").write_text(text, "utf-8")
    return folder


def preloaded(client: TestClient, path: str) -> list[str]:
    return re.findall(r'rel="modulepreload" href="/static/\w+/([^"]+)"', client.get(path).text)


@pytest.mark.parametrize("name", [path.name for path in sorted((STATIC / "engine").iterdir())])
def test_every_module_of_the_engine_is_served_and_kept_for_ever(
    client: TestClient, assets: Assets, name: str
) -> None:
    answer = client.get(assets.address(f"engine/{name}"))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, IMMUTABLE)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.content == (STATIC / "engine" / name).read_bytes()


@pytest.mark.parametrize(
    "name",
    [
        "engine",
        "engine/",
        "engine/nothing.js",
        "engine/../app.js",
        "engine/..%2fapp.js",
        "engine/..%2f..%2fpages.py",
        "..%2fpages.py",
        "%2fetc%2fpasswd",
        "engine%5cindex.js",
        "engine/engine/index.js",
        "x/app.js",
        "",
    ],
)
def test_what_is_no_static_file_is_not_there(client: TestClient, assets: Assets, name: str) -> None:
    address = re.sub(r"/\.\./", "/%2e%2e/", assets.address(name))  # no client resolves this
    assert client.get(address).status_code == 404


def test_a_change_in_a_folder_changes_every_address(tmp_path: Path) -> None:
    before, after, moved = (
        Assets(a_folder(tmp_path / str(number), **engine))
        for number, engine in enumerate([{"index": "1;\n"}, {"index": "2;\n"}, {"other": "1;\n"}])
    )
    assert len({before.version, after.version, moved.version}) == 3
    assert before.address("app.js") != after.address("app.js")


def test_a_legend_asks_at_once_for_all_modules_that_it_runs(client: TestClient) -> None:
    names = preloaded(client, "/legends/dame-de-riants")
    assert {"app.js", "legend.js", "walk.js", "follower.js", "engine/index.js"} <= set(names)
    assert {f"engine/{path.name}" for path in (STATIC / "engine").iterdir()} <= set(names)
    assert "home.js" not in names


def test_home_does_not_ask_for_what_only_a_walk_needs(client: TestClient) -> None:
    names = preloaded(client, "/")
    assert {"app.js", "home.js", "api.js"} <= set(names)
    assert not [name for name in names if name.startswith("engine/") or name == "walk.js"]


@pytest.mark.parametrize("path", ["/", "/legends/dame-de-riants"])
def test_no_page_asks_for_what_only_taking_along_needs(client: TestClient, path: str) -> None:
    assert not [name for name in preloaded(client, path) if name.startswith("packs/")]


def test_every_module_is_reached_from_a_view_or_a_worker(assets: Assets) -> None:
    modules = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.js")}
    assert set(assets.loaded_with(*ENTRIES, *PAGES.values(), "packs/worker.js")) == modules
