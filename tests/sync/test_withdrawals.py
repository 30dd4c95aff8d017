"""A kiosk is told of closures in a few bytes, and gives up what was taken back."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from closure_builders import a_closure
from flow_builders import open_desk
from kiosk_builders import LATER, bring, pointer_of, served
from kiosk_published import SLUGS, Published
from starlette.testclient import TestClient

from odyssee.actions import closing
from odyssee.actions.publishing import publish, unpublish
from odyssee.actions.reading import refresh
from odyssee.actions.tools import Shelf, Tools
from odyssee.actions.working import work_once
from odyssee.api.app import build_app
from odyssee.files.kiosk_folder import KioskFolder
from odyssee.files.local import LocalStore
from odyssee.files.sources import FolderSource, Stream

GONE, LEFT = SLUGS
HOUR = timedelta(hours=1)


class Counting:
    """A source that counts what is fetched from it."""

    def __init__(self, folder: Path) -> None:
        self._source = FolderSource(folder)
        self.fetched: dict[str, int] = {}

    def document(self, folder: str, name: str) -> Iterator[bytes]:
        pieces = list(self._source.document(folder, name))
        self.fetched[f"{folder}/{name}"] = sum(len(piece) for piece in pieces)
        return iter(pieces)

    def open_object(self, sha256: str, start: int) -> Stream:
        self.fetched[f"objects/{sha256}"] = 0
        return self._source.open_object(sha256, start)


@pytest.fixture
def desk(published: Published, tmp_path: Path) -> Iterator[Tools]:
    """The desk of both publications, at its second."""
    shutil.copytree(published.desk / "var", tmp_path / "var")
    desk = open_desk(tmp_path)
    yield desk
    desk.desk.db.close()


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return tmp_path / "var" / "published"


@pytest.fixture
def kiosk(tmp_path: Path, published: Published) -> KioskFolder:
    """A kiosk that follows both publications."""
    folder = KioskFolder(tmp_path / "borne")
    bring(folder, published.second, published.root)
    return folder


def work_at(desk: Tools, now: datetime) -> None:
    while work_once(replace(desk, clock=lambda: now)) is not None:
        pass


def visitor(kiosk: KioskFolder, now: datetime) -> TestClient:
    """Who stands before the kiosk: the same server over the kiosk's own store."""
    tools = Tools(
        published=LocalStore(kiosk.store),
        shelf=Shelf(),
        clock=lambda: now,
        public_url="https://perche.example",
    )
    refresh(tools)
    return TestClient(build_app(tools, lambda: "2026-06-01T12:00:00Z"))


def objects_of(kiosk: KioskFolder, slug: str) -> set[str]:
    """The objects of a legend, by the manifest that the kiosk serves."""
    sent = visitor(kiosk, LATER).get(f"/v1/packs/{slug}/manifest.json")
    return {file["sha256"] for file in sent.json()["files"].values()}


def test_a_closure_costs_a_kiosk_a_few_kilobytes_and_no_object(
    kiosk: KioskFolder, desk: Tools, office: Path
) -> None:
    now = LATER + 2 * HOUR
    line = tuple((0.9 + n / 10_000, 48.2689431) for n in range(100))
    closing.close(desk, a_closure(stop="etape-1", text={"fr": "Étang " * 80}), by="zoé")
    closing.close(desk, a_closure(stretch=line, kind="works"), by="zoé")
    work_at(desk, now)
    source = Counting(office)
    assert bring(kiosk, source, now=now).result == "done"
    below_targets = [name for name in source.fetched if not name.startswith("metadata/")]
    assert below_targets == [f"targets/{pointer_of(office).territory}.territory.json"]
    assert sum(source.fetched.values()) < 10_000
    told = visitor(kiosk, now).get(f"/v1/legends/{GONE}").json()
    assert {closure["kind"] for closure in told["closures"]} == {"flood", "works"}
    assert len(told["stops"][0]["closures"]) == 1


def test_a_legend_that_was_taken_back_is_gone_at_the_next_sync_and_its_objects_at_the_one_after(
    kiosk: KioskFolder, desk: Tools, office: Path
) -> None:
    before = set(kiosk.list_objects())
    own = objects_of(kiosk, GONE) - objects_of(kiosk, LEFT)
    trail = f"/v1/objects/{min(own)}"
    assert visitor(kiosk, LATER).get(trail).status_code == 200

    unpublish(desk, GONE, by="zoé")
    work_at(desk, LATER + 2 * HOUR)
    outcome = bring(kiosk, office, now=LATER + 2 * HOUR)
    assert (outcome.result, set(outcome.packs), outcome.fetched_bytes) == ("done", {LEFT}, 0)
    client = visitor(kiosk, LATER + 2 * HOUR)
    assert client.get(f"/v1/legends/{GONE}").status_code == 410
    assert client.get(f"/v1/packs/{GONE}/manifest.json").status_code == 410
    assert client.get(trail).status_code == 404
    assert set(kiosk.list_objects()) == before  # those of the publication before, to go back to

    closing.close(desk, a_closure(legend=LEFT), by="zoé")
    work_at(desk, LATER + 3 * HOUR)
    assert bring(kiosk, office, now=LATER + 3 * HOUR).result == "done"
    assert served(kiosk) == pointer_of(office)
    left = visitor(kiosk, LATER + 3 * HOUR)
    assert left.get(f"/v1/legends/{LEFT}").json()["open"] is False
    assert before - set(kiosk.list_objects()) >= own
    assert set(kiosk.list_objects()) == objects_of(kiosk, LEFT)
    assert list((kiosk.store / "targets").rglob(f"*{GONE}.json")) == []


def test_a_legend_that_is_published_again_comes_back_whole(
    kiosk: KioskFolder, desk: Tools, office: Path
) -> None:
    for hours in (2, 3):  # the second of them frees the objects
        unpublish(desk, GONE if hours == 2 else LEFT, by="zoé")
        work_at(desk, LATER + hours * HOUR)
        bring(kiosk, office, now=LATER + hours * HOUR)
    publish(desk, GONE, by="zoé")
    work_at(desk, LATER + 4 * HOUR)
    outcome = bring(kiosk, office, now=LATER + 4 * HOUR)
    assert (outcome.result, dict(outcome.packs)) == ("done", {GONE: 3})
    assert outcome.fetched_bytes > 0
    assert served(kiosk) == pointer_of(office)
