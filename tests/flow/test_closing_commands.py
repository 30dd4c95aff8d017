"""The commands that close, open again and take back: what they say, and their exit codes."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from builders import HERBAGE

from odyssee.actions.publishing import publish
from odyssee.actions.reading import find_territory_document
from odyssee.actions.tools import Tools
from odyssee.actions.working import work_once
from odyssee.cli.closing import _Moment
from odyssee.content.stretches import read_stretch
from odyssee.db import audit
from odyssee.domain.errors import ContentInvalid

SLUG = "dame-de-riants"
FLOOD = ["closure", "add", SLUG, "--kind", "flood", "--text", "L’Huisne déborde."]
PARIS = {"TZ": "Europe/Paris"}
Done = subprocess.CompletedProcess[str]


@pytest.fixture
def waiting_home(desk: Tools, tmp_path: Path) -> Path:
    """The home of a desk where a legend waits to be published."""
    assert desk.desk.db.is_current()
    return tmp_path / "var"


@pytest.fixture
def home(desk: Tools, waiting_home: Path) -> Path:
    """The home of a desk where a legend is published."""
    publish(desk, SLUG, by="test")
    assert work_once(desk) is not None
    return waiting_home


def run(home: Path, *arguments: str, code: int = 0, **settings: str) -> Done:
    environment = os.environ | {"ODYSSEE_HOME": str(home)} | PARIS | settings
    command = [sys.executable, "-m", "odyssee", *arguments]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def told(desk: Tools) -> dict[str, object]:
    document = find_territory_document(desk.published)
    assert document is not None
    return document


def test_a_trail_is_closed_listed_and_opened_again(desk: Tools, home: Path) -> None:
    added = run(home, *FLOOD, "--text-en", "The Huisne is in flood.", "--to", "2099-11-04")
    assert "jusqu’au 05/11/2099 00:00 (+01:00)" in added.stdout  # the whole of that day
    assert "Les visiteurs le voient" in added.stdout
    (known,) = told(desk)["closures"]  # type: ignore[misc]  # a list, as the document's form has it
    assert known["to"] == "2099-11-04T23:00:00Z"
    listed = json.loads(run(home, "closure", "list", "--json").stdout)
    assert [(row["legend"], row["text"]["fr"]) for row in listed] == [(SLUG, "L’Huisne déborde.")]
    lines = run(home, "closure", "list", SLUG).stdout.splitlines()
    assert lines[0].startswith(f"{listed[0]['id']}  {SLUG} : crue, du ")
    assert lines[1] == "1 fermeture(s)."
    assert "fermeture levée" in run(home, "closure", "end", listed[0]["id"]).stdout
    assert told(desk)["closures"] == []
    assert "introuvable" in run(home, "closure", "end", listed[0]["id"], code=2).stderr


def test_a_legend_is_taken_back_and_published_again(desk: Tools, home: Path) -> None:
    gone = run(home, "unpublish", SLUG, "--reason", "Droits retirés")
    assert gone.stdout == f"{SLUG} : retirée, révision 1.\n"
    assert told(desk)["unpublished"] == [SLUG]
    with desk.desk.db.reading() as tx:
        entry = audit.list_entries(tx, SLUG)[0]
    assert (entry.who, entry.detail["reason"]) == ("command line", "Droits retirés")
    again = run(home, "unpublish", SLUG, code=2).stderr
    assert again == "odyssee : Cette légende n’est pas en ligne : il n’y a rien à retirer.\n"
    assert run(home, "publish", SLUG).stdout == f"{SLUG} : publiée, révision 2.\n"
    assert told(desk)["unpublished"] == []


def test_where_another_process_signs_both_only_queue_and_say_so(desk: Tools, home: Path) -> None:
    before = told(desk)
    external = {"ODYSSEE_SIGNER": "external"}
    assert "En file : le signataire le publiera." in run(home, *FLOOD, **external).stdout
    gone = run(home, "unpublish", SLUG, **external).stdout
    assert gone == f"{SLUG} : en file, le signataire la retirera, révision 1.\n"
    assert told(desk) == before
    # The clock of the desk in tests stands before that of the commands.
    later = datetime.now(UTC)
    while work_once(replace(desk, clock=lambda: later)) is not None:
        pass
    assert told(desk)["unpublished"] == [SLUG]


def test_before_anything_is_published_it_is_kept_for_the_first_publication(
    waiting_home: Path,
) -> None:
    assert "première publication" in run(waiting_home, *FLOOD).stdout


def test_a_stretch_comes_from_a_file(desk: Tools, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "tronçon.geojson"
    line = [[HERBAGE.lon, HERBAGE.lat, 180.5], [HERBAGE.lon + 0.01, HERBAGE.lat, 181]]
    geometry = {"type": "LineString", "coordinates": line}
    path.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": geometry}))
    done = run(home, *FLOOD, "--stretch", str(path))
    assert f"{SLUG}, un tronçon : crue" in done.stdout
    (known,) = told(desk)["closures"]  # type: ignore[misc]  # a list, as the document's form has it
    assert known["stretch"]["coordinates"][0] == [HERBAGE.lon, HERBAGE.lat]


@pytest.mark.parametrize(
    "raw",
    [
        "", "[]", "{}", "[" * 100_000, '{"type":"LineString"}',
        '{"type":"Point","coordinates":[0.9,48.2]}',
        '{"type":"MultiPoint","coordinates":[[0.9,48.2],[0.9,48.3]]}',
        '{"type":"LineString","coordinates":[[0.9],[0.9,48.3]]}',
        '{"type":"LineString","coordinates":[["0.9",48.2],[0.9,48.3]]}',
        '{"type":"FeatureCollection","features":[]}',
    ],
)  # fmt: skip
def test_a_file_that_is_no_line_is_refused(tmp_path: Path, raw: str) -> None:
    path = tmp_path / "l'étang.geojson"
    path.write_text(raw)
    with pytest.raises(ContentInvalid) as refused:
        read_stretch(path)
    assert [problem.code for problem in refused.value.problems] == ["stretch_unreadable"]


def test_a_wrong_closure_is_told_field_by_field(home: Path, tmp_path: Path) -> None:
    wrong = run(home, *FLOOD, "--stop", "nulle-part", "--to", "2020-01-01", code=2).stderr
    assert "to : La fin doit venir après le début." in wrong
    assert "stop : Cette légende n’a pas d’étape de ce nom." in wrong
    nowhere = ["closure", "add", "nulle-part", "--kind", "other", "--text", "x"]
    assert run(home, *nowhere, code=2).stderr == "odyssee : introuvable : legend=nulle-part\n"
    path = tmp_path / "vide.geojson"
    path.write_text("{}")
    bad = run(home, *FLOOD, "--stretch", str(path), code=1).stderr
    assert "vide.geojson:1: stretch_unreadable: un tronçon est une ligne GeoJSON" in bad


@pytest.mark.parametrize(
    ("written", "is_end", "due"),
    [
        ("2026-11-03T18:00:00+01:00", True, "2026-11-03T17:00:00Z"),
        ("2026-11-03T18:00:00Z", False, "2026-11-03T18:00:00Z"),
    ],
)
def test_an_offset_is_believed(written: str, is_end: bool, due: str) -> None:  # noqa: FBT001 - a case
    moment = _Moment(is_end=is_end).convert(written, None, None)
    assert moment == datetime.fromisoformat(due)


@pytest.mark.parametrize("written", ["", "demain", "2026-13-01", "9999-12-31"])
def test_a_moment_of_no_calendar_is_refused(written: str) -> None:
    with pytest.raises(click.BadParameter, match="donnez un jour"):
        _Moment(is_end=True).convert(written, None, None)
