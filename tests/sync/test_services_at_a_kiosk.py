"""Services near a trail reach a kiosk under the same revision, for the price of one object."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from builders import HERBAGE
from flow_builders import open_desk
from kiosk_builders import LATER, bring, served
from kiosk_published import SLUGS, Published
from partner_builders import an_amenity
from starlette.testclient import TestClient

from odyssee.actions.amenities import publish_amenities
from odyssee.actions.reading import refresh
from odyssee.actions.tools import Shelf, Tools
from odyssee.actions.working import work_once
from odyssee.api.app import build_app
from odyssee.db import amenities
from odyssee.files.kiosk_folder import KioskFolder
from odyssee.files.local import LocalStore

NOW = LATER + timedelta(hours=2)


@pytest.fixture
def desk(published: Published, tmp_path: Path) -> Iterator[Tools]:
    """The desk of both publications, at its second."""
    shutil.copytree(published.desk / "var", tmp_path / "var")
    desk = open_desk(tmp_path)
    yield desk
    desk.desk.db.close()


def services_of(kiosk: KioskFolder) -> dict[str, object]:
    tools = Tools(
        published=LocalStore(kiosk.store),
        shelf=Shelf(),
        clock=lambda: NOW,
        public_url="https://perche.example",
    )
    refresh(tools)
    client = TestClient(build_app(tools, lambda: "2026-06-01T12:00:00Z"))
    told: dict[str, object] = client.get(f"/v1/legends/{SLUGS[0]}/services").json()
    return told


def test_a_kiosk_takes_them_with_its_next_synchronisation(
    published: Published, desk: Tools, tmp_path: Path
) -> None:
    kiosk = KioskFolder(tmp_path / "borne")
    bring(kiosk, published.second, published.root)
    before = services_of(kiosk)
    assert before["services"] == []
    with desk.desk.db.transaction() as tx:
        amenities.add_amenities(tx, [("a" * 20, an_amenity(place=HERBAGE))], NOW)
    then = replace(desk, clock=lambda: NOW)
    publish_amenities(then, by="zoé")
    while (job := work_once(then)) is not None:
        assert job.state == "done", job
    assert bring(kiosk, tmp_path / "var" / "published", now=NOW).result == "done"
    assert served(kiosk) is not None
    after = services_of(kiosk)
    assert after["revision"] == before["revision"]
    assert after["services"] != []
