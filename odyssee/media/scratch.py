"""Private folders for the files of one deed: gone when it ends, swept after a crash."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_PREFIX = "odyssee-work-"
_LOCK = ".lock"


@contextlib.contextmanager
def private_folder(root: Path | None = None) -> Iterator[Path]:
    """A new folder that only this user can read, removed with all that is in it.

    A process that was killed cannot remove its own. Those are swept away by the next
    that asks under the same root: an owner holds a lock as long as it lives.

    Args:
        root: where it is made; null for the system's own place, which each process sweeps once.

    Raises:
        OSError: no folder can be made there.
    """
    if root is None:
        _sweep_once(tempfile.gettempdir())
    else:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        sweep(root)
    folder = Path(tempfile.mkdtemp(prefix=f".{_PREFIX}", dir=root))
    held = _lock(folder / _LOCK)
    try:
        folder = folder.rename(folder.with_name(folder.name[1:]))  # seen from now on, and locked
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if held is not None:
            os.close(held)


def sweep(root: Path) -> int:
    """Remove the folders whose owners are dead; returns how many."""
    swept = 0
    for folder in root.glob(f"{_PREFIX}*"):
        lock = folder / _LOCK
        # A name in a folder that all may write to proves nothing: it must be ours.
        if not folder.is_symlink() and lock.is_file() and lock.lstat().st_uid == _user():
            held = _lock(lock)
            if held is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(held)
                swept += 1
    return swept


@cache
def _sweep_once(root: str) -> None:
    with contextlib.suppress(OSError):
        sweep(Path(root))


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


def _lock(path: Path) -> int | None:
    """The open lock file, or None when another process holds it (or there are no locks)."""
    try:
        import fcntl  # noqa: PLC0415 - absent on Windows, where nothing is swept
    except ImportError:
        return None
    opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        return None
    return opened
