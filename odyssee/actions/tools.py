"""What the wiring hands to each deed: the hands, the shelf of published legends, the clock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from odyssee.domain.catalogue import Catalogue, empty_catalogue
from odyssee.domain.partners import Partner
from odyssee.domain.uploads import DEFAULT_LIMITS, UploadLimits

if TYPE_CHECKING:
    # A server that only reads never loads SQL: the types are enough for it.
    from odyssee.db.session import Database
    from odyssee.files.server_key import ServerKey
    from odyssee.files.store import FileStore
    from odyssee.media.brought_voice import BroughtVoice
    from odyssee.trust.signer import Signer

Clock = Callable[[], datetime]
"""Gives the present as an aware UTC instant."""


class Shelf:
    """Holds the Catalogue that is served; readers take it whole, a publication swaps it whole.

    A request that took a Catalogue finishes on it: nothing in it ever changes.
    """

    def __init__(self) -> None:
        self._catalogue = empty_catalogue()
        self._pointer: str | None = None
        self.refused: str | None = None
        """The pointer that was refused last for being older, so that it is told once."""
        self._watchers: list[Callable[[Catalogue], None]] = []
        self._lock = threading.Lock()

    def current(self) -> Catalogue:
        """The catalogue that is served now."""
        return self._catalogue

    @property
    def pointer(self) -> str | None:
        """The hash of the territory document that is served; null before the first."""
        return self._pointer

    def on_swap(self, watcher: Callable[[Catalogue], None]) -> None:
        """Call the watcher with each new catalogue, before it is served, and with the present."""
        self._watchers.append(watcher)
        watcher(self._catalogue)

    def swap(self, catalogue: Catalogue, pointer: str) -> None:
        """Serve this catalogue from now on."""
        with self._lock:
            for watcher in self._watchers:
                watcher(catalogue)
            self._catalogue = catalogue
            self._pointer = pointer


class Progress(Protocol):
    """Told how far a long deed is, by the deed itself."""

    def begin(self, what: str, total: int) -> None:
        """A stage begins: `total` steps of `what` (a code: `media`, `packs`)."""

    def step(self, name: str) -> None:
        """One step of the stage is done."""

    def end(self) -> None:
        """The stage is done."""


class NoProgress:
    """Progress that nobody watches."""

    def begin(self, what: str, total: int) -> None:
        """Tell nobody."""

    def step(self, name: str) -> None:
        """Tell nobody."""

    def end(self) -> None:
        """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Everything a deed may touch, built once by the wiring and passed first."""

    published: FileStore
    """The published store: what visitors, kiosks and CDNs read."""
    shelf: Shelf
    clock: Clock
    public_url: str
    """Where visitors find this server, without a slash at its end."""
    curation: Curation | None = None
    """Null on a server that only reads."""

    @property
    def desk(self) -> Curation:
        """The hands of curation.

        Raises:
            RuntimeError: this process was built to read only; a fault of the wiring.
        """
        if self.curation is None:
            raise RuntimeError("this process reads only")
        return self.curation


@dataclass(frozen=True, slots=True, kw_only=True)
class Curation:
    """The hands that only curation and publication need."""

    db: Database
    files: FileStore
    """Originals and renditions, private: another store or prefix than the published one."""
    key: ServerKey
    """What seals and tags what the database must not tell by itself."""
    encoders: int
    """How many processes encode media side by side."""
    signer: Signer | None = None
    """Null where another process signs: then this one only asks for it."""
    voice: BroughtVoice | None = None
    """A voice that somebody brought, before those of this machine."""
    limits: UploadLimits = DEFAULT_LIMITS
    partners: tuple[Partner, ...] = ()
    """The other systems that may be imported from."""
    asks_private: bool = False
    """Whether a partner may be a machine of our own network."""
    scratch: Path | None = None
    """Where work under way lies, and is swept; null for the system's own place."""
