"""Folders for work under way: private, and swept when whoever made them is gone."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "work-"
_LOCK = "lock"


@contextmanager
def working_folder(root: Path | None) -> Iterator[Path]:
    """An empty folder that is removed at the end, whatever happens.

    A process that is killed leaves its folder; the next one that asks under
    the same root removes it. The lock on a file in it tells who is alive.

    Args:
        root: where it is made; null for the system's own place, which is not swept.

    Raises:
        OSError: no folder can be made there.
    """
    if root is not None:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(root)
    folder = Path(tempfile.mkdtemp(prefix=".work-", dir=root))
    opened = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        folder = folder.rename(folder.with_name(folder.name[1:]))  # seen from now on, and locked
        inside = folder / "in"
        inside.mkdir(mode=0o700)
        yield inside
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(opened)


def _sweep(root: Path) -> None:
    for folder in root.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # its owner is alive, or just removed it
            opened = os.open(folder / _LOCK, os.O_RDWR)
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(opened)
