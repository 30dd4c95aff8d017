"""A kiosk's folder: what is put into it survives a power cut, and what is half put is never served.

```
store/objects/<sha256>   store/targets/…   store/metadata/current.json   as a published store
partial/<sha256>         objects on their way
trust/                   signed metadata
previous.json            the pointer before this one
```
Order is everything: objects, documents, one `syncfs`, and last the pointer
(design: packs, section 3). Before its rename the old publication is served,
after it the new one, whatever is unplugged when.
"""

import ctypes
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from odyssee.domain.errors import Conflict, Damaged, Unavailable
from odyssee.files.sources import Source
from odyssee.files.store import is_key

_POINTER = "metadata/current.json"
_libc = ctypes.CDLL(None, use_errno=True)


class KioskFolder:
    """The folder below `root`; one process at a time changes it, any number read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.store = root / "store"
        self.trust = root / "trust"
        self._objects = self.store / "objects"
        self._partial = root / "partial"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the folder for oneself.

        Raises:
            Conflict: another process holds it.
            Unavailable: it cannot be written.
        """
        with _told():
            for folder in (self._objects, self.store / "metadata", self._partial, self.trust):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            opened = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            os.close(opened)
            raise Conflict("another synchronisation is under way") from busy
        try:
            yield
        finally:
            os.close(opened)

    def pointer(self) -> dict[str, Any] | None:
        """What is served: `territory` and `revision`; null before the first synchronisation."""
        return _read_json(self.store / _POINTER)

    def previous(self) -> dict[str, Any] | None:
        """What was served before."""
        return _read_json(self.root / "previous.json")

    def document(self, key: str) -> bytes | None:
        """A document of the store; null when it is not there."""
        try:
            return (self.store / _checked(key)).read_bytes()
        except OSError:
            return None

    def put_document(self, key: str, data: bytes) -> None:
        """Put a document under its key, whole or not at all."""
        with _told():
            path = self.store / _checked(key)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(path, data)

    def has_object(self, sha256: str, size_bytes: int) -> bool:
        """Whether an object is there, by its size; its bytes are not read."""
        try:
            return (self._objects / sha256).stat().st_size == size_bytes
        except OSError:
            return False

    def is_whole(self, sha256: str) -> bool:
        """Whether an object is what its name promises; one that is not is removed."""
        path = self._objects / sha256
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return False
        except OSError:  # a sector that cannot be read any more
            found = ""
        if found != sha256:
            with _told():
                path.unlink(missing_ok=True)
        return found == sha256

    def fetch(
        self, source: Source, sha256: str, size_bytes: int, paced: Callable[[int], None]
    ) -> int:
        """Bring an object, or the rest of it, and put it in its place.

        Args:
            source: where it comes from.
            sha256: what it is.
            size_bytes: how long it is; more is never written.
            paced: told of each piece's bytes; waits where the line is to be spared.

        Returns:
            The bytes that were fetched.

        Raises:
            Damaged: what came is not it; nothing of it is kept.
            NotFound: the source has it not.
            Unavailable: the source broke off, and what came is kept; or the disk fails.
        """
        path = self._partial / sha256
        start = path.stat().st_size if path.exists() else 0
        if start > size_bytes:
            path.unlink()
            start = 0
        fetched = 0
        if start < size_bytes or not start:
            stream = source.open_object(sha256, start)
            fetched = _append(path, stream.starts_at, stream.pieces, size_bytes, paced)
        with _told():
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != sha256:
                if path.stat().st_size < size_bytes:
                    raise Unavailable("the source broke off")
                path.unlink()
                raise Damaged("an object is not what was promised", sha256=sha256)
            path.rename(self._objects / sha256)
        return fetched

    def switch(self, pointer: dict[str, Any]) -> None:
        """Serve another publication: everything to the disk, then one rename."""
        with _told():
            _sync_all(self.store)
            now, present = self.store / _POINTER, self.pointer()
            if present == pointer:
                return
            if present is not None:
                _write(self.root / "previous.json", _to_json(present))
            _write(now, _to_json(pointer))

    def free_bytes(self) -> int:
        """What the disk has left."""
        return shutil.disk_usage(self.root).free

    def list_objects(self) -> list[str]:
        """Every object that is there."""
        return sorted(path.name for path in self._objects.glob("*"))

    def sweep(self, objects: Collection[str], documents: Collection[str]) -> int:
        """Remove every object, part and document that is not among those.

        Returns:
            The bytes that were freed.
        """
        freed = 0
        with _told():
            for folder in (self._objects, self._partial):
                for path in folder.iterdir():
                    if path.name not in objects:
                        freed += path.lstat().st_size
                        path.unlink()
            targets = self.store / "targets"
            for path in targets.rglob("*"):
                if path.is_file() and path.relative_to(self.store).as_posix() not in documents:
                    freed += path.stat().st_size
                    path.unlink()
        return freed

    def note(self, name: str, told: dict[str, Any]) -> None:
        """Keep a small note under the root, whole or not at all."""
        with _told():
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(self.root / f"{name}.json", _to_json(told))

    def read_note(self, name: str) -> dict[str, Any]:
        """A note; empty when it is not there or broken."""
        return _read_json(self.root / f"{name}.json") or {}


def _checked(key: str) -> str:
    if not is_key(key):
        raise ValueError("not a key of a file store")
    return key


def _append(
    path: Path,
    start: int,
    pieces: Iterator[bytes],
    size_bytes: int,
    paced: Callable[[int], None],
) -> int:
    with _told(), path.open("r+b" if path.exists() else "xb") as file:
        file.truncate(start)
        file.seek(start)
        fetched = 0
        for piece in pieces:
            fetched += len(piece)
            if start + fetched > size_bytes:
                file.truncate(0)
                raise Damaged("more came than was promised")
            file.write(piece)
            paced(len(piece))
    return fetched


def _to_json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _write(path: Path, data: bytes) -> None:
    """Temporary file, fsync, rename, fsync of the folder."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    opened = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _sync_all(folder: Path) -> None:
    """Everything of its file system to the disk: for hundreds of files a fraction of fsync each."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        if _libc.syncfs(opened) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(opened)


@contextmanager
def _told() -> Iterator[None]:
    """A disk that is full, broken or closed to us, in our words."""
    try:
        yield
    except OSError as fault:
        raise Unavailable(
            "the disk fails", reason=str(fault.strerror), errno=str(fault.errno)
        ) from fault
