"""Several kept files read as one stream, in their order."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from odyssee.files.store import CHUNK_BYTES, FileStore


class _Joined(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any, /) -> int:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = piece
        size = min(len(into), len(self._left))
        into[:size], self._left = self._left[:size], self._left[size:]
        return size


def open_joined(files: FileStore, keys: Sequence[str]) -> BinaryIO:
    """A stream over the bytes of these keys, one after the other; only a piece is in memory.

    Reading raises what the store raises: NotFound when a key is gone.
    """
    return io.BufferedReader(_Joined(join(files, keys)), CHUNK_BYTES)


def join(files: FileStore, keys: Sequence[str]) -> Iterator[bytes]:
    """The bytes of these keys, one after the other, in pieces."""
    for key in keys:
        yield from files.open(key)


def sha256_of_kept(files: FileStore, keys: Sequence[str]) -> tuple[str, int]:
    """The hash and the number of the bytes of these keys together.

    Raises:
        NotFound: one of them is not there.
    """
    digest, size = hashlib.sha256(), 0
    for piece in join(files, keys):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size
