"""A desk with people of two offices, and a client over the whole application."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_builders import fill, tools_over
from people_builders import SetClock
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools
from odyssee.api.app import build_app


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: each password takes a tenth of a second to hash."""
    home = tmp_path_factory.mktemp("desk")
    fill(home)
    return home


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def tools(filled_home: Path, tmp_path: Path, clock: SetClock) -> Iterator[Tools]:
    home = tmp_path / "home"
    shutil.copytree(filled_home, home)
    tools = tools_over(home, clock)
    yield tools
    tools.desk.db.close()


@pytest.fixture
def client(tools: Tools) -> Iterator[TestClient]:
    app = build_app(tools, lambda: "2026-06-01T12:00:00Z", desk=lambda: tools)
    with TestClient(app, base_url="https://perche.example") as client:
        yield client
