"""`odyssee media`: what is kept is listed and checked, and what nothing needs goes in time."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flow_builders import a_desk
from media_builders import a_png, sha256

from odyssee.actions import ingesting, media_upkeep, receiving
from odyssee.actions.ingesting import import_folder
from odyssee.actions.media_upkeep import Collected, check_all, collect
from odyssee.actions.publishing import publish
from odyssee.actions.receiving import Reception, receive
from odyssee.actions.stowing import original_key
from odyssee.actions.tools import Tools
from odyssee.actions.working import work_once
from odyssee.db import assets, legends
from odyssee.db.session import Database
from odyssee.domain.errors import Unavailable
from odyssee.domain.uploads import Labels

SLUG = "dame-de-riants"


class Days:
    """A clock of now, put forward by days."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def go(self, days: float) -> None:
        self.ahead += timedelta(days=days)


@pytest.fixture
def days() -> Days:
    return Days()


@pytest.fixture
def kept(desk: Tools, days: Days) -> Tools:
    """A desk where `content` is imported, by a clock that is put forward."""
    return replace(desk, clock=days)


def files_of(tools: Tools) -> set[str]:
    return set(tools.desk.files.list_keys())


def bring(tools: Tools, data: bytes) -> str:
    """A picture that belongs to no office; its bytes came over the wire."""
    reception = Reception(tools, "a" * 20, 10_000_000)
    reception.take(data)
    reception.put()
    labels = Labels(file_name="porte.png")
    received = receive(tools, "test", None, labels, reception.parts, reception.sha256)
    return received.asset.id


def gc(tools: Tools, *, dry_run: bool = False) -> Collected:
    return collect(tools, dry_run=dry_run)


def test_what_drafts_revisions_and_assets_need_stays_for_ever(kept: Tools, days: Days) -> None:
    bring(kept, a_png())
    while work_once(kept) is not None:
        pass
    publish(kept, SLUG, by="test")
    work_once(kept)
    with kept.desk.db.transaction() as tx:
        legends.archive_draft(tx, SLUG, days())
    before = files_of(kept)
    for _ in range(3):
        found = gc(kept)
        assert (found.removed, found.waiting) == ([], {})
        days.go(365)
    assert files_of(kept) == before
    assert check_all(kept) == []


def test_what_nothing_needs_goes_after_the_time_of_grace_and_not_before(
    kept: Tools, days: Days
) -> None:
    asset_id = bring(kept, a_png())
    imported = files_of(kept) - {original_key(sha256(a_png()))}
    work_once(kept)
    days.go(100)
    with kept.desk.db.transaction() as tx:
        assets.remove_asset(tx, asset_id)
    everything = files_of(kept)
    first = gc(kept)
    assert first.removed == []
    idle = everything - imported
    assert {key for key in first.waiting if not key.startswith("media/")} == idle
    days.go(29)
    assert gc(kept).removed == []
    days.go(2)
    dry = gc(kept, dry_run=True)
    assert files_of(kept) == everything
    second = gc(kept)
    assert set(second.removed) == set(dry.removed) == idle
    assert second.removed_bytes == dry.removed_bytes > 0
    assert files_of(kept) == imported
    assert gc(kept).waiting == {}
    assert check_all(kept) == []


def test_what_is_needed_again_meanwhile_begins_its_time_anew(kept: Tools, days: Days) -> None:
    first = bring(kept, a_png())
    work_once(kept)
    with kept.desk.db.transaction() as tx:
        assets.remove_asset(tx, first)
    gc(kept)
    days.go(29)
    again = bring(kept, a_png())
    work_once(kept)
    days.go(29)
    found = gc(kept)
    assert (found.removed, found.waiting) == ([], {})
    with kept.desk.db.transaction() as tx:
        assets.remove_asset(tx, again)
    assert gc(kept).removed == []
    days.go(29)
    assert gc(kept).removed == []
    days.go(2)
    assert gc(kept).removed


def test_what_becomes_needed_between_the_look_and_the_removal_stays(
    kept: Tools, days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset_id = bring(kept, a_png())
    work_once(kept)
    with kept.desk.db.transaction() as tx:
        assets.remove_asset(tx, asset_id)
    gc(kept)
    days.go(31)
    before = files_of(kept)
    real = media_upkeep._remove

    def meanwhile(*arguments: Any) -> None:
        bring(kept, a_png())
        while work_once(kept) is not None:
            pass
        real(*arguments)

    monkeypatch.setattr(media_upkeep, "_remove", meanwhile)
    gc(kept)
    assert files_of(kept) == before
    assert check_all(kept) == []


def test_an_import_whose_media_were_removed_meanwhile_takes_nothing_and_succeeds_again(
    kept: Tools, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = ingesting._encode

    def removed_after(*arguments: Any) -> Any:
        made = make(*arguments)
        kept.desk.files.delete(next(iter(kept.desk.files.list_keys("renditions/"))))
        return made

    with monkeypatch.context() as cut:
        cut.setattr(ingesting, "_encode", removed_after)
        with pytest.raises(Unavailable, match="import again"):
            import_folder(kept, content)
    assert import_folder(kept, content).encoded == 1
    assert check_all(kept) == []


def test_what_a_killed_server_left_in_staging_goes_after_a_day_and_what_is_under_way_stays(
    kept: Tools, days: Days
) -> None:
    reception = Reception(kept, "b" * 20, 10_000)
    reception.take(a_png())
    reception.put()
    assert gc(kept).removed == []
    days.go(1.01)
    assert gc(kept).removed == [reception.parts[0].key]
    assert not [key for key in files_of(kept) if key.startswith(receiving.STAGING)]


def test_a_check_tells_what_is_missing_and_what_is_damaged(kept: Tools, tmp_path: Path) -> None:
    asset_id = bring(kept, a_png())
    original = original_key(sha256(a_png()))
    kept.desk.files.delete(original)
    rendition = next(iter(kept.desk.files.list_keys("renditions/")))
    path = tmp_path / "var" / "files" / rendition
    path.write_bytes(path.read_bytes() + b"x")
    faults = {(fault.key, fault.code) for fault in check_all(kept)}
    assert faults == {(original, "missing"), (rendition, "damaged")}
    assert f"media/{asset_id}" in {fault.needed_by for fault in check_all(kept)}


def command(home: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "odyssee", "media", *arguments],
        env=os.environ | {"ODYSSEE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


def test_the_commands_speak_lines_and_json_and_fail_where_something_is_wrong(
    desk: Tools, tmp_path: Path
) -> None:
    home = tmp_path / "var"
    asset_id = bring(desk, a_png())
    code, out = command(home, "list", "--json")
    rows = json.loads(out)
    assert code == 0
    assert (rows[0]["id"], rows[0]["state"]) == (asset_id, "processing")
    assert {row["state"] for row in rows[1:]} == {"imported"}
    assert any(row["used_by"] for row in rows[1:])
    assert command(home, "check") == (0, "Tout est là, et intact.\n")
    desk.desk.files.delete(original_key(sha256(a_png())))
    code, out = command(home, "check", "--json")
    assert code == 1
    assert [row["code"] for row in json.loads(out)] == ["missing"]
    code, out = command(home, "gc", "--dry-run", "--json")
    assert code == 0
    assert json.loads(out)["removed"] == []


@pytest.fixture
def on_postgis(tmp_path: Path, new_postgis_url: Callable[[], str], days: Days) -> Iterator[Tools]:
    database = Database(new_postgis_url())
    database.upgrade()
    yield replace(a_desk(tmp_path / "pg", database), clock=days)
    database.close()


def test_on_postgis_as_well_media_come_are_encoded_deleted_and_go(
    on_postgis: Tools, days: Days
) -> None:
    asset_id = bring(on_postgis, a_png())
    assert bring(on_postgis, a_png()) == asset_id
    job = work_once(on_postgis)
    assert job is not None
    assert job.state == "done", job.last_error
    with on_postgis.desk.db.transaction() as tx:
        asset = assets.lock_asset(tx, asset_id)
        assert asset.state == "ready"
        assert assets.find_uses(tx, [asset]) == {asset_id: []}
        assert [found.id for found in assets.list_assets(tx, limit=2)] == [asset_id]
        assert assets.list_assets(tx, limit=2, after=asset_id, kind="image") == []
        assert assets.count_bytes(tx, None) == len(a_png())
        assets.remove_asset(tx, asset_id)
    assert gc(on_postgis).removed == []
    days.go(31)
    assert gc(on_postgis).removed
    assert files_of(on_postgis) == set()
