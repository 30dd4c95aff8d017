"""From the content folder to the phone: import, publish, read, walk, and what may go wrong."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flow_builders import a_desk, short_legend, write_content
from postgis import PostgresServer
from sounds import hear
from starlette.testclient import TestClient

from odyssee.actions.ingesting import export_folder, import_folder
from odyssee.actions.packing import build_pack
from odyssee.actions.publishing import publish
from odyssee.actions.reading import find_pointer, refresh
from odyssee.actions.tools import Tools
from odyssee.actions.working import work_once
from odyssee.api.app import build_app
from odyssee.db import jobs, legends, revisions
from odyssee.db.session import Database
from odyssee.domain.errors import ContentInvalid, NotFound, NotPublishable, Unavailable
from odyssee.domain.media import cover_ref
from odyssee.files.store import FileStore

LEGEND = "/v1/legends/dame-de-riants"


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def reader(tools: Tools) -> TestClient:
    refresh(tools)
    return TestClient(build_app(tools, lambda: "2026-06-01T12:00:00Z"))


def publish_now(tools: Tools, slug: str = "dame-de-riants") -> int:
    ordered = publish(tools, slug, by="test")
    assert ordered.job is not None
    assert work_once(tools) is not None
    return ordered.revision


def test_a_legend_goes_from_the_folder_to_the_phone(fresh_desk: Tools, content: Path) -> None:
    desk = fresh_desk
    report = import_folder(desk, content)
    assert (report.created, report.encoded) == (["dame-de-riants"], 6)
    assert publish_now(desk) == 1
    legend = reader(desk).get(LEGEND).json()
    assert [stop["slug"] for stop in legend["stops"]] == ["etape-1", "etape-2"]
    narration = legend["stops"][0]["narration"]
    assert narration["voice"] == "synthetic"
    assert narration["duration_s"] > 1
    kinds = {(r["type"], r["width"]) for r in legend["cover"]["renditions"]}
    assert {("image/avif", 400), ("image/webp", 1600), ("image/jpeg", 800)} <= kinds


def test_every_address_in_a_legend_is_served_as_it_says(desk: Tools) -> None:
    publish_now(desk)
    client = reader(desk)
    for lang in ("fr", "en"):
        legend = client.get(f"{LEGEND}?lang={lang}")
        addresses = set(re.findall(r"/v1/objects/[0-9a-f]{64}", legend.text))
        assert len(addresses) > 10
        for address in addresses:
            assert client.get(address).status_code == 200
        for stop in legend.json()["stops"]:
            for made in stop["narration"]["renditions"]:
                sent = client.get(made["src"])
                assert sent.headers["content-type"] == made["type"]
                assert len(sent.content) == made["size_bytes"]
                assert abs(hear(sent.content).lufs - -16) <= 0.5


def test_captions_end_with_the_narration(desk: Tools) -> None:
    publish_now(desk)
    client = reader(desk)
    narration = client.get(LEGEND).json()["stops"][0]["narration"]
    times = re.findall(r"(\d\d):(\d\d):([\d.]+)", client.get(narration["captions"]).text)
    seconds = [int(h) * 3600 + int(m) * 60 + float(s) for h, m, s in times]
    assert seconds == sorted(seconds)
    assert 0 < seconds[0] < 1
    assert narration["duration_s"] - 2 < seconds[-1] <= narration["duration_s"]


def test_a_second_import_does_nothing(desk: Tools, content: Path) -> None:
    kept = sorted(desk.desk.files.list_keys(""))
    again = import_folder(desk, content)
    assert (again.unchanged, again.changed, again.encoded) == (["dame-de-riants"], [], 0)
    assert sorted(desk.desk.files.list_keys("")) == kept


@pytest.mark.usefixtures("desk")
def test_a_second_import_starts_no_process_and_loads_no_keys(content: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from odyssee.cli.commands import main; started = []; "
        "sys.addaudithook(lambda event, _: started.append(event) if event in "
        "('subprocess.Popen', 'os.posix_spawn', 'os.fork', 'os.exec', 'os.system') else None); "
        f"sys.argv = ['odyssee', 'import', {str(content)!r}]\n"
        "try: main()\nfinally: print(started, 'tuf' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"ODYSSEE_HOME": str(tmp_path / "var")},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == [
        "Légendes : 1 inchangées ; médias fabriqués : 0.",
        "[] False",
    ]


def test_one_changed_sentence_makes_one_narration(desk: Tools, content: Path) -> None:
    text = next(content.glob("legendes/*/fr/02-*.md"))
    text.write_text(text.read_text() + "\nUne phrase de plus.\n")
    again = import_folder(desk, content)
    assert (again.changed, again.encoded) == (["dame-de-riants"], 1)


def test_export_gives_back_what_import_took(desk: Tools, content: Path, tmp_path: Path) -> None:
    export_folder(desk, tmp_path / "copie")
    assert tree(tmp_path / "copie" / "contenus") == tree(content)
    assert tree(tmp_path / "copie" / "medias") == tree(content.parent / "medias")
    assert import_folder(desk, tmp_path / "copie" / "contenus").unchanged == ["dame-de-riants"]


def test_export_over_the_same_folder_touches_nothing(desk: Tools, content: Path) -> None:
    note = content / "legendes" / "dame-de-riants" / "legende.yaml"
    note.write_text("# une note de l’office\n" + note.read_text())
    before = tree(content.parent / "contenus")
    export_folder(desk, content.parent)
    assert tree(content.parent / "contenus") == before


@pytest.mark.parametrize("broken", ["yaml", "text", "picture"])
def test_a_broken_folder_changes_nothing_at_all(
    desk: Tools, content: Path, tmp_path: Path, broken: str
) -> None:
    import_folder(desk, content)
    publish_now(desk)
    write_content(tmp_path, short_legend(), short_legend("pommier"))
    if broken == "yaml":
        (content / "legendes" / "pommier" / "legende.yaml").write_text("format: [1\n")
    elif broken == "text":
        next((content / "legendes" / "pommier" / "fr").glob("01-*")).unlink()
    else:
        evil = '<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>'
        (tmp_path / "medias" / "pommier" / "couverture.svg").write_text(evil)
    files, published = sorted(desk.desk.files.list_keys("")), tree(tmp_path / "var" / "published")
    with pytest.raises(ContentInvalid) as refused:
        import_folder(desk, content)
    assert any(problem.severity == "error" for problem in refused.value.problems)
    assert sorted(desk.desk.files.list_keys("")) == files
    assert tree(tmp_path / "var" / "published") == published
    with desk.desk.db.reading() as tx:
        assert [draft.legend.slug for draft in legends.list_drafts(tx)] == ["dame-de-riants"]


def test_a_draft_with_errors_is_not_published(desk: Tools) -> None:
    with desk.desk.db.transaction() as tx:
        draft = legends.get_draft(tx, "dame-de-riants")
        places = {ref: asset.key for ref, asset in draft.media.items() if ref != cover_ref()}
        legends.save_draft(tx, draft.legend, places, desk.clock())
    with pytest.raises(NotPublishable) as refused:
        publish(desk, "dame-de-riants", by="test")
    assert [problem.code for problem in refused.value.problems] == ["medium_missing"]
    with pytest.raises(NotFound):
        publish(desk, "nulle-part", by="test")


def test_what_is_published_already_is_not_published_again(desk: Tools) -> None:
    publish_now(desk)
    pointer = find_pointer(desk.published)
    again = publish(desk, "dame-de-riants", by="test")
    assert (again.revision, again.job) == (1, None)
    build_pack(desk, "dame-de-riants", 1)
    assert find_pointer(desk.published) == pointer


def test_a_new_revision_supersedes_the_old(desk: Tools, content: Path) -> None:
    publish_now(desk)
    text = next(content.glob("legendes/*/fr/legende.md"))
    text.write_text(text.read_text().replace("fière", "hautaine"))
    import_folder(desk, content)
    assert publish_now(desk) == 2
    assert "hautaine" in reader(desk).get(LEGEND).json()["summary"]
    with desk.desk.db.reading() as tx:
        states = dict(revisions.list_states(tx, "dame-de-riants"))
    assert states == {1: "superseded", 2: "published"}


class Failing:
    """A store that fails at its n-th put, as a disk that is full."""

    def __init__(self, store: FileStore, after: int) -> None:
        self._store = store
        self._left = after

    def put(self, *arguments: object, **named: object) -> None:
        if self._left == 0:
            raise Unavailable("disk full")
        self._left -= 1
        self._store.put(*arguments, **named)  # type: ignore[arg-type]  # passed on as it came

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


def test_a_publication_that_fails_anywhere_leaves_the_earlier_one_served(
    desk: Tools, content: Path
) -> None:
    publish_now(desk)
    text = next(content.glob("legendes/*/fr/legende.md"))
    text.write_text(text.read_text().replace("fière", "hautaine"))
    import_folder(desk, content)
    ordered = publish(desk, "dame-de-riants", by="test")
    for after in range(60):
        failing = replace(desk, published=Failing(desk.published, after))
        try:
            build_pack(failing, "dame-de-riants", ordered.revision)
        except Unavailable:
            assert reader(desk).get(LEGEND).json()["revision"] == 1
        else:
            break
    assert after > 3
    assert reader(desk).get(LEGEND).json()["revision"] == 2


def test_a_job_that_fails_is_tried_again_and_told(desk: Tools) -> None:
    ordered = publish(desk, "dame-de-riants", by="test")
    assert ordered.job is not None
    work_once(replace(desk, published=Failing(desk.published, 0)))
    with desk.desk.db.reading() as tx:
        job = jobs.get_job(tx, ordered.job)
    assert job.state == "queued"
    assert "unavailable" in (job.last_error or "")
    assert find_pointer(desk.published) is None


def test_originals_and_drafts_have_no_address(desk: Tools) -> None:
    publish_now(desk)
    client = reader(desk)
    originals = [key.rpartition("/")[2] for key in desk.desk.files.list_keys("originals/")]
    assert originals
    for sha256 in originals:
        assert client.get(f"/v1/objects/{sha256}").status_code == 404


def test_reading_goes_on_without_the_database(
    tmp_path: Path, content: Path, stoppable_postgis: PostgresServer
) -> None:
    database = Database(stoppable_postgis.url)
    database.upgrade()
    tools = a_desk(tmp_path / "pg", database)
    import_folder(tools, content)
    publish_now(tools)
    client = reader(tools)
    before = client.get(LEGEND)
    stoppable_postgis.stop()
    with pytest.raises(Unavailable):
        publish(tools, "dame-de-riants", by="test")
    with pytest.raises(Unavailable):
        work_once(tools)
    assert client.get(LEGEND).content == before.content
    assert client.get("/readyz").status_code == 200
    fix = {"lon": 0.91361, "lat": 48.26944, "at": "2026-06-01T10:00:00Z", "accuracy_m": 5}
    assert client.post(f"{LEGEND}/proximity", json={"fixes": [fix]}).status_code == 200
    database.close()


@pytest.mark.usefixtures("needs_program")
@pytest.mark.parametrize("program", ["gpsbabel", "ogrinfo"])
def test_other_programs_open_the_trail(
    desk: Tools, content: Path, tmp_path: Path, program: str
) -> None:
    import_folder(desk, content)
    publish_now(desk)
    client = reader(desk)
    if program == "gpsbabel":
        trail = tmp_path / "trail.gpx"
        trail.write_bytes(client.get(f"{LEGEND}/trail.gpx").content)
        command = ["gpsbabel", "-i", "gpx", "-f", str(trail), "-o", "csv", "-F", "-"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        assert len(done.stdout.strip().splitlines()) == 2
    else:
        trail = tmp_path / "trail.geojson"
        trail.write_bytes(client.get(f"{LEGEND}/trail.geojson").content)
        done = subprocess.run(
            ["ogrinfo", "-al", "-so", str(trail)], check=True, capture_output=True, text=True
        )
        assert "Feature Count: 2" in done.stdout
