"""Surveys by the API: JSON or CSV, told apart from what will not do, and kept nowhere."""

import io
import sqlite3
import struct
from pathlib import Path
from typing import Any

import pytest
from builders import a_legend, media_of
from desk_builders import bearer, session_of
from draft_builders import DRAFT, Desk, keep_draft
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools
from odyssee.api.accesslog import AccessLog
from odyssee.api.app import build_app
from odyssee.content.plain import to_paragraphs
from odyssee.db import legends
from odyssee.domain.legends import Legend
from odyssee.domain.warnings import UNSURVEYED
from odyssee.domain.words import content_document

SURVEY = f"{DRAFT}/stops/etape-1/survey"


def fixes_at(lon: float, lat: float, count: int = 20, **told: Any) -> list[dict[str, Any]]:
    return [{"lon": lon, "lat": lat, **told} for _ in range(count)]


def warnings_of(legend: Legend) -> set[str]:
    """Of the pack that the legend would be published in."""
    words = content_document(legend, media_of(legend)[0], "fr", to_paragraphs)
    return {warning["code"] for warning in words["warnings"]}


@pytest.fixture
def editor(client: TestClient, tools: Tools) -> Desk:
    keep_draft(tools)
    return Desk(client, bearer(session_of(tools, "editor")))


def test_a_survey_moves_the_stop_and_its_circle(editor: Desk) -> None:
    _before, tag = editor.read(f"{DRAFT}/stops/etape-1")
    told = {"accuracy_m": 6, "at": "2026-06-01T10:00:00Z", "speed_mps": 0, "heading_deg": None}
    sent = editor.call("POST", SURVEY, {"fixes": fixes_at(0.9137, 48.2695, **told)})
    assert sent.status_code == 200, sent.text
    stop = sent.json()
    assert stop["location"] == [0.9137, 48.2695]
    assert stop["site"] == {"status": "surveyed", "precision_m": 5.0, "source": "vicheres-fr"}
    assert stop["zones"][0]["shape"]["coordinates"] == [0.9137, 48.2695]
    assert sent.headers["etag"] != tag
    assert editor.read(f"{DRAFT}/stops/etape-1") == (stop, sent.headers["etag"])


@pytest.mark.usefixtures("editor")
def test_a_survey_may_come_as_csv(client: TestClient, tools: Tools) -> None:
    mine = bearer(session_of(tools, "editor")) | {"Content-Type": "text/csv"}
    rows = "lon;lat;accuracy_m\n" + "0,9137;48,2695;6\n" * 20
    sent = client.post(f"{SURVEY}?source=releve-2027", content=rows.encode(), headers=mine)
    assert sent.status_code == 200, sent.text
    assert sent.json()["location"] == [0.9137, 48.2695]
    assert sent.json()["site"]["source"] == "releve-2027"
    bad = client.post(SURVEY, content=b"lon,lat\n0.9,48.2\nici,48\n", headers=mine)
    assert [error["pointer"] for error in bad.json()["errors"]] == ["/lines/3"]
    assert client.post(SURVEY, content=b"a,b\n", headers=mine).status_code == 422
    assert client.post(SURVEY, content=b"\xff", headers=mine).status_code == 422
    large = client.post(SURVEY, content=b"x" * 1_100_000, headers=mine)
    assert large.status_code == 413
    assert (
        client.post(f"{SURVEY}?source=Non", content=rows.encode(), headers=mine).json()["errors"][
            0
        ]["pointer"]
        == "/source"
    )


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, {"/fixes": "missing"}),
        ({"fixes": fixes_at(0.9, 48.2, 19)}, {"/fixes": "fixes_too_few"}),
        ({"fixes": fixes_at(0.9, 48.2, accuracy_m=80)}, {"/fixes": "fixes_inaccurate"}),
        (
            {"fixes": fixes_at(0.9, 48.2, 10) + fixes_at(0.91, 48.2, 10)},
            {"/fixes": "fixes_spread"},
        ),
        (
            {"fixes": fixes_at(181, 48.2, 1), "a": 1},
            {
                "/fixes/0/lon": "out_of_range",
                "/a": "unknown_field",
            },
        ),
        ({"fixes": fixes_at(0.9, 48.2, 1001)}, {"/fixes": "too_long"}),
    ],
)
def test_what_will_not_do_is_refused_with_its_cure(
    editor: Desk, body: Any, faults: dict[str, str]
) -> None:
    before = editor.read()
    assert editor.refused("POST", SURVEY, body) == faults
    assert editor.read() == before


def test_the_warning_goes_with_the_last_survey(editor: Desk, tools: Tools) -> None:
    for number in (1, 2, 3):
        with tools.desk.db.reading() as tx:
            legend = legends.get_draft(tx, "dame-de-riants").legend
        assert UNSURVEYED in warnings_of(legend)
        path = f"{DRAFT}/stops/etape-{number}/survey"
        body = {"fixes": fixes_at(0.91 + number / 1000, 48.27)}
        assert editor.call("POST", path, body).status_code == 200
    with tools.desk.db.reading() as tx:
        legend = legends.get_draft(tx, "dame-de-riants").legend
    assert UNSURVEYED not in warnings_of(legend)


def test_readings_are_neither_kept_nor_logged(
    tools: Tools, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep_draft(tools, a_legend(), "nogent")
    out = io.StringIO()
    app = build_app(tools, lambda: None, log=AccessLog(out), desk=lambda: tools)
    marked = [{"lon": 0.9137 + n % 7 / 1e6, "lat": 48.2612345, "accuracy_m": 6} for n in range(21)]
    marked[0]["lon"] = 0.9137777
    with TestClient(app, base_url="https://perche.example") as client:
        teller = Desk(client, bearer(session_of(tools, "contributor")))
        assert teller.call("POST", SURVEY, {"fixes": marked}).status_code == 200
    assert "0.9137777" not in out.getvalue() + caplog.text
    dump = "\n".join(sqlite3.connect(tmp_path / "home" / "odyssee.db").iterdump())
    assert "0.9137777" not in dump
    # Shapes are kept in binary: the place itself is there, the marked reading is not.
    assert struct.pack("<d", 0.9137777).hex() not in dump.lower()
    assert struct.pack("<d", 48.2612345).hex() in dump.lower()
