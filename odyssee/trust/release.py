"""Targets, snapshot and timestamp: what a publication signs (TUF 1.0, sections 4.4 to 4.6)."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import RepositoryError, UnsignedMetadataError
from tuf.api.metadata import (
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization import DeserializationError

from odyssee.domain.errors import Damaged, Misconfigured
from odyssee.domain.roles import LIVES, LONGEST_SILENCE

T = TypeVar("T", Targets, Snapshot, Timestamp)

_ENOUGH = {
    "targets": timedelta(days=200),
    "snapshot": timedelta(days=200),
    "timestamp": LIVES["timestamp"] - timedelta(days=1),
}
"""When less of a life is left it is signed again though nothing changed: the timestamp each day."""
TIMESTAMP = "timestamp.json"


class Target(NamedTuple):
    """A file that is vouched for."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Release:
    """The signed metadata of what is published."""

    targets: Metadata[Targets]
    snapshot: Metadata[Snapshot]
    timestamp: Metadata[Timestamp]

    def targets_by_path(self) -> dict[str, Target]:
        """What it vouches for."""
        return {
            path: Target(found.hashes["sha256"], found.length)
            for path, found in self.targets.signed.targets.items()
        }


def read_release(targets: bytes, snapshot: bytes, timestamp: bytes) -> Release:
    """A release from its bytes; no signature is checked.

    Raises:
        Damaged: one of them is something else.
    """
    try:
        return Release(
            Metadata[Targets].from_bytes(targets),
            Metadata[Snapshot].from_bytes(snapshot),
            Metadata[Timestamp].from_bytes(timestamp),
        )
    except (DeserializationError, RepositoryError, ValueError, TypeError, KeyError) as fault:
        raise Damaged("the published metadata is not readable") from fault


def versions_of(timestamp: bytes, snapshot: bytes | None = None) -> int:
    """The version of the snapshot that a timestamp names, or of the targets that a snapshot names.

    Raises:
        Damaged: it is something else.
    """
    try:
        if snapshot is None:
            return Metadata[Timestamp].from_bytes(timestamp).signed.snapshot_meta.version
        return Metadata[Snapshot].from_bytes(snapshot).signed.meta["targets.json"].version
    except (DeserializationError, RepositoryError, ValueError, TypeError, KeyError) as fault:
        raise Damaged("the published metadata is not readable") from fault


def sign_release(
    root: Metadata[Root],
    signers: Mapping[str, CryptoSigner],
    present: Release | None,
    wanted: Mapping[str, Target],
    now: datetime,
    is_taken: Callable[[str], bool] | None = None,
) -> list[tuple[str, bytes]]:
    """What has to be put so that the release vouches for exactly `wanted` and is fresh.

    Args:
        root: the root in force: what its keys did not sign is signed anew.
        signers: the online keys, by identifier.
        present: what is published; null before the first time.
        wanted: by path, such as `packs/dame-de-riants.json`.
        now: every life is counted from it, or from the signature before where that is later.
        is_taken: whether there is a file of that name already, such as one that a signer
            left who was cut short; such numbers are left out.

    Returns:
        Names under `metadata/` and bytes, in the order in which they are put:
        what points comes last. Nothing, when nothing is due.

    Raises:
        Misconfigured: a role's key is not here, or the clock cannot be right.
    """
    signing = _Signing(root, signers, _sound(root, present, now), is_taken or _is_free, [])
    vouched = {} if present is None else present.targets_by_path()
    targets = signing.renewed(
        "targets",
        None if present is None else present.targets,
        lambda: Targets(
            targets={path: _target_file(path, wanted[path]) for path in sorted(wanted)}
        ),
        changed=vouched != dict(wanted),
    )
    snapshot = signing.renewed(
        "snapshot",
        None if present is None else present.snapshot,
        lambda: Snapshot(meta={"targets.json": _meta_of(targets)}),
        changed=bool(signing.put),
    )
    signing.renewed(
        "timestamp",
        None if present is None else present.timestamp,
        # The version alone: who looks every quarter of an hour fetches this file and no other.
        lambda: Timestamp(snapshot_meta=MetaFile(snapshot.signed.version)),
        changed=bool(signing.put),
    )
    return signing.put


@dataclass(frozen=True, slots=True)
class _Signing:
    """A release in the making."""

    root: Metadata[Root]
    signers: Mapping[str, CryptoSigner]
    now: datetime
    is_taken: Callable[[str], bool]
    put: list[tuple[str, bytes]]

    def renewed(
        self, role: str, present: Metadata[T] | None, make: Callable[[], T], *, changed: bool
    ) -> Metadata[T]:
        """The present one where it will do, else a new one, noted among those to put."""
        if present is not None and not changed and self._lasts(role, present):
            return present
        made: Metadata[T] = Metadata(make())
        # Versions follow the clock and rise by one at least: a store that was brought back from
        # a backup, or lost, is not behind what kiosks have seen.
        before = 0 if present is None else present.signed.version
        made.signed.version = max(before + 1, int(self.now.timestamp()))
        if role != "timestamp":
            while self.is_taken(f"{made.signed.version}.{role}.json"):
                made.signed.version += 1
        made.signed.expires = (self.now + LIVES[role]).replace(microsecond=0)
        for signer in self._held(role):
            made.sign(signer, append=True)
        number = "" if role == "timestamp" else f"{made.signed.version}."
        self.put.append((f"{number}{role}.json", made.to_bytes()))
        return made

    def _lasts(self, role: str, present: Metadata[T]) -> bool:
        """Whether it is signed by the keys in force and will be good for a while."""
        if present.signed.expires < self.now + _ENOUGH[role]:
            return False
        return is_signed_by(self.root, role, present)

    def _held(self, role: str) -> list[CryptoSigner]:
        named = self.root.signed.roles[role]
        held = [self.signers[keyid] for keyid in named.keyids if keyid in self.signers]
        if len(held) < named.threshold:
            raise Misconfigured(f"the key of `{role}` is not here", setting="ODYSSEE_KEYS_DIR")
        return held


def is_signed_by(
    root: Metadata[Root],
    role: str,
    made: Metadata[Targets] | Metadata[Snapshot] | Metadata[Timestamp],
) -> bool:
    """Whether the keys that speak for the role by this root signed it."""
    try:
        root.signed.verify_delegate(role, made.signed_bytes, made.signatures)
    except UnsignedMetadataError:
        return False
    return True


def signed_last_at(root: Metadata[Root], present: Release | None) -> datetime | None:
    """When the key in force signed last; null where it has not yet."""
    if present is None or not is_signed_by(root, "timestamp", present.timestamp):
        return None
    return present.timestamp.signed.expires - LIVES["timestamp"]


def _sound(root: Metadata[Root], present: Release | None, now: datetime) -> datetime:
    """The instant that lives are counted from.

    A clock that lags behind the last signature would give signatures that kiosks find expired:
    the last one counts then. A key that was exchanged has no say: that is the way out for whoever
    signed once with a clock that ran ahead, or comes back after years.
    """
    last = signed_last_at(root, present)
    if last is None:
        return now
    if now - last > LONGEST_SILENCE:
        raise Misconfigured(
            f"the clock says {now:%Y-%m-%d}, and the last signature is of {last:%Y-%m-%d}: set "
            "the clock, or, if it is right, odyssee keys rotate timestamp",
            setting="ODYSSEE_KEYS_DIR",
        )
    return max(now, last)


def _is_free(_name: str) -> bool:
    return False


def _target_file(path: str, target: Target) -> TargetFile:
    return TargetFile(target.size_bytes, {"sha256": target.sha256}, path)


def _meta_of(made: Metadata[T]) -> MetaFile:
    data = made.to_bytes()
    return MetaFile(made.signed.version, len(data), {"sha256": hashlib.sha256(data).hexdigest()})
