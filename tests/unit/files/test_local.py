"""What a folder as a file store adds: durability, and no way out by links."""

import fcntl
import io
import os
import time
from pathlib import Path

import pytest

from odyssee.domain.errors import Damaged, NotFound, Unavailable
from odyssee.files.local import LocalStore


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "magasin"


def names(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*"))


def test_a_failed_put_leaves_no_temporary_file(root: Path) -> None:
    store = LocalStore(root)
    with pytest.raises(Damaged):
        store.put("objects/a", b"x", sha256="0" * 64)
    assert names(root) == ["objects"]


def test_a_stream_that_breaks_leaves_nothing(root: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionResetError(size)

    with pytest.raises(Unavailable):
        LocalStore(root).put("objects/a", Broken())
    assert names(root) == ["objects"]


def test_a_leftover_of_a_crash_is_not_a_key(root: Path) -> None:
    store = LocalStore(root)
    store.put("a", b"x")
    (root / ".put-0123").write_bytes(b"moiti")
    assert list(store.list_keys()) == ["a"]


def test_what_the_dead_left_goes_at_the_first_put_beside_it_and_what_the_living_write_stays(
    root: Path,
) -> None:
    LocalStore(root).put("a/b", b"x")
    left, written, elsewhere = (root / "a" / ".put-0", root / "a" / ".put-1", root / ".put-2")
    begun, old = (root / "a" / ".new-3", root / "a" / ".new-4")
    for path in (left, written, elsewhere, begun, old):
        path.write_bytes(b"moiti")
    yesterday = time.time() - 86_460
    os.utime(old, (yesterday, yesterday))
    with written.open("rb") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        store = LocalStore(root)
        store.put("a/c", b"y")
    there = [path.exists() for path in (left, written, elsewhere, begun, old)]
    assert there == [False, True, True, True, False]
    LocalStore(root).put("d", b"z")
    assert not elsewhere.exists()
    assert list(store.list_keys()) == ["a/b", "a/c", "d"]


def test_links_lead_nowhere(root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "cle.pem").write_bytes(b"cle")
    store = LocalStore(root)
    store.put("a/b", b"x")
    (root / "lien").symlink_to(secret)
    (root / "a" / "lien").symlink_to(secret / "cle.pem")
    for key in ("lien/cle.pem", "a/lien"):
        with pytest.raises(NotFound):
            store.get(key)
        store.delete(key)
        with pytest.raises(Unavailable):
            store.put(key, b"y")
    assert list(store.list_keys()) == ["a/b"]
    assert list(store.list_keys("lien/")) == []
    assert (secret / "cle.pem").read_bytes() == b"cle"


def test_the_root_itself_may_be_a_link(root: Path, tmp_path: Path) -> None:
    root.mkdir()
    (tmp_path / "disque").symlink_to(root)
    store = LocalStore(tmp_path / "disque")
    store.put("a/b", b"x")
    assert LocalStore(root).get("a/b") == b"x"


def test_a_key_is_not_the_folder_of_another(root: Path) -> None:
    store = LocalStore(root)
    store.put("a/b", b"x")
    assert store.stat("a") is None
    assert store.stat("a/b/c") is None
    with pytest.raises(Unavailable):
        store.put("a", b"y")
    with pytest.raises(Unavailable):
        store.put("a/b/c", b"y")
    assert store.get("a/b") == b"x"


def test_a_reader_keeps_the_old_bytes_through_a_replacement(root: Path) -> None:
    store = LocalStore(root)
    store.put("a", b"1" * 600_000)
    pieces = store.open("a")
    first = next(pieces)
    store.put("a", b"2" * 600_000)
    assert set(first + b"".join(pieces)) == {ord("1")}


def test_each_put_is_made_durable_before_it_is_seen(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deeds: list[str] = []
    sync, replace = os.fsync, os.replace

    def told_sync(descriptor: int) -> None:
        deeds.append("sync")
        sync(descriptor)

    def told_replace(source: Path, target: Path) -> None:
        deeds.append("rename")
        replace(source, target)

    root.mkdir()
    monkeypatch.setattr("os.fsync", told_sync)
    monkeypatch.setattr("os.replace", told_replace)
    LocalStore(root).put("a", b"x")
    assert deeds == ["sync", "rename", "sync"]
