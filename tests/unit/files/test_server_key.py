"""The server's key is made once, by whoever is first, for its owner's eyes."""

import stat
import threading
from pathlib import Path

import pytest

from odyssee.domain.errors import Misconfigured, Unavailable
from odyssee.files.server_key import FILE, ServerKey, read_key


def test_a_key_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "à faire" / FILE
    key = read_key(path)
    assert len(key) == 32
    assert read_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_servers_that_start_together_have_one_key(tmp_path: Path) -> None:
    together = threading.Barrier(8)
    keys: list[bytes] = []

    def start() -> None:
        together.wait()
        keys.append(read_key(tmp_path / FILE))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


@pytest.mark.parametrize("kept", [b"", b"\n", b"AAAA\n", b"not a key\xff", b"A" * 400])
def test_a_file_that_holds_no_key_is_told_and_left(tmp_path: Path, kept: bytes) -> None:
    path = tmp_path / FILE
    path.write_bytes(kept)
    with pytest.raises(Misconfigured) as refused:
        read_key(path)
    assert refused.value.values == {"setting": "ODYSSEE_HOME"}
    assert path.read_bytes() == kept


def test_a_folder_that_cannot_hold_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    with pytest.raises(Unavailable, match="key of the server"):
        read_key(tmp_path / "fichier" / FILE)


def test_the_key_is_read_when_it_is_needed() -> None:
    read: list[str] = []

    def give() -> bytes:
        read.append("once")
        return b"the key of a server in a test..."

    key = ServerKey(give)
    assert read == []
    assert key.derive("one use") != key.derive("another")
    assert read == ["once"]
