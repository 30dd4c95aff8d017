"""A stick from anybody's hands: what is whole is read, and nothing on it leads elsewhere."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from odyssee.domain.errors import Unavailable
from odyssee.domain.kiosk_calls import Message
from odyssee.files.stick import MAX_BYTES, MAX_FILES, Stick

MESSAGE = Message("counts", "A" * 43, "B" * 86, '{"epoch":"é"}'.encode())


def put(folder: Path, document: Any, name: str | None = None) -> Path:
    """A file under the name that its bytes ask for, or another."""
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    outbox = folder / "outbox"
    outbox.mkdir(exist_ok=True)
    path = outbox / (name or hashlib.sha256(data).hexdigest())
    path.write_bytes(data)
    return path


def whole(**changes: Any) -> dict[str, Any]:
    known = {
        "format": 1,
        "kind": "counts",
        "public_key": "A" * 43,
        "signature": "B" * 86,
        "body": "{}",
    }
    return known | changes


@pytest.fixture
def stick(tmp_path: Path) -> Stick:
    return Stick(tmp_path)


def read(stick: Stick) -> list[Message]:
    return [message for _name, message in stick.messages()]


def test_a_message_comes_as_it_was_put_once(stick: Stick, tmp_path: Path) -> None:
    assert read(stick) == []
    for _ in range(2):
        stick.put_message(MESSAGE)
    stick.flush()
    assert read(stick) == [MESSAGE]
    (name,) = [path.name for path in (tmp_path / "outbox").iterdir()]
    assert len(name) == 64
    stick.remove_message(name)
    stick.remove_message(name)
    assert read(stick) == []


def test_names_are_those_that_every_stick_takes(stick: Stick, tmp_path: Path) -> None:
    stick.put_message(MESSAGE)
    stick.put_receipt("0" * 64, {"a": 1})
    for path in tmp_path.rglob("*"):
        assert path.name.isascii()
        assert path.name.isalnum()
        assert not path.is_symlink()


def test_a_message_that_was_cut_off_or_changed_is_none(stick: Stick, tmp_path: Path) -> None:
    path = put(tmp_path, whole())
    data = path.read_bytes()
    for changed in (data[:-1], data + b" ", data.replace(b"BB", b"CC"), b""):
        path.write_bytes(changed)
        assert read(stick) == []
    path.write_bytes(data)
    assert len(read(stick)) == 1


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        whole(format=2),
        whole(kind="orders"),
        whole(kind=["counts"]),
        whole(body=None),
        whole(public_key=1),
        whole(body="\ud800"),
        {},
    ],
)
def test_what_is_no_message_is_passed(stick: Stick, tmp_path: Path, document: Any) -> None:
    put(tmp_path, document)
    put(tmp_path, whole())
    assert len(read(stick)) == 1


@pytest.mark.parametrize("name", ["a.json", "A" * 64, "0" * 63, "0" * 65, "autorun.inf"])
def test_other_names_are_never_opened(stick: Stick, tmp_path: Path, name: str) -> None:
    put(tmp_path, whole(), name)
    assert read(stick) == []


def test_links_pipes_and_folders_are_never_followed(stick: Stick, tmp_path: Path) -> None:
    real = put(tmp_path, whole())
    outside = tmp_path / "secret"
    real.rename(outside)
    real.symlink_to(outside)
    os.mkfifo(real.with_name("1" * 64))
    real.with_name("2" * 64).mkdir()
    assert read(stick) == []
    assert stick.find_receipt("3" * 64) is None


@pytest.mark.parametrize("name", ["outbox", "receipts"])
def test_a_folder_that_is_a_link_or_a_file_is_neither_read_nor_written(
    tmp_path: Path, name: str
) -> None:
    elsewhere, root = tmp_path / "elsewhere", tmp_path / "stick"
    elsewhere.mkdir()
    root.mkdir()
    put(elsewhere.parent, whole())
    (root / name).symlink_to(elsewhere)
    stick = Stick(root)
    assert read(stick) == []
    assert stick.find_receipt("0" * 64) is None
    with pytest.raises(Unavailable):
        stick.put_message(MESSAGE) if name == "outbox" else stick.put_receipt("0" * 64, {})
    assert list(elsewhere.iterdir()) == []


def test_what_is_too_large_or_too_much_is_left(stick: Stick, tmp_path: Path) -> None:
    put(tmp_path, whole(body="x" * MAX_BYTES))
    assert read(stick) == []
    for number in range(MAX_FILES + 5):
        (tmp_path / "outbox" / f"{number:064x}").touch()
    assert len(stick._names("outbox")) == MAX_FILES


def test_a_receipt_is_found_under_its_name_and_replaced(stick: Stick, tmp_path: Path) -> None:
    name = "a" * 64
    assert stick.find_receipt(name) is None
    stick.put_receipt(name, {"batches": {"1": "x"}})
    stick.put_receipt(name, {"batches": {"2": "y"}})
    assert stick.find_receipt(name) == {"format": 1, "batches": {"2": "y"}}
    (tmp_path / "receipts" / name).write_bytes(b'{"format":1,"batch')
    assert stick.find_receipt(name) is None


def test_a_stick_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable):
        Stick(tmp_path / "file").put_message(MESSAGE)
