"""A server that knows one kiosk, and the kiosk itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_builders import tools_over
from fleet_builders import SomeKiosk, settle_kiosk
from people_builders import SetClock
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools
from odyssee.api.app import build_app
from odyssee.domain.kiosks import Kiosk


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def tools(tmp_path: Path, clock: SetClock) -> Iterator[Tools]:
    tools = tools_over(tmp_path, clock)
    tools.desk.db.upgrade()
    yield tools
    tools.desk.db.close()


@pytest.fixture
def client(tools: Tools) -> Iterator[TestClient]:
    app = build_app(tools, lambda: None, desk=lambda: tools)
    with TestClient(app, base_url="https://perche.example") as client:
        yield client


@pytest.fixture
def some() -> SomeKiosk:
    return SomeKiosk()


@pytest.fixture
def enrolled(tools: Tools, some: SomeKiosk) -> Kiosk:
    """The kiosk as the server knows it."""
    return settle_kiosk(tools, some)
