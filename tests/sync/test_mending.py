"""Whatever is broken in a kiosk's folder, the next good synchronisation mends it."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from builders import NOON
from kiosk_builders import AFTER, bring, served
from kiosk_campaigns import is_one_of
from kiosk_territory import Territory, make_territory
from tuf.api.metadata import Metadata, Root, Timestamp

from odyssee.actions.kiosk_upkeep import look_at_kiosk, roll_back, scrub
from odyssee.actions.reading import refresh
from odyssee.actions.tools import Shelf, Tools
from odyssee.domain.errors import Damaged
from odyssee.domain.syncing import EVERYTHING
from odyssee.files.kiosk_folder import KioskFolder
from odyssee.files.local import LocalStore
from odyssee.trust.keyring import make_key, read_keys
from odyssee.trust.roots import next_root, sign_root


@pytest.fixture(scope="module")
def territory(tmp_path_factory: pytest.TempPathFactory) -> Territory:
    return make_territory(tmp_path_factory.mktemp("territory"), revisions=3, objects=12, changed=5)


@pytest.fixture
def kiosk(tmp_path: Path) -> KioskFolder:
    return KioskFolder(tmp_path / "borne")


@pytest.fixture
def both(kiosk: KioskFolder, territory: Territory) -> KioskFolder:
    """A kiosk that has the first revision and serves the second."""
    bring(kiosk, territory.revisions[0], territory.root)
    bring(kiosk, territory.revisions[1])
    return kiosk


def only_in(territory: Territory, revision: int, other: int) -> str:
    objects = territory.objects
    return min(objects[revision - 1].keys() - objects[other - 1].keys())


def spoil(kiosk: KioskFolder, name: str) -> None:
    path = kiosk.store / "objects" / name
    path.write_bytes(bytes(path.stat().st_size))


def test_a_first_synchronisation_that_was_cut_anywhere_is_completed_by_the_next(
    kiosk: KioskFolder, territory: Territory, tmp_path: Path
) -> None:
    for name in sorted(territory.objects[0])[::8]:
        shutil.rmtree(kiosk.root, ignore_errors=True)
        stick = tmp_path / f"stick-{name[:8]}"
        shutil.copytree(territory.revisions[0], stick)
        (stick / "objects" / name).unlink()
        assert bring(kiosk, stick, territory.root).result == "unreachable"
        assert served(kiosk) is None
        assert bring(kiosk, territory.revisions[0]).result == "done"
        assert is_one_of(kiosk, territory, {1})


@pytest.mark.parametrize("how", ["rotten", "gone"])
@pytest.mark.parametrize("which", ["targets/*.territory.json", "targets/packs/*.json"])
def test_a_document_of_what_is_served_is_noticed_and_brought_anew(
    kiosk: KioskFolder, territory: Territory, which: str, how: str
) -> None:
    bring(kiosk, territory.revisions[0], territory.root)
    path = next(kiosk.store.glob(which))
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(b"{}")
    assert scrub(kiosk, EVERYTHING, AFTER) or how == "gone"
    assert bring(kiosk, territory.revisions[0]).result == "done"
    assert is_one_of(kiosk, territory, {1})


def test_mending_what_is_served_keeps_what_was_served_before(
    both: KioskFolder, territory: Territory
) -> None:
    spoil(both, only_in(territory, 2, 1))
    scrub(both, EVERYTHING, AFTER)
    assert bring(both, territory.revisions[1]).result == "done"
    roll_back(both, EVERYTHING)
    assert is_one_of(both, territory, {1})


def test_nobody_goes_back_to_what_is_not_whole(both: KioskFolder, territory: Territory) -> None:
    spoil(both, only_in(territory, 1, 2))
    with pytest.raises(Damaged):
        roll_back(both, EVERYTHING)
    assert is_one_of(both, territory, {2})


def test_what_is_served_after_a_rollback_is_mended_too(
    both: KioskFolder, territory: Territory
) -> None:
    roll_back(both, EVERYTHING)
    spoil(both, only_in(territory, 1, 2))
    scrub(both, EVERYTHING, AFTER)
    assert not is_one_of(both, territory, {1})
    source = territory.revisions[1]  # a server keeps the objects of earlier manifests
    assert bring(both, source).result == "done"
    assert is_one_of(both, territory, {1})
    bring(both, territory.revisions[2])
    assert is_one_of(both, territory, {3})


def test_a_rollback_of_a_rollback_holds_nothing_back(
    both: KioskFolder, territory: Territory
) -> None:
    roll_back(both, EVERYTHING)
    roll_back(both, EVERYTHING)
    spoil(both, only_in(territory, 2, 1))
    scrub(both, EVERYTHING, AFTER)
    assert bring(both, territory.revisions[1]).result == "done"
    assert is_one_of(both, territory, {2})


def test_a_server_follows_its_kiosk_back(both: KioskFolder, territory: Territory) -> None:
    tools = Tools(
        published=LocalStore(both.store),
        shelf=Shelf(),
        clock=lambda: NOON,
        public_url="http://localhost",
    )
    refresh(tools)
    assert tools.shelf.current().revision == 2
    roll_back(both, EVERYTHING)
    assert refresh(tools)
    assert tools.shelf.current().revision == 1
    bring(both, territory.revisions[2])
    assert refresh(tools)
    assert tools.shelf.current().revision == 3


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Eight megabytes in memory, which nobody else fills."""
    mount = tmp_path / "small"
    mount.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", str(mount)], check=True)
    yield mount
    subprocess.run(["umount", "-l", str(mount)], check=True)


@pytest.mark.needs_root
def test_an_object_that_is_half_there_needs_half_the_room(
    small_disk: Path, territory: Territory
) -> None:
    both = KioskFolder(small_disk / "borne")
    bring(both, territory.revisions[0], territory.root)
    bring(both, territory.revisions[1])
    names = territory.objects[2].keys() - territory.objects[1].keys()
    missing = sum(territory.objects[2][name] for name in names)
    for name in names:
        data = (territory.revisions[2] / "objects" / name).read_bytes()
        (both.root / "partial" / name).write_bytes(data[:-1])
    reserve = both.free_bytes() - missing // 2 - 20_000
    assert bring(both, territory.revisions[2], reserve_bytes=reserve).result == "done"


def test_bytes_that_cannot_be_read_for_want_of_descriptors_are_not_thrown_away(
    both: KioskFolder, territory: Territory
) -> None:
    import resource  # noqa: PLC0415 - this test alone

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    held = [os.open("/dev/null", os.O_RDONLY) for _ in range(10)]
    before = both.list_objects()
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(held) + 2, hard))
        filler = [os.open("/dev/null", os.O_RDONLY)]
        with pytest.raises(Exception, match=r"disk fails"):
            both.is_whole(before[0])
        os.close(filler[0])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for descriptor in held:
            os.close(descriptor)
    assert both.list_objects() == before
    assert is_one_of(both, territory, {2})


def test_a_clock_at_2040_for_one_run_stops_no_later_hashing(
    both: KioskFolder, territory: Territory
) -> None:
    bring(both, territory.revisions[1], now=AFTER.replace(year=2040))
    spoil(both, only_in(territory, 2, 1))
    bring(both, territory.revisions[1], now=AFTER + timedelta(days=1))
    assert is_one_of(both, territory, {2})


GARBAGE = (
    *(b"", b"{", b"{}", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000),
    *(b'{"at": 5}', b'{"at": "x"}', b'{"at": "2026-06-01"}', b'{"bad": "x"}', b'{"bad": null}'),
    *(b'{"waiting": 5}', b'{"result": "?"}', b'{"territory": 5}', b'{"version": 1e999}'),
    b'{"version":1,"signed_at":"9999-01-01T00:00:00+00:00","expires_at":"9999-12-31T23:00:00+00:00"}',
)
PLACES = ("scrub.json", "sync.json", "held.json", "running.json", "store/metadata/current.json",
          "trust/floor.json", "trust/timestamp.json", "trust/snapshot.json", "trust/targets.json",
          "trust/first-root.json")  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_garbage_in_any_note_is_no_more_than_no_note(
    both: KioskFolder, territory: Territory, place: str
) -> None:
    for content in GARBAGE:
        (both.root / place).write_bytes(content)
        look_at_kiosk(both, AFTER)
        bring(both, territory.revisions[2], territory.root)
        assert is_one_of(both, territory, {3}), content
        assert look_at_kiosk(both, AFTER).packs


@pytest.mark.parametrize("place", [*PLACES, "trust/root_history/1.root.json", "trust/root.json"])
def test_a_folder_where_a_file_belongs_is_cleared_away(
    both: KioskFolder, territory: Territory, place: str
) -> None:
    path = both.root / place
    path.unlink(missing_ok=True)
    (path / "inside").mkdir(parents=True)
    look_at_kiosk(both, AFTER)
    bring(both, territory.revisions[2], territory.root)
    assert is_one_of(both, territory, {3})


@pytest.mark.parametrize("room", ["partial", "store/objects"])
def test_strange_folders_among_objects_are_cleared_away(
    both: KioskFolder, territory: Territory, room: str
) -> None:
    (both.root / room / ("0" * 64) / "inside").mkdir(parents=True)
    bring(both, territory.revisions[2])
    assert is_one_of(both, territory, {3})


def _rotated(territory: Territory, folder: Path, at: datetime) -> Path:
    """The third revision under another timestamp key, with the signatures of two holders."""
    mirror = folder / "rotated"
    shutil.copytree(territory.revisions[2], mirror)
    present = Metadata[Root].from_bytes(territory.root)
    key = make_key(folder / "timestamp-new.pem")
    gone = present.signed.roles["timestamp"].keyids[0]
    root = next_root(present, NOON, {"timestamp": (gone, key.public_key)})
    held = read_keys(territory.signer.folder)
    sign_root(root, [held[keyid] for keyid in present.signed.roles["root"].keyids[:2]])
    (mirror / "metadata" / "2.root.json").write_bytes(root.to_bytes())
    path = mirror / "metadata" / "timestamp.json"
    timestamp = Metadata[Timestamp].from_file(str(path))
    timestamp.signatures.clear()
    timestamp.signed.expires = at + timedelta(days=35)
    timestamp.sign(key)
    timestamp.to_file(str(path))
    return mirror


def _by_a_thief(territory: Territory, folder: Path, version: int, expires: datetime) -> Path:
    """The second revision with a timestamp that the stolen key signed."""
    mirror = folder / "stolen"
    shutil.copytree(territory.revisions[1], mirror)
    path = mirror / "metadata" / "timestamp.json"
    timestamp = Metadata[Timestamp].from_file(str(path))
    timestamp.signed.version, timestamp.signed.expires = version, expires
    timestamp.signatures.clear()
    stolen = Metadata[Root].from_bytes(territory.root).signed.roles["timestamp"].keyids[0]
    timestamp.sign(read_keys(territory.signer.folder)[stolen])
    timestamp.to_file(str(path))
    return mirror


def test_what_a_stolen_key_counted_up_to_is_void_once_it_is_exchanged(
    both: KioskFolder, territory: Territory, tmp_path: Path
) -> None:
    bring(both, _by_a_thief(territory, tmp_path, 2**40, AFTER + timedelta(days=30)))
    assert bring(both, _rotated(territory, tmp_path, AFTER)).result == "done"
    assert is_one_of(both, territory, {3})


def test_a_signature_from_the_future_is_refused_and_bars_nothing(
    both: KioskFolder, territory: Territory, tmp_path: Path
) -> None:
    future = datetime(2028, 1, 1, tzinfo=UTC)
    stolen = _by_a_thief(territory, tmp_path, 2**40, future)
    assert bring(both, stolen).result == "not_trusted"
    assert bring(both, territory.revisions[2]).result == "done"
    assert look_at_kiosk(both, AFTER).clock_trusted


def test_a_new_root_in_a_persons_hand_counts(both: KioskFolder, tmp_path: Path) -> None:
    other = make_territory(tmp_path / "other", objects=3, changed=1, seed=5)
    assert bring(both, other.revisions[1]).result == "not_trusted"
    assert bring(both, other.revisions[1], other.root).result == "done"
    assert is_one_of(both, other, {2})


def test_the_root_that_is_known_already_forgets_nothing(
    both: KioskFolder, territory: Territory
) -> None:
    outcome = bring(both, territory.revisions[0], territory.root)
    assert outcome.result == "not_trusted"
    assert is_one_of(both, territory, {2})


def test_a_pack_for_newer_software_waits_and_says_so(kiosk: KioskFolder, tmp_path: Path) -> None:
    newer = make_territory(tmp_path / "newer", objects=3, changed=1, min_reader=9)
    first = bring(kiosk, newer.revisions[0], newer.root)
    assert (first.result, first.waiting) == ("waiting", ("dame-de-riants",))
    assert look_at_kiosk(kiosk, AFTER).waiting == ("dame-de-riants",)
    assert bring(kiosk, newer.revisions[0]).result == "waiting"
    assert served(kiosk) is None


def test_instants_are_told_as_everywhere(both: KioskFolder) -> None:
    told = look_at_kiosk(both, AFTER)
    assert told.last_sync is not None
    assert told.last_sync["at"].endswith("Z")
    assert json.loads((both.root / "sync.json").read_text())["at"].endswith("Z")
