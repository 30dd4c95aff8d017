"""Bundling: a pack as one file, made while it is sent; the same pack gives the same bytes."""

import hashlib
import threading
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from odyssee.actions.reading import manifest_key, object_key
from odyssee.actions.tools import Tools
from odyssee.domain.catalogue import PublishedLegend
from odyssee.domain.packs import standard_files

_EPOCH = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16
_MOST = 64
"""Bundles whose hash is remembered."""


class Bundle(NamedTuple):
    """What is known of a bundle before it is sent."""

    sha256: str
    size_bytes: int


class Bundles:
    """The hashes of the bundles that were asked for lately: each costs one reading of its files."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._known: dict[tuple[str, str | None], Bundle] = {}
        self._lock = threading.Lock()

    def get(self, legend: PublishedLegend, lang: str | None) -> Bundle:
        """Hash and size of a pack in one language, or in all.

        Raises:
            NotFound: an object is missing.
            Unavailable: the store does not answer.
        """
        key = (legend.manifest_sha256, lang)
        with self._lock:
            if key not in self._known:
                if len(self._known) >= _MOST:
                    self._known.clear()
                self._known[key] = self._measure(legend, lang)
            return self._known[key]

    def open(
        self, legend: PublishedLegend, lang: str | None, start: int, length: int
    ) -> Iterator[bytes]:
        """So many bytes of it from a place on; what stands before is made and thrown away."""
        end, at = start + length, 0
        for piece in _pieces(self._tools, legend, lang):
            before, at = at, at + len(piece)
            if at > start:
                yield piece[max(0, start - before) : end - before]
            if at >= end:
                return

    def _measure(self, legend: PublishedLegend, lang: str | None) -> Bundle:
        digest, size = hashlib.sha256(), 0
        for piece in _pieces(self._tools, legend, lang):
            digest.update(piece)
            size += len(piece)
        return Bundle(digest.hexdigest(), size)


class _Taken:
    """A file that a zip is written to, and whose bytes are taken away at once."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """What was written since the last time."""
        taken, self._written = b"".join(self._written), []
        return taken


def _pieces(tools: Tools, legend: PublishedLegend, lang: str | None) -> Iterator[bytes]:
    sink = _Taken()
    store = tools.published
    with ZipFile(sink, "w", ZIP_STORED) as bundle:
        for name, key in _entries(legend, legend.manifest, lang):
            info = ZipInfo(name, _EPOCH)
            info.external_attr = _READABLE
            with bundle.open(info, "w") as entry:
                for piece in store.open(key):
                    entry.write(piece)
                    yield sink.take()
    yield sink.take()


def _entries(
    legend: PublishedLegend, manifest: Mapping[str, Any], lang: str | None
) -> Iterator[tuple[str, str]]:
    """Names in the zip and keys in the store; the manifest first."""
    yield "manifest.json", manifest_key(legend.manifest_sha256, legend.slug)
    for name, file in sorted(standard_files(manifest, lang).items()):
        yield name, object_key(file["sha256"])
