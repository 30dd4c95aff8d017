"""What is published is signed: a stranger who has the root alone can tell it from anything else."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from builders import NOON
from cut_stores import CutAt
from flow_builders import open_desk, short_legend, write_content
from starlette.testclient import TestClient
from trusting import Stranger
from tuf.api.exceptions import DownloadError, RepositoryError
from tuf.api.metadata import Metadata, Root

from odyssee.actions.ingesting import import_folder
from odyssee.actions.keyholding import exchange_keys, install_root, look_at_keys
from odyssee.actions.packing import point_to
from odyssee.actions.publishing import publish
from odyssee.actions.reading import find_pointer, refresh
from odyssee.actions.signing import find_release, renew
from odyssee.actions.tools import Tools
from odyssee.actions.working import work_once
from odyssee.api.app import build_app
from odyssee.db import territories
from odyssee.domain.errors import Misconfigured, Unavailable
from odyssee.files.local import LocalStore
from odyssee.trust.signer import Signer

SLUG = "dame-de-riants"
MANIFEST = f"packs/{SLUG}.json"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("signing")
    import_folder(open_desk(root), write_content(root, short_legend()))
    return root


@pytest.fixture
def desk(tmp_path: Path, imported: Path) -> Tools:
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    tools = open_desk(tmp_path)
    publish(tools, SLUG, by="test")
    return tools


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return tmp_path / "var" / "published"


def root_of(tools: Tools) -> bytes:
    assert tools.desk.signer is not None
    return tools.desk.signer.roots(NOON)[0][1]


@pytest.fixture
def stranger(desk: Tools, tmp_path: Path, published: Path) -> Stranger:
    return Stranger(tmp_path / "stranger", published, root_of(desk))


def later(tools: Tools, **ahead: float) -> Tools:
    return replace(tools, clock=lambda: NOON + timedelta(**ahead))


def test_a_stranger_finds_the_manifest_and_the_territory_and_nothing_else(
    desk: Tools, stranger: Stranger
) -> None:
    work_once(desk)
    vouched = stranger.look(NOON)
    assert set(vouched) == {MANIFEST, "territory.json"}
    pointer = find_pointer(desk.published)
    assert pointer is not None
    assert vouched["territory.json"].hashes == {"sha256": pointer.territory}


def test_a_second_publication_is_followed_by_who_saw_the_first(
    desk: Tools, stranger: Stranger, tmp_path: Path
) -> None:
    work_once(desk)
    before = stranger.look(NOON)
    text = next((tmp_path / "contenus").glob("legendes/*/fr/legende.md"))
    text.write_text(text.read_text().replace("fière", "hautaine"))
    import_folder(desk, tmp_path / "contenus")
    publish(desk, SLUG, by="test")
    work_once(later(desk, hours=1))
    after = stranger.look(NOON)
    assert after[MANIFEST].hashes != before[MANIFEST].hashes


@pytest.mark.parametrize("after", [False, True])
def test_a_signer_that_is_cut_at_any_write_never_leaves_what_a_stranger_refuses(
    desk: Tools, stranger: Stranger, *, after: bool
) -> None:
    work_once(desk)
    stranger.look(NOON)
    for number in range(12):
        at = NOON + timedelta(days=2, minutes=number)
        cut = replace(
            desk, clock=lambda at=at: at, published=CutAt(desk.published, number, after=after)
        )
        with desk.desk.db.transaction() as tx:
            territory = territories.lock_territory(tx)
            assert territory is not None
            try:
                point_to(cut, tx, replace(territory, name={"fr": f"Perche {number}"}))
            except Unavailable:
                assert stranger.look(at)
                continue
        break
    else:
        pytest.fail("the publication never came through")
    assert number >= 5  # territory, targets, snapshot, timestamp, pointer
    assert stranger.look(at)


def rename(tools: Tools, name: str) -> None:
    """Publish the territory under another name."""
    with tools.desk.db.transaction() as tx:
        territory = territories.lock_territory(tx)
        assert territory is not None
        point_to(tools, tx, replace(territory, name={"fr": name}))


def test_a_signer_that_was_cut_goes_on_though_its_clock_lags_behind_what_it_signed(
    desk: Tools, stranger: Stranger, published: Path
) -> None:
    work_once(desk)
    slow = later(desk, hours=-5)
    for number in (3, 4):  # after the targets, then after the snapshot
        with pytest.raises(Unavailable):
            rename(replace(slow, published=CutAt(desk.published, number, after=False)), "Perche A")
    left = {path: path.read_bytes() for path in (published / "metadata").glob("*.targets.json")}
    assert len(left) == 3
    before = stranger.look(NOON)["territory.json"].hashes
    rename(later(desk, hours=-4), "Perche B")
    assert stranger.look(NOON)["territory.json"].hashes != before
    assert {path: path.read_bytes() for path in left} == left


class OvertakenAt:
    """A store in which another worker is done just before this one puts its snapshot."""

    def __init__(self, store: object, overtake: Callable[[], None]) -> None:
        self._store = store
        self._overtake = overtake

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def put_if_absent(self, key: str, *args: object, **options: object) -> object:
        if key.endswith(".snapshot.json"):
            self._overtake()
        return getattr(self._store, "put_if_absent")(key, *args, **options)  # noqa: B009 - the store's own


def test_a_worker_that_was_overtaken_puts_no_older_timestamp_over_the_newer_one(
    desk: Tools, stranger: Stranger, published: Path
) -> None:
    work_once(desk)
    newer = published.parent / "newer"
    shutil.copytree(published, newer)
    rename(later(replace(desk, published=LocalStore(newer)), hours=2), "Perche B")

    def overtake() -> None:
        shutil.copytree(newer, published, dirs_exist_ok=True)

    slow = replace(later(desk, hours=1), published=OvertakenAt(desk.published, overtake))
    with pytest.raises(Unavailable, match="meanwhile"):
        rename(slow, "Perche A")
    assert (published / "metadata" / "timestamp.json").read_bytes() == (
        newer / "metadata" / "timestamp.json"
    ).read_bytes()
    assert stranger.look(NOON + timedelta(hours=2))


def test_what_is_signed_under_a_clock_that_lags_by_years_is_good_for_who_has_the_time(
    desk: Tools, stranger: Stranger
) -> None:
    work_once(desk)
    before = stranger.look(NOON)["territory.json"].hashes
    rename(later(desk, days=-2000), "Perche A")
    assert stranger.look(NOON + timedelta(days=34))["territory.json"].hashes != before
    assert renew(later(desk, days=-1999))


def test_nothing_is_signed_under_a_clock_that_is_years_ahead_until_the_key_is_exchanged(
    desk: Tools, stranger: Stranger, published: Path
) -> None:
    work_once(desk)
    signer = desk.desk.signer
    assert signer is not None
    files = {path: path.read_bytes() for path in published.rglob("*") if path.is_file()}
    ahead = later(desk, days=401)
    with pytest.raises(Misconfigured, match="set the clock"):
        renew(ahead)
    assert {path: path.read_bytes() for path in published.rglob("*") if path.is_file()} == files
    told = look_at_keys(signer, desk.published, ahead.clock()).warnings
    assert "clock_ahead" in told
    install_root(ahead, exchange_keys(signer, ahead.clock(), ["timestamp"]).path)
    assert stranger.look(ahead.clock())


def test_the_status_tells_of_a_clock_that_lags_behind_the_last_signature(desk: Tools) -> None:
    work_once(desk)
    signer = desk.desk.signer
    assert signer is not None
    for behind, told in ((1, ()), (3, ("clock_behind",))):
        at = NOON - timedelta(days=behind)
        assert look_at_keys(signer, desk.published, at).warnings == told


def test_the_server_hands_out_what_is_signed_and_what_it_vouches_for(
    desk: Tools, published: Path
) -> None:
    work_once(desk)
    refresh(desk)
    client = TestClient(build_app(desk, lambda: "2026-06-01T12:00:00Z"))
    seen = 0
    for path in sorted(published.rglob("*.json")):
        name = path.relative_to(published).as_posix().removeprefix("metadata/")
        sent = client.get(f"/v1/tuf/{name}")
        if name == "current.json":
            assert sent.status_code == 404
            continue
        assert sent.content == path.read_bytes(), name
        kept_for = "max-age=30" if name == "timestamp.json" else "immutable"
        assert kept_for in sent.headers["cache-control"]
        seen += 1
    assert seen == 6  # root, targets, snapshot, timestamp, territory, manifest


def test_each_day_the_timestamp_is_signed_again_and_nothing_else(
    desk: Tools, stranger: Stranger, published: Path
) -> None:
    work_once(desk)
    files = {path: path.read_bytes() for path in published.rglob("*") if path.is_file()}
    assert renew(later(desk, hours=20))
    assert {path: path.read_bytes() for path in published.rglob("*") if path.is_file()} == files
    assert renew(later(desk, hours=25))
    changed = {path for path in published.rglob("*.json") if files.get(path) != path.read_bytes()}
    assert changed == {published / "metadata" / "timestamp.json"}
    stranger.look(NOON + timedelta(days=35, hours=12))


def test_what_grows_old_is_signed_again_long_before_its_end(
    desk: Tools, stranger: Stranger
) -> None:
    work_once(desk)
    for day in range(30, 700, 30):
        renew(later(desk, days=day))
        stranger.look(NOON + timedelta(days=day + 30))


def test_a_timestamp_that_nobody_renews_is_refused_after_five_weeks(
    desk: Tools, stranger: Stranger
) -> None:
    work_once(desk)
    with pytest.raises(RepositoryError, match="expired"):
        stranger.look(NOON + timedelta(days=36))


def test_a_store_brought_back_from_a_backup_is_ahead_of_what_was_seen_after_the_next_publication(
    desk: Tools, stranger: Stranger, published: Path, tmp_path: Path
) -> None:
    work_once(desk)
    shutil.copytree(published, tmp_path / "backup")
    for day in range(1, 9):
        renew(later(desk, days=2 * day))
    stranger.look(NOON + timedelta(days=16))
    shutil.rmtree(published)
    shutil.copytree(tmp_path / "backup", published)
    with pytest.raises(RepositoryError):
        stranger.look(NOON + timedelta(days=17))
    renew(later(desk, days=17))
    assert stranger.look(NOON + timedelta(days=17))


def test_a_worker_without_keys_leaves_publications_to_the_one_that_has_them(desk: Tools) -> None:
    keyless = replace(desk, curation=replace(desk.desk, signer=None))
    assert work_once(keyless) is None
    assert find_pointer(desk.published) is None
    job = work_once(desk)
    assert job is not None
    assert job.state == "done"


def test_other_keys_than_those_of_the_store_sign_nothing(desk: Tools, tmp_path: Path) -> None:
    work_once(desk)
    stranger_keys = Signer(tmp_path / "other", makes_keys=True)
    other = replace(desk, curation=replace(desk.desk, signer=stranger_keys))
    release = find_release(desk.published)
    with pytest.raises(Misconfigured, match="other keys"):
        renew(later(other, days=3))
    assert find_release(desk.published) == release


def test_keys_for_development_say_so_and_are_nobody_elses_to_read(
    desk: Tools, tmp_path: Path
) -> None:
    work_once(desk)
    root = Metadata[Root].from_bytes(root_of(desk))
    assert root.signed.unrecognized_fields == {"x-odyssee-development": True}
    assert root.signed.roles["root"].threshold == 2
    keys = sorted((tmp_path / "var" / "cles").glob("*.pem"))
    assert [key.stem for key in keys] == [
        "root-1", "root-2", "root-3", "snapshot", "targets", "timestamp",
    ]  # fmt: skip
    assert all(key.stat().st_mode & 0o077 == 0 for key in keys)


@pytest.mark.parametrize("number", range(7))
def test_keys_whose_making_was_cut_short_are_completed(tmp_path: Path, number: int) -> None:
    whole = tmp_path / "whole"
    Signer(whole, makes_keys=True).roots(NOON)
    cut = tmp_path / "cut"
    cut.mkdir()
    for path in sorted(whole.glob("*.pem"))[:number]:
        shutil.copy(path, cut / path.name)
    assert len(Signer(cut, makes_keys=True).roots(NOON)) == 1


def damage(change: Callable[[dict[str, object]], None], path: Path) -> None:
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


@pytest.mark.parametrize("name", ["timestamp.json", "*.snapshot.json", "*.targets.json"])
def test_a_byte_changed_in_any_signed_file_is_refused(
    desk: Tools, stranger: Stranger, published: Path, name: str
) -> None:
    work_once(desk)
    path = next((published / "metadata").glob(name))
    damage(lambda document: document["signed"].update(expires="2099-01-01T00:00:00Z"), path)
    with pytest.raises((RepositoryError, DownloadError)):
        stranger.look(NOON)
