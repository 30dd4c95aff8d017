"""A client over the whole application, with three legends published and a clock that stands."""

from collections.abc import Iterator

import pytest
from builders import a_legend, a_legend_text, reading_tools
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools
from odyssee.api.app import build_app
from odyssee.domain.legends import Access, Commune


@pytest.fixture
def tools() -> Tools:
    free = a_legend(
        "pommier-de-misere",
        2,
        commune=Commune(name="Miermaigne", insee="28252"),
        themes=("verger",),
        duration_min=40,
        access=Access(wheelchair="partial", stroller="yes"),
        texts={"fr": a_legend_text("Le Pommier de Misère")},
    )
    return reading_tools(a_legend(), free)


@pytest.fixture
def client(tools: Tools) -> Iterator[TestClient]:
    app = build_app(tools, lambda: "2026-06-01T12:00:00Z")
    with TestClient(app, base_url="https://perche.example") as client:
        yield client
