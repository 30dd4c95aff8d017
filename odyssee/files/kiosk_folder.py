"""A kiosk's folder: what is put into it survives a power cut, and what is half put is never served.

```
store/objects/<sha256>   store/targets/…   store/metadata/current.json   as a published store
partial/<sha256>         objects on their way
trust/                   signed metadata
```
The pointer holds the one before it, so that one rename changes both.
Order is everything: objects, documents, one `syncfs`, and last the pointer
(design: packs, section 3). Before its rename the old publication is served,
after it the new one, whatever is unplugged when.
"""

import ctypes
import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from odyssee.domain.errors import Conflict, Damaged, Unavailable
from odyssee.files.private_file import sync_folder
from odyssee.files.sources import Source, Stream
from odyssee.files.store import is_key

COUNTS = "compteurs.db"
_POINTER = "metadata/current.json"
_SHA256 = re.compile("[0-9a-f]{64}")
_ROTTEN = frozenset({errno.EIO, errno.ENODATA, errno.EBADMSG, errno.EUCLEAN})
"""What a disk says of bytes that are lost; anything else says nothing of them."""
_PATIENCE_S = 120.0
_SLOWEST_BYTES_PER_S = 1000.0


class Pointer(NamedTuple):
    """A publication."""

    territory: str
    """SHA-256 of its territory document."""
    revision: int


_libc = ctypes.CDLL(None, use_errno=True)


class KioskFolder:
    """The folder below `root`; one process at a time changes it, any number read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.store = root / "store"
        self.trust = root / "trust"
        self.counts = root / COUNTS
        self._objects = self.store / "objects"
        self._partial = root / "partial"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the folder for oneself.

        Raises:
            Conflict: another process holds it.
            Unavailable: it cannot be written.
        """
        with told_disk():
            for folder in (self._objects, self.store / "metadata", self._partial, self.trust):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            opened = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as busy:
            os.close(opened)
            if not isinstance(busy, BlockingIOError):
                raise Unavailable(
                    "the disk fails", reason=str(busy.strerror), errno=str(busy.errno)
                ) from busy
            raise Conflict("another synchronisation is under way") from busy
        try:
            yield
        finally:
            os.close(opened)

    def pointer(self) -> Pointer | None:
        """What is served; null before the first synchronisation, or when its file is broken."""
        return _pointer(_read_json(self.store / _POINTER))

    def previous(self) -> Pointer | None:
        """What was served before."""
        return _pointer((_read_json(self.store / _POINTER) or {}).get("previous"))

    def document(self, key: str) -> bytes | None:
        """A document of the store; null when it is not there."""
        try:
            return (self.store / _checked(key)).read_bytes()
        except OSError:
            return None

    def put_document(self, key: str, data: bytes) -> None:
        """Put a document under its key, whole or not at all."""
        with told_disk():
            path = self.store / _checked(key)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(path, data)

    def has_object(self, sha256: str, size_bytes: int) -> bool:
        """Whether an object is there, by its size; its bytes are not read."""
        try:
            return (self._objects / sha256).stat().st_size == size_bytes
        except OSError:
            return False

    def part_bytes(self, sha256: str) -> int:
        """How much of an object an earlier run has brought."""
        try:
            return (self._partial / sha256).stat().st_size
        except OSError:
            return 0

    def is_whole(self, sha256: str) -> bool:
        """Whether an object is what its name promises; one that is not is removed.

        Raises:
            Unavailable: it cannot be told, such as for want of descriptors.
        """
        return _is_whole(self._objects / sha256, sha256)

    def find_bad_documents(self) -> list[str]:
        """The documents that are not what their names promise; they are removed."""
        documents = sorted((self.store / "targets").rglob("*.json"))
        return [
            path.relative_to(self.store).as_posix()
            for path in documents
            if path.is_file() and not _is_whole(path, path.name.partition(".")[0])
        ]

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
        with told_disk():
            _clear(path)
            start = path.stat().st_size if path.exists() else 0
            if start > size_bytes:
                path.unlink()
                start = 0
            known = _hash(path) if start else hashlib.sha256()
        fetched = 0
        if start < size_bytes or not start:
            stream = source.open_object(sha256, start)
            if stream.starts_at != start:
                known = hashlib.sha256()
            fetched = _append(path, stream, size_bytes, paced, known)
            start = stream.starts_at
        with told_disk():
            if known.hexdigest() != sha256:
                if start + fetched < size_bytes:
                    raise Unavailable("the source broke off")
                path.unlink()
                raise Damaged("an object is not what was promised", sha256=sha256)
            path.rename(self._objects / sha256)
        return fetched

    def switch(self, pointer: Pointer) -> None:
        """Serve another publication: everything to the disk, then one rename."""
        with told_disk():
            sync_all(self.store)
            present = self.pointer()
            if present == pointer:
                return
            told = {"format": 1, **pointer._asdict(), "goes_back": True}
            told["previous"] = None if present is None else present._asdict()
            _write(self.store / _POINTER, _to_json(told))

    def free_bytes(self) -> int:
        """What the disk has left."""
        at = self.root
        while not at.exists():
            at = at.parent
        with told_disk():
            return shutil.disk_usage(at).free

    def list_objects(self) -> list[str]:
        """Every object that is there."""
        return sorted(path.name for path in self._objects.glob("*") if path.is_file())

    def sweep(self, objects: Collection[str], documents: Collection[str]) -> int:
        """Remove every object, part and document that is not among those.

        Returns:
            The bytes that were freed.
        """
        freed = 0
        with told_disk():
            for folder in (self._objects, self._partial):
                for path in folder.iterdir():
                    _clear(path)
                    if path.name not in objects and path.is_file():
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
        with told_disk():
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(self.root / f"{name}.json", _to_json(told))

    def read_note(self, name: str) -> dict[str, Any]:
        """A note; empty when it is not there or broken."""
        return _read_json(self.root / f"{name}.json") or {}


def patience_s(size_bytes: int) -> float:
    """How long so many bytes may take: a source that is slower keeps others from the kiosk."""
    return _PATIENCE_S + size_bytes / _SLOWEST_BYTES_PER_S


def _checked(key: str) -> str:
    if not is_key(key):
        raise ValueError("not a key of a file store")
    return key


def _append(
    path: Path,
    stream: Stream,
    size_bytes: int,
    paced: Callable[[int], None],
    known: "hashlib._Hash",
) -> int:
    """Put what comes behind what is there, and into its hash; see `KioskFolder.fetch`."""
    start, fetched = stream.starts_at, 0
    with told_disk(), path.open("r+b" if path.exists() else "xb") as file:
        file.truncate(start)
        file.seek(start)
        late_at = time.monotonic() + patience_s(size_bytes)
        for piece in stream.pieces:
            fetched += len(piece)
            if start + fetched > size_bytes:
                file.truncate(0)
                raise Damaged("more came than was promised", sha256=path.name)
            file.write(piece)
            known.update(piece)
            paced(len(piece))
            if time.monotonic() > late_at:
                raise Unavailable("the source drips")
    return fetched


def _is_whole(path: Path, sha256: str) -> bool:
    with told_disk():
        try:
            found = _hash(path).hexdigest()
        except FileNotFoundError:
            return False
        except OSError as fault:
            if fault.errno not in _ROTTEN:
                raise
            found = ""  # a sector that cannot be read any more
        if found != sha256:
            path.unlink(missing_ok=True)
    return found == sha256


def _hash(path: Path) -> "hashlib._Hash":
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256")


def _clear(path: Path) -> None:
    """Remove a folder or a link that lies where a file belongs."""
    if path.is_symlink():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)


def _pointer(found: Any) -> Pointer | None:
    if not isinstance(found, dict):
        return None
    territory, revision = found.get("territory"), found.get("revision")
    if not isinstance(territory, str) or not _SHA256.fullmatch(territory):
        return None
    if not isinstance(revision, int) or isinstance(revision, bool) or revision < 1:
        return None
    return Pointer(territory, revision)


def _to_json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _write(path: Path, data: bytes) -> None:
    """Temporary file, fsync, rename, fsync of the folder.

    Its name is always the same, so that a kiosk that often loses power collects no leftovers.
    """
    _clear(path)
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def sync_all(folder: Path) -> None:
    """Everything of its file system to the disk: for hundreds of files a fraction of fsync each."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        if _libc.syncfs(opened) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(opened)


@contextmanager
def told_disk() -> Iterator[None]:
    """Tell a disk that is full, broken or closed to us, in our words."""
    try:
        yield
    except OSError as fault:
        raise Unavailable(
            "the disk fails", reason=str(fault.strerror), errno=str(fault.errno)
        ) from fault
