"""Where a kiosk fetches from: a server, or a stick that holds the same tree. Neither is trusted."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import urllib3

from odyssee.domain.errors import Damaged, NotFound, Unavailable

PIECE_BYTES = 1024 * 1024
LANES = 4
"""How many objects come at a time: while one is hashed and written, the next are on the line."""
_TIMEOUT = urllib3.Timeout(connect=10.0, read=30.0)
_FOLDERS = ("metadata", "targets", "objects")


class Stream(NamedTuple):
    """An object on its way."""

    starts_at: int
    """Where the bytes really begin: 0 when the rest alone could not be had."""
    pieces: Iterator[bytes]


class Source(Protocol):
    """Brings what is published, by names that we make: nothing of it is ever used as a path."""

    def document(self, folder: str, name: str) -> Iterator[bytes]:
        """A small file of `metadata` or `targets`.

        Raises:
            NotFound: it has none of that name.
            Unavailable: it does not answer.
        """

    def open_object(self, sha256: str, start: int) -> Stream:
        """An object, from `start` on where that can be had.

        Raises:
            NotFound: it has no such object.
            Unavailable: it does not answer.
        """


class HttpSource:
    """A server, under its address without a slash at the end."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._pool = urllib3.PoolManager(
            num_pools=1, maxsize=LANES, retries=False, timeout=_TIMEOUT
        )

    def document(self, folder: str, name: str) -> Iterator[bytes]:
        """See `Source.document`."""
        below = "" if folder == "metadata" else f"{folder}/"
        return _pieces(self._get(f"/v1/tuf/{below}{name}", {}))

    def open_object(self, sha256: str, start: int) -> Stream:
        """See `Source.open_object`."""
        asked = {"Range": f"bytes={start}-", "If-Range": f'"{sha256}"'} if start else {}
        response = self._get(f"/v1/objects/{sha256}", asked)
        resumed = response.status == 206 and response.headers.get("Content-Range", "").startswith(
            f"bytes {start}-"
        )
        if response.status == 206 and not resumed:
            response.close()
            raise Unavailable("the server sent another range than was asked for")
        return Stream(start if resumed else 0, _pieces(response))

    def _get(self, path: str, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        try:
            response = self._pool.request(
                "GET",
                self._url + path,
                headers={"Accept-Encoding": "identity", **headers},
                preload_content=False,
                redirect=False,
                decode_content=False,
            )
        except (urllib3.exceptions.HTTPError, ValueError, UnicodeError) as fault:
            raise Unavailable(f"{self._url} does not answer ({type(fault).__name__})") from fault
        if response.status in {200, 206}:
            return response
        response.close()
        if response.status in {403, 404, 410}:
            raise NotFound(path=path)
        raise Unavailable(f"{self._url} answers {response.status}")


def _pieces(response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    whole = False
    try:
        # What is there, not so much and no less: who drips is seen, and held against the clock.
        while piece := response.read1(PIECE_BYTES, decode_content=False):
            yield piece
        whole = True
    except (urllib3.exceptions.HTTPError, OSError) as fault:
        raise Unavailable(f"the connection broke ({type(fault).__name__})") from fault
    finally:
        if whole:
            response.release_conn()  # the next request takes the same connection
        else:
            response.close()  # what is left of an answer that is not wanted is not read


class FolderSource:
    """A folder, such as a stick: no link is followed, only plain files are opened."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def document(self, folder: str, name: str) -> Iterator[bytes]:
        """See `Source.document`."""
        return self._open([folder, *name.split("/")], 0)

    def open_object(self, sha256: str, start: int) -> Stream:
        """See `Source.open_object`."""
        return Stream(start, self._open(["objects", sha256], start))

    def _open(self, steps: list[str], start: int) -> Iterator[bytes]:
        """The bytes of a file below the root; each step is opened without following links."""
        held: list[int] = []
        try:
            held.append(os.open(self._root, os.O_RDONLY | os.O_DIRECTORY))
            for step in steps[:-1]:
                flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
                held.append(os.open(step, flags, dir_fd=held[-1]))
            # Not blocking: a pipe that lies there must not hold us up.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            opened = os.open(steps[-1], flags, dir_fd=held[-1])
        except OSError as missing:
            raise NotFound(path="/".join(steps)) from missing
        finally:
            for descriptor in held:
                os.close(descriptor)
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            os.close(opened)
            raise NotFound(path="/".join(steps))
        return _read(opened, start)


def _read(opened: int, start: int) -> Iterator[bytes]:
    with os.fdopen(opened, "rb", buffering=0) as file:
        try:
            file.seek(start)
            while piece := file.read(PIECE_BYTES):
                yield piece
        except OSError as fault:
            raise Unavailable(f"the stick fails ({fault.strerror})") from fault


def read_bounded(pieces: Iterator[bytes], max_bytes: int) -> bytes:
    """All of a small document.

    Raises:
        Damaged: it is longer than `max_bytes`.
    """
    kept = bytearray()
    for piece in pieces:
        kept += piece
        if len(kept) > max_bytes:
            raise Damaged(f"a document of more than {max_bytes} bytes")
    return bytes(kept)
