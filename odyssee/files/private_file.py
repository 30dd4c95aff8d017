"""Small files that only their owner reads: whole on the disk, or not there."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def make_private(path: Path, data: bytes) -> None:
    """Make the file unless it is there; of processes that start together, one makes it.

    Raises:
        OSError: it cannot be made.
    """
    beside = _write_beside(path, data)
    try:
        with suppress(FileExistsError):  # another was quicker: that one counts
            os.link(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(path.parent)


def replace_private(path: Path, data: bytes) -> None:
    """Put the file in the place of what was there; a power cut leaves one of the two.

    Raises:
        OSError: it cannot be written; what was there stays.
    """
    beside = _write_beside(path, data)
    try:
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(path.parent)


def _write_beside(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
