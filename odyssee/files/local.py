"""A file store in a folder: what was put survives a power cut, whole or not at all."""

import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from odyssee.domain.errors import NotFound, Unavailable
from odyssee.files.private_file import sync_folder
from odyssee.files.store import CHUNK_BYTES, Checked, Stat, check_key, is_key

_TEMPORARY = ".put-"
"""Begins with a dot, so that an unfinished file is never a key."""
_NEW = ".new-"
"""Before it is locked: then it gets the other name, and who finds it can tell whose it is."""
_LEFTOVER_S = 86_400
"""An unfinished file that is older than this is nobody's any more, whatever the locks say."""


class LocalStore:
    """Keeps each key as a file below a root folder; follows no links below it."""

    def __init__(self, root: Path) -> None:
        self._root = Path(os.path.realpath(root))
        self._swept: set[Path] = set()

    def put(
        self,
        key: str,
        data: bytes | BinaryIO,
        *,
        sha256: str | None = None,
        content_type: str | None = None,  # noqa: ARG002 - only S3 keeps it
    ) -> None:
        """Keep the bytes: temporary file, fsync, rename, fsync of the folder."""
        self._write(key, Checked(data, sha256), os.replace)

    def put_if_absent(
        self,
        key: str,
        data: bytes | BinaryIO,
        *,
        sha256: str | None = None,
        content_type: str | None = None,  # noqa: ARG002 - only S3 keeps it
    ) -> bool:
        """As `put`, by a hard link, which fails when the name is taken."""
        try:
            self._write(key, Checked(data, sha256), os.link)
        except FileExistsError:
            return False
        return True

    def get(self, key: str) -> bytes:
        """All the bytes; see `FileStore.get`."""
        return b"".join(self.open(key))

    def open(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes in pieces; see `FileStore.open`."""
        if self.stat(key) is None:
            raise NotFound(key=key)
        return self._pieces(key, start, length)

    def stat(self, key: str) -> Stat | None:
        """Size and age; see `FileStore.stat`."""
        path = self._find(key)
        if path is None:
            return None
        with _told():
            try:
                found = path.lstat()
            except (FileNotFoundError, NotADirectoryError):
                return None
        if not S_ISREG(found.st_mode):
            return None
        return Stat(found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def exists(self, key: str) -> bool:
        """Whether the key is there."""
        return self.stat(key) is not None

    def list_keys(self, prefix: str = "") -> Iterator[str]:
        """The keys that begin so, sorted; see `FileStore.list_keys`."""
        folder = prefix.rpartition("/")[0]
        if folder and self._find(folder) is None:
            return iter(())
        found = _walk(self._root / folder, f"{folder}/" if folder else "")
        return (key for key in found if key.startswith(prefix))

    def delete(self, key: str) -> None:
        """Forget the key."""
        path = self._find(key)
        if path is not None and self.exists(key):
            with _told():
                path.unlink(missing_ok=True)

    def _find(self, key: str) -> Path | None:
        """Where the key lies, unless links would lead elsewhere."""
        if not is_key(key):
            return None
        path = self._root / key
        return path if os.path.realpath(path) == str(path) else None

    def _pieces(self, key: str, start: int, length: int | None) -> Iterator[bytes]:
        left = length
        with _told():
            try:
                file = (self._root / key).open("rb")
            except FileNotFoundError:
                raise NotFound(key=key) from None
            with file:
                file.seek(start)
                while left is None or left > 0:
                    piece = file.read(CHUNK_BYTES if left is None else min(left, CHUNK_BYTES))
                    if not piece:
                        return
                    left = None if left is None else left - len(piece)
                    yield piece

    def _write(self, key: str, data: Checked, settle: Callable[[Path, Path], None]) -> None:
        check_key(key)
        path = self._root / key
        with _told():
            _make_folder(path.parent)
            if self._find(key) is None:
                raise Unavailable("a link stands in the way", key=key)
            self._sweep(path.parent)
            temporary = path.with_name(f"{_NEW}{uuid.uuid4().hex}")
            try:
                with temporary.open("xb") as file:
                    _lock(file.fileno())
                    temporary = temporary.rename(
                        path.with_name(temporary.name.replace(_NEW, _TEMPORARY))
                    )
                    for piece in data.pieces():
                        file.write(piece)
                    file.flush()
                    os.fsync(file.fileno())
                    settle(temporary, path)  # still locked: nobody takes it for a leftover
            finally:
                temporary.unlink(missing_ok=True)
            sync_folder(path.parent)

    def _sweep(self, folder: Path) -> None:
        """Remove what a process that died left here, the first time that something is put here."""
        if folder in self._swept:
            return
        self._swept.add(folder)
        oldest = time.time() - _LEFTOVER_S
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith((_TEMPORARY, _NEW)):
                    with suppress(FileNotFoundError):  # another process sweeps as well
                        is_old = entry.stat(follow_symlinks=False).st_mtime < oldest
                        if is_old or _is_left(Path(entry)):
                            Path(entry).unlink()


def _lock(descriptor: int) -> bool:
    """Hold the file as long as it is open; False when another process does, or none can."""
    try:
        import fcntl  # noqa: PLC0415 - absent on Windows, where age alone tells

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        return False
    return True


def _is_left(path: Path) -> bool:
    """Whether whoever wrote it is dead: only the living hold its lock."""
    if not path.name.startswith(_TEMPORARY):
        return False
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:  # gone meanwhile, or nothing that we wrote
        return False
    try:
        return _lock(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _told() -> Iterator[None]:
    """A disk that is full, broken or closed to us is a place that does not answer."""
    try:
        yield
    except FileExistsError:  # `put_if_absent` asks for it
        raise
    except OSError as error:
        raise Unavailable(
            "the folder of the file store fails", reason=str(error.strerror)
        ) from error


def _make_folder(folder: Path) -> None:
    """Make the folder and those above it, each made durable in its parent."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    try:
        folder.mkdir(exist_ok=True)
    except FileExistsError:  # a key stands there; not what `put_if_absent` asks
        raise NotADirectoryError from None
    sync_folder(folder.parent)


def _walk(folder: Path, before: str) -> Iterator[str]:
    """Keys below the folder in the order of whole keys: `a-b` before `a/b` before `ab`."""
    with _told():
        try:
            found = _list_names(folder)
        except (FileNotFoundError, NotADirectoryError):
            return
    for name in found:
        if name.endswith("/"):
            yield from _walk(folder / name, before + name)
        elif is_key(before + name):
            yield before + name


def _list_names(folder: Path) -> list[str]:
    """Names without links and unfinished files; folders end in `/`, so that keys sort whole."""
    with os.scandir(folder) as entries:
        return sorted(
            f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name
            for entry in entries
            if not entry.is_symlink() and not entry.name.startswith(".")
        )
