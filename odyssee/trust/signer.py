"""The signer: a folder with the keys of this machine and the roots that they belong to."""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root

from odyssee.domain.errors import Damaged, Misconfigured, Unavailable
from odyssee.domain.roles import ROLES, ROOT_KEYS, RoleName
from odyssee.trust.keyring import SUFFIX, make_key, read_key, read_keys, write_new
from odyssee.trust.release import Release, Target, sign_release
from odyssee.trust.roots import lacking_signatures, new_root, read_root, sign_root

_LOCK = ".lock"
_SETTING = "ODYSSEE_KEYS_DIR"


class Signer:
    """Signs what is published. Keys are read when they are first needed."""

    def __init__(self, folder: Path, *, makes_keys: bool) -> None:
        """A signer over `folder`; `makes_keys` says whether it may make keys for development."""
        self.folder = folder
        self._makes_keys = makes_keys
        self._lock = threading.Lock()

    @property
    def has_keys(self) -> bool:
        """Whether there is a root to sign under."""
        return self._path(1).exists()

    def roots(self, now: datetime) -> list[tuple[int, bytes]]:
        """Every root so far, the first one first; keys for development where there are none.

        Raises:
            Misconfigured: there are no keys, and none may be made.
            Unavailable: the folder cannot be read or written.
        """
        with self._lock:
            if not self.has_keys:
                if not self._makes_keys:
                    raise Misconfigured("no keys are here; odyssee keys init", setting=_SETTING)
                self._make_for_development(now)
        found: list[tuple[int, bytes]] = []
        while (path := self._path(len(found) + 1)).exists():
            try:
                found.append((len(found) + 1, path.read_bytes()))
            except OSError as fault:
                raise Unavailable(f"{path.name}: {fault.strerror}") from fault
        return found

    def root(self, now: datetime) -> Metadata[Root]:
        """The root in force."""
        return read_root(self.roots(now)[-1][1])

    def make_keys(
        self,
        now: datetime,
        *,
        development: bool,
        root_folder: Path | None = None,
        passphrases: tuple[str, ...] = (),
    ) -> Metadata[Root]:
        """Keys for every role, and the first root, signed.

        Args:
            now: when the root's life begins.
            development: the root says that its keys are for trying out.
            root_folder: where the keys of the root go; with the others if null.
            passphrases: one for each key of the root, where they are sealed.

        Raises:
            Misconfigured: there are keys already.
        """
        with self._alone():
            if self.has_keys:
                raise Misconfigured("keys are here already; odyssee keys status", setting=_SETTING)
            return self._make(
                now,
                root_folder or self.folder,
                passphrases or (None,) * ROOT_KEYS,
                development=development,
            )

    def _make_for_development(self, now: datetime) -> None:
        """Another process may have made them while this one waited for its turn."""
        with self._alone():
            if not self.has_keys:
                self._make(now, self.folder, (None,) * ROOT_KEYS, development=True)

    def _make(
        self,
        now: datetime,
        root_folder: Path,
        passphrases: tuple[str | None, ...],
        *,
        development: bool,
    ) -> Metadata[Root]:
        for folder in (self._metadata, root_folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made: dict[RoleName, list[CryptoSigner]] = {
            "root": [
                _obtain(root_folder / f"root-{number}{SUFFIX}", passphrase)
                for number, passphrase in enumerate(passphrases, 1)
            ]
        }
        for role in ROLES[1:]:
            made[role] = [_obtain(self.folder / f"{role}{SUFFIX}")]
        public = {role: [signer.public_key for signer in made[role]] for role in ROLES}
        root = new_root(public, now, development=development)
        sign_root(root, made["root"])
        self._keep(root)
        return root

    def install(self, root: Metadata[Root], now: datetime) -> None:
        """Put the next root in force.

        Raises:
            Damaged: it does not follow the present one, or signatures lack.
        """
        with self._alone():
            present = self.root(now)
            following = present.signed.version + 1
            if root.signed.version != following:
                raise Damaged(f"this is root {root.signed.version}; {following} comes next")
            lacking = lacking_signatures(present, root)
            if lacking:
                raise Damaged(f"{lacking} signatures lack")
            self._keep(root)

    def sign(
        self,
        present: Release | None,
        wanted: Mapping[str, Target],
        now: datetime,
        is_taken: Callable[[str], bool] | None = None,
    ) -> list[tuple[str, bytes]]:
        """What has to be put for `wanted`; see `sign_release`."""
        keys = read_keys(self.folder)
        return sign_release(self.root(now), keys, present, wanted, now, is_taken)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time makes keys or roots here."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            opened = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as fault:
            raise Unavailable(f"{self.folder.name}: {fault.strerror}") from fault
        try:
            fcntl.flock(opened, fcntl.LOCK_EX)
            yield
        finally:
            os.close(opened)

    @property
    def _metadata(self) -> Path:
        return self.folder / "metadata"

    def _path(self, version: int) -> Path:
        return self._metadata / f"{version}.root.json"

    def _keep(self, root: Metadata[Root]) -> None:
        path = self._path(root.signed.version)
        try:
            write_new(path, root.to_bytes())
        except OSError as fault:
            raise Unavailable(f"{path.name}: {fault.strerror}") from fault


def _obtain(path: Path, passphrase: str | None = None) -> CryptoSigner:
    """A new key, or the one that a start which was cut short has left."""
    return read_key(path, passphrase) if path.exists() else make_key(path, passphrase)
