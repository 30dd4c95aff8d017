"""A file store in memory, for tests and trials; safe for threads."""

from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Lock
from typing import BinaryIO

from odyssee.domain.errors import NotFound
from odyssee.files.store import CHUNK_BYTES, Checked, Stat, check_key


class MemoryStore:
    """Keeps bytes as long as the process lives."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[bytes, datetime]] = {}
        self._lock = Lock()

    def put(
        self,
        key: str,
        data: bytes | BinaryIO,
        *,
        sha256: str | None = None,
        content_type: str | None = None,  # noqa: ARG002 - only S3 keeps it
    ) -> None:
        """Keep the bytes; see `FileStore.put`."""
        check_key(key)
        whole = b"".join(Checked(data, sha256).pieces())
        self._kept[key] = (whole, datetime.now(UTC))

    def put_if_absent(
        self,
        key: str,
        data: bytes | BinaryIO,
        *,
        sha256: str | None = None,
        content_type: str | None = None,  # noqa: ARG002 - only S3 keeps it
    ) -> bool:
        """Keep the bytes unless the key is there; see `FileStore.put_if_absent`."""
        check_key(key)
        whole = b"".join(Checked(data, sha256).pieces())
        with self._lock:
            absent = key not in self._kept
            self._kept.setdefault(key, (whole, datetime.now(UTC)))
        return absent

    def get(self, key: str) -> bytes:
        """All the bytes; see `FileStore.get`."""
        if key not in self._kept:
            raise NotFound(key=key)
        return self._kept[key][0]

    def open(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes in pieces; see `FileStore.open`."""
        whole = self.get(key)
        part = whole[start:] if length is None else whole[start : start + length]
        return (part[at : at + CHUNK_BYTES] for at in range(0, len(part), CHUNK_BYTES))

    def stat(self, key: str) -> Stat | None:
        """Size and age; see `FileStore.stat`."""
        found = self._kept.get(key)
        return Stat(len(found[0]), found[1]) if found else None

    def exists(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._kept

    def list_keys(self, prefix: str = "") -> Iterator[str]:
        """The keys that begin so, sorted; see `FileStore.list_keys`."""
        return iter(sorted(key for key in tuple(self._kept) if key.startswith(prefix)))

    def delete(self, key: str) -> None:
        """Forget the key."""
        self._kept.pop(key, None)
