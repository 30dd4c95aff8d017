"""Legends come in and go out as a zip: whole or not at all, and round in a circle unchanged."""

import io
import struct
import zipfile
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from builders import a_legend
from bundle_builders import a_territory_zip, a_zip, zip_of
from flow_builders import a_territory, recorded_legend, short_legend, write_content
from people_builders import SetClock, at_clock, settle_somebody
from sounds import build_wav
from starlette.testclient import TestClient

from odyssee.actions.ingesting import import_folder
from odyssee.actions.tools import Tools
from odyssee.api.app import build_app
from odyssee.db import audit, legends, territories
from odyssee.domain.people import Role

IMPORTS = "/admin/v1/imports"
SLUG = "dame-de-riants"
FRENCH_NAME = a_territory().name["fr"]
EXPORT = f"/admin/v1/legends/{SLUG}/export.zip"


class Editor:
    """An editor at the desk."""

    def __init__(self, tools: Tools, role: Role = "editor") -> None:
        clock = SetClock()
        self.tools = at_clock(tools, clock)
        somebody = settle_somebody(self.tools, clock, role)
        self.id = somebody.person.id
        self.mine = {"Authorization": f"Bearer {somebody.token}"}
        self.client = TestClient(build_app(self.tools, lambda: None, desk=lambda: self.tools))

    def send(self, data: bytes, query: str = "", kind: str = "application/zip") -> Any:
        headers = {**self.mine, "Content-Type": kind}
        return self.client.post(IMPORTS + query, content=data, headers=headers)

    def draft(self, slug: str = SLUG) -> Any:
        with self.tools.desk.db.reading() as tx:
            return legends.find_draft(tx, slug)


@pytest.fixture
def editor(desk: Tools) -> Editor:
    return Editor(desk)


def told(answer: Any) -> tuple[list[str], list[str], list[str]]:
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return found["created"], found["changed"], found["unchanged"]


def test_what_goes_out_and_comes_in_again_changes_nothing(editor: Editor) -> None:
    before = editor.draft()
    sent = editor.client.get(EXPORT, headers=editor.mine)
    assert sent.headers["content-type"] == "application/zip"
    assert sent.headers["content-disposition"] == f'attachment; filename="{SLUG}.zip"'
    assert told(editor.send(sent.content, "?dry_run=true")) == ([], [], [SLUG])
    assert told(editor.send(sent.content)) == ([], [], [SLUG])
    assert editor.draft() == before
    assert editor.client.get(EXPORT, headers=editor.mine).content == sent.content


def test_recordings_and_pictures_go_round_with_it(fresh_desk: Tools, tmp_path: Path) -> None:
    folder = write_content(tmp_path, recorded_legend())
    (tmp_path / "medias" / SLUG / "conte-fr.wav").write_bytes(build_wav())
    import_folder(fresh_desk, folder)
    editor = Editor(fresh_desk)
    sent = editor.client.get(EXPORT, headers=editor.mine)
    names = set(zipfile.ZipFile(io.BytesIO(sent.content)).namelist())
    assert f"medias/{SLUG}/conte-fr.wav" in names
    assert f"contenus/legendes/{SLUG}/legende.yaml" in names
    assert told(editor.send(sent.content)) == ([], [], [SLUG])


def test_a_dry_run_says_what_would_be_done_and_does_nothing(editor: Editor, tmp_path: Path) -> None:
    changed = replace(short_legend(), duration_min=77)
    write_content(tmp_path / "new", changed, replace(short_legend("autre"), slug="autre"))
    data = zip_of(tmp_path / "new")
    assert told(editor.send(data, "?dry_run=true")) == (["autre"], [SLUG], [])
    assert editor.draft().legend.duration_min != 77
    assert editor.draft("autre") is None
    assert told(editor.send(data)) == (["autre"], [SLUG], [])
    assert editor.draft().legend.duration_min == 77
    with editor.tools.desk.db.reading() as tx:
        (entry,) = audit.list_entries(tx, "autre")
    assert (entry.who, entry.deed) == (editor.id, "created")


@pytest.mark.parametrize("under", ["", "Perche 2026/", "a/b/"])
def test_a_folder_around_it_is_no_hindrance(editor: Editor, tmp_path: Path, under: str) -> None:
    write_content(tmp_path / "new", replace(short_legend(), duration_min=78))
    data = zip_of(tmp_path / "new", under=under)
    assert told(editor.send(data, "?dry_run=true")) == ([], [SLUG], [])


def test_a_form_with_a_file_will_do_as_well(editor: Editor) -> None:
    sent = editor.client.post(
        IMPORTS, files={"file": ("contenus.zip", a_territory_zip())}, headers=editor.mine
    )
    assert told(sent) == ([], [], [])


def kept_territory(tools: Tools) -> Any:
    with tools.desk.db.reading() as tx:
        return territories.find_territory(tx), audit.list_entries(tx, "territory")


def another_territory(tmp_path: Path) -> bytes:
    """With a legend that changes as well."""
    folder = write_content(tmp_path / "new", replace(short_legend(), duration_min=81))
    page = folder / "territoire.yaml"
    page.write_text(page.read_text().replace(FRENCH_NAME, "Perche d’ailleurs"))
    return zip_of(tmp_path / "new")


@pytest.mark.parametrize("query", ["", "?dry_run=true"])
def test_an_editor_changes_no_territory(editor: Editor, tmp_path: Path, query: str) -> None:
    before = kept_territory(editor.tools)
    sent = editor.send(another_territory(tmp_path), query)
    assert (sent.status_code, sent.json()["code"]) == (403, "forbidden")
    assert kept_territory(editor.tools) == before
    assert editor.draft().legend.duration_min != 81


def test_the_territory_as_it_is_kept_is_taken_from_an_editor(editor: Editor) -> None:
    before = kept_territory(editor.tools)
    for query in ("?dry_run=true", ""):
        sent = editor.send(a_territory_zip(), query)
        assert (sent.status_code, sent.json()["territory"]) == (200, "unchanged")
    assert kept_territory(editor.tools) == before
    legend = editor.client.get(EXPORT, headers=editor.mine).content
    assert editor.send(legend).json()["territory"] is None


def test_a_publisher_changes_the_territory_and_the_audit_says_so(
    desk: Tools, tmp_path: Path
) -> None:
    publisher, data = Editor(desk, "publisher"), another_territory(tmp_path)
    before = kept_territory(desk)
    assert publisher.send(data, "?dry_run=true").json()["territory"] == "changed"
    assert kept_territory(desk) == before
    assert publisher.send(data).json()["territory"] == "changed"
    territory, (entry, *_) = kept_territory(desk)
    assert territory.name["fr"] == "Perche d’ailleurs"
    assert (entry.who, entry.deed, entry.detail) == (publisher.id, "changed", {"how": "import"})
    assert publisher.send(data).json()["territory"] == "unchanged"


def test_one_broken_legend_refuses_all_with_file_and_line(editor: Editor, tmp_path: Path) -> None:
    folder = write_content(
        tmp_path / "new", replace(short_legend(), duration_min=79), a_legend("autre")
    )
    page = folder / "legendes" / "autre" / "legende.yaml"
    page.write_text(page.read_text().replace("difficulty: easy", "difficulty: soft\nfoo: 1"))
    sent = editor.send(zip_of(tmp_path / "new"))
    assert sent.status_code == 422
    pointers = [error["pointer"] for error in sent.json()["errors"]]
    assert any(pointer.startswith("/legendes/autre/legende.yaml:") for pointer in pointers)
    assert editor.draft().legend.duration_min != 79
    assert editor.draft("autre") is None


GPX = b"""<gpx><metadata><name>Le chemin creux</name></metadata>
<wpt lat="48.27" lon="0.91"><name>Le gu\xc3\xa9</name><desc>Au bas du pr\xc3\xa9.</desc></wpt>
<wpt lat="48.28" lon="0.92"/><wpt lat="48.29" lon="0.92"/>
<trk><trkseg><trkpt lat="48.27" lon="0.91"/><trkpt lat="48.29" lon="0.92"/></trkseg></trk></gpx>"""


def test_a_trail_begins_a_draft_with_its_places_as_stops(editor: Editor) -> None:
    kind = "application/gpx+xml"
    assert told(editor.send(GPX, "?dry_run=true", kind)) == (["le-chemin-creux"], [], [])
    assert editor.draft("le-chemin-creux") is None
    assert told(editor.send(GPX, kind=kind)) == (["le-chemin-creux"], [], [])
    made = editor.draft("le-chemin-creux").legend
    assert [stop.slug for stop in made.stops] == ["le-gue", "etape", "etape-3"]
    assert made.stops[0].texts["fr"].directions == "Au bas du pré."
    assert (made.route.status, len(made.route.line), made.is_surveyed) == ("traced", 2, False)
    assert told(editor.send(GPX, kind=kind)) == ([], [], ["le-chemin-creux"])


def test_a_draft_that_is_there_is_never_touched_by_a_trail(editor: Editor) -> None:
    before = editor.draft()
    raw = GPX.replace(b"Le chemin creux", b"Dame de Riants")
    sent = editor.send(raw, kind="application/gpx+xml")
    assert (sent.status_code, sent.json()["errors"][0]["code"]) == (422, "draft_exists")
    assert editor.draft() == before


def test_places_without_a_line_are_a_sketch(editor: Editor) -> None:
    raw = GPX[: GPX.index(b"<trk>")] + b"</gpx>"
    assert told(editor.send(raw, kind="application/octet-stream")) == (["le-chemin-creux"], [], [])
    assert editor.draft("le-chemin-creux").legend.route.status == "sketch"


def encrypted() -> bytes:
    data = bytearray(a_zip({"contenus/territoire.yaml": "x"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(mark) + at
        data[place : place + 2] = struct.pack("<H", 1)
    return bytes(data)


def linked() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as zipped:
        info = zipfile.ZipInfo("contenus/territoire.yaml")
        info.external_attr = 0o120777 << 16
        zipped.writestr(info, "/etc/passwd")
    return sink.getvalue()


def lying() -> bytes:
    """A bomb that says it is small: a thousand times what its headers tell."""
    data = bytearray(a_zip({"contenus/legendes/a.md": bytes(400_000_000)}))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 1000)
    return bytes(data)


def garbled() -> bytes:
    """Whole but for the compressed bytes of its file."""
    data = bytearray(a_zip({"contenus/territoire.yaml": "name: " + "xyzt" * 500}))
    at = data.index(b"territoire.yaml") + len("territoire.yaml")
    data[at : at + 6] = bytes(byte ^ 0xFF for byte in data[at : at + 6])
    return bytes(data)


def packed_otherwise() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_LZMA) as zipped:
        zipped.writestr("contenus/territoire.yaml", "x" * 3_000)
    return sink.getvalue()


def endless() -> bytes:
    """A list of 200,000 entries, all of which are the same."""
    data = a_zip({"a": ""})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entries = data[start:end] * 200_000
    sizes = struct.pack("<HHII", 0xFFFF, 0xFFFF, len(entries), start)
    return data[:start] + entries + data[end : end + 8] + sizes + b"\0\0"


def alone() -> list[bytes]:
    """Zips of what the folder of one legend holds, and of that folder."""
    with TemporaryDirectory() as folder:
        held = write_content(Path(folder), short_legend()) / "legendes" / SLUG
        files = {p.relative_to(held).as_posix(): p.read_bytes() for p in held.rglob("*.*")}
    return [a_zip(files), a_zip({f"{SLUG}/{name}": data for name, data in files.items()})]


REFUSED = {
    "zip_broken": [
        b"",
        b"PK",
        a_territory_zip()[:-40],
        lying(),
        garbled(),
        packed_otherwise(),
        endless(),
    ],
    "trail_unreadable": [b"GIF89a", a_territory_zip()[40:], b"<html/>"],
    "zip_encrypted": [encrypted()],
    "zip_bad_name": [
        linked(),
        *(
            a_zip({name: "x"})
            for name in ("../a", "/etc/a", "contenus/../../a", "c:\\a", "a/" * 12 + "b", "a" * 400)
        ),
        a_zip({"contenus/A.md": "x", "contenus/a.md": "y"}),
    ],
    "zip_too_many": [a_zip({f"contenus/{number}.md": "" for number in range(5_001)})],
    "zip_too_large": [a_zip({f"contenus/{n}.md": bytes(260_000_000) for n in range(4)})],
    "zip_no_content": [a_zip({"lisez-moi.txt": "x"}), a_zip({"a/x": "1", "b/y": "2"}), *alone()],
}


@pytest.mark.parametrize(
    ("code", "data"),
    [
        pytest.param(code, one, id=f"{code}-{n}")
        for code, some in REFUSED.items()
        for n, one in enumerate(some)
    ],
)
def test_what_is_no_zip_of_content_is_refused_and_changes_nothing(
    editor: Editor, code: str, data: bytes
) -> None:
    before = editor.draft()
    sent = editor.send(data)
    assert sent.status_code == 422, sent.text
    (error,) = sent.json()["errors"]
    assert error["code"] == code
    assert error["pointer"].startswith("/file")
    assert editor.draft() == before


def test_a_draft_that_is_not_there_has_no_zip(editor: Editor) -> None:
    for slug in ("nulle-part", "..%2f..", "A"):
        sent = editor.client.get(f"/admin/v1/legends/{slug}/export.zip", headers=editor.mine)
        assert sent.status_code == 404
