"""What keeps bytes by key, wherever they lie."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from odyssee.domain.errors import Damaged

CHUNK_BYTES = 256 * 1024
"""How much a stream hands over at a time."""
MAX_KEY_LENGTH = 512

_KEY = re.compile(r"(?!\.)[A-Za-z0-9._-]+(?:/(?!\.)[A-Za-z0-9._-]+)*")


@dataclass(frozen=True, slots=True)
class Stat:
    """What is known of kept bytes without reading them."""

    size_bytes: int
    modified_at: datetime
    """Aware, UTC."""


class FileStore(Protocol):
    """Bytes by key. A key is one or more segments of `[A-Za-z0-9._-]` joined by `/`.

    No segment begins with a dot or holds two in a row. A key that is not of this
    form names nothing, so reading it finds nothing; writing it is a ValueError.
    A key is never also the folder of another one. Every method may raise
    Unavailable when the place where the bytes lie does not answer.
    """

    def put(
        self,
        key: str,
        data: bytes | BinaryIO,
        *,
        sha256: str | None = None,
        content_type: str | None = None,
    ) -> None:
        """Keep the bytes, in place of those that were there; all of them or none.

        Raises:
            Damaged: they are not what `sha256` (lower-case hexadecimal) promises.
        """

    def put_if_absent(
        self,
        key: str,
        data: bytes | BinaryIO,
        *,
        sha256: str | None = None,
        content_type: str | None = None,
    ) -> bool:
        """As `put`, unless the key is there: of several writers one is told True."""

    def get(self, key: str) -> bytes:
        """All the bytes.

        Raises:
            NotFound: there is no such key.
        """

    def open(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes from `start`, at most `length`, in pieces; nothing past the end.

        Raises:
            NotFound: there is no such key; told at once, not at the first piece.
        """

    def stat(self, key: str) -> Stat | None:
        """Size and age, or None when there is no such key."""

    def exists(self, key: str) -> bool:
        """Whether the key is there."""

    def list_keys(self, prefix: str = "") -> Iterator[str]:
        """The keys that begin with `prefix`, in the order of their characters' codes."""

    def delete(self, key: str) -> None:
        """Forget the key; one that is not there is no error."""


def is_key(key: str) -> bool:
    """Whether the key is of the form that every store takes."""
    return len(key) <= MAX_KEY_LENGTH and ".." not in key and bool(_KEY.fullmatch(key))


def check_key(key: str) -> None:
    """Refuse to write under a key that not every store takes.

    Raises:
        ValueError: the key is not of the form.
    """
    if not is_key(key):
        raise ValueError("not a key of a file store")


class Checked:
    """Hands over the pieces of bytes or of a stream, and checks their hash at the end."""

    def __init__(self, data: bytes | BinaryIO, sha256: str | None) -> None:
        self._data = data
        self._expected = sha256
        self._hash = hashlib.sha256()

    def pieces(self, size: int = CHUNK_BYTES) -> Iterator[bytes]:
        """Every piece but the last has `size` bytes.

        Raises:
            Damaged: after the last piece, when the hash is not the promised one.
        """
        if isinstance(self._data, bytes):
            view = memoryview(self._data)
            for start in range(0, len(view), size):
                yield self._counted(bytes(view[start : start + size]))
        else:
            while piece := _read_full(self._data, size):
                yield self._counted(piece)
        if self._expected is not None and self._hash.hexdigest() != self._expected:
            raise Damaged("bytes are not of the promised hash", sha256=self._expected)

    def _counted(self, piece: bytes) -> bytes:
        self._hash.update(piece)
        return piece


def _read_full(stream: BinaryIO, size: int) -> bytes:
    """As much as `size` bytes: sockets and pipes hand over less at a time."""
    parts = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
