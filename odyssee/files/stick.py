"""A stick that goes between a kiosk and the office: messages one way, receipts the other.

Nothing on it is ever used as a path: only names of 64 hexadecimal digits in two
fixed folders are opened, no link is followed, and sizes have bounds. The name of
a message is the SHA-256 of its bytes, so one that was cut off is none.

Source: design/packs.md, section 3, "USB".
"""

import errno
import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any, get_args

from odyssee.domain.canonical import canonical, sha256_of
from odyssee.domain.errors import Unavailable
from odyssee.domain.kiosk_calls import Carried, Message

OUTBOX = "outbox"
RECEIPTS = "receipts"
MAX_BYTES = 1_000_000
"""Of a file: a batch of the most counts takes 300 KB."""
MAX_FILES = 10_000
"""That are looked at."""
_FORMAT = 1
_NAME = re.compile(r"[0-9a-f]{64}")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


class Stick:
    """A folder on a stick, or any other folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put_message(self, message: Message) -> None:
        """Write a message; one that is there already is left.

        Raises:
            Unavailable: it cannot be written.
        """
        told = {
            "format": _FORMAT,
            "kind": message.kind,
            "public_key": message.public_key,
            "signature": message.signature,
            "body": message.body.decode(),
        }
        data = canonical(told)
        self._write(OUTBOX, sha256_of(data), data)

    def messages(self) -> Iterator[tuple[str, Message]]:
        """Each whole message with its name, in the order of the names; anything else is passed."""
        for name in self._names(OUTBOX):
            message = self.find_message(name)
            if message is not None:
                yield name, message

    def find_message(self, name: str) -> Message | None:
        """The whole message of that name; null for anything else."""
        data = self._read(OUTBOX, name)
        return None if data is None or sha256_of(data) != name else _message(data)

    def remove_message(self, name: str) -> None:
        """Make room for what comes next."""
        with self._opened(OUTBOX) as folder:
            if folder is not None:
                with suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=folder)

    def put_receipt(self, name: str, receipt: dict[str, Any]) -> None:
        """Write what the office answers, in the place of an earlier answer of that name.

        Raises:
            Unavailable: it cannot be written.
        """
        self._write(RECEIPTS, name, canonical({"format": _FORMAT} | receipt))

    def find_receipt(self, name: str) -> dict[str, Any] | None:
        """What the office answered under that name; null for nothing that can be read."""
        data = self._read(RECEIPTS, name)
        return None if data is None else _document(data)

    def flush(self) -> None:
        """Return when the stick may be pulled out.

        Raises:
            Unavailable: it is broken, or was pulled out already.
        """
        with _told():
            for name in (OUTBOX, RECEIPTS, ""):
                with suppress(FileNotFoundError):
                    _sync(os.open(self.root / name, os.O_RDONLY))

    @contextmanager
    def _opened(self, name: str) -> Iterator[int | None]:
        """One of the two folders; null where it is not there or is a link."""
        with _told():
            folder = _open_folder(self.root / name)
            try:
                yield folder
            finally:
                if folder is not None:
                    os.close(folder)

    def _names(self, name: str) -> list[str]:
        with self._opened(name) as folder:
            if folder is None:
                return []
            with os.scandir(folder) as entries:
                ours = (entry.name for entry in entries if _NAME.fullmatch(entry.name))
                return sorted(islice(ours, MAX_FILES))

    def _read(self, folder_name: str, name: str) -> bytes | None:
        with self._opened(folder_name) as folder:
            return None if folder is None else _read_file(folder, name)

    def _write(self, folder_name: str, name: str, data: bytes) -> None:
        with _told():
            (self.root / folder_name).mkdir(parents=True, exist_ok=True)
        with self._opened(folder_name) as folder:
            if folder is None:
                raise Unavailable(f"{folder_name} on the stick is no folder")
            beside = f"{name}.new"
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
            with os.fdopen(os.open(beside, flags, 0o644, dir_fd=folder), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, name, src_dir_fd=folder, dst_dir_fd=folder)


def _open_folder(path: Path) -> int | None:
    try:
        return os.open(path, _FOLDER)
    except OSError as fault:
        if fault.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}:
            return None
        raise


def _read_file(folder: int, name: str) -> bytes | None:
    """The bytes; null for a link, for what is no plain file or too large, and for a bad sector."""
    try:
        opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        with os.fdopen(opened, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            data = file.read(MAX_BYTES + 1)
    except OSError:
        return None
    return data if len(data) <= MAX_BYTES else None


def _message(data: bytes) -> Message | None:
    """The message in these bytes; null for anything else."""
    told = _document(data)
    if told is None or told.get("kind") not in get_args(Carried):
        return None
    texts = [told.get(name) for name in ("public_key", "signature", "body")]
    if not all(isinstance(text, str) for text in texts):
        return None
    try:
        body = told["body"].encode()
    except UnicodeEncodeError:  # half a character
        return None
    return Message(told["kind"], told["public_key"], told["signature"], body)


def _document(data: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) and told.get("format") == _FORMAT else None


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise Unavailable(f"the stick: {fault.strerror}") from fault
