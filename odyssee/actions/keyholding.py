"""Keyholding: keys are made, exchanged and looked after; the holders of the root sign by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata, Root

from odyssee.actions.signing import find_release, renew
from odyssee.actions.tools import Tools
from odyssee.domain.errors import Damaged, Misconfigured
from odyssee.domain.roles import CLOCK_SLACK, LONGEST_SILENCE, ROLES, ROOT_WARNING, RoleName
from odyssee.files.store import FileStore
from odyssee.trust.keyring import SUFFIX, is_sealed, make_key, read_key, read_keys
from odyssee.trust.release import signed_last_at
from odyssee.trust.roots import (
    is_for_development,
    lacking_signatures,
    next_root,
    read_root,
    sign_root,
)
from odyssee.trust.signer import Signer

MAX_ROOT_BYTES = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleState:
    """How one role stands."""

    role: RoleName
    keys: tuple[str, ...]
    """Identifiers of the keys that may sign."""
    threshold: int
    here: int
    """How many of them lie in the signer's folder."""
    expires_at: datetime | None
    """Of what it signed last; null where nothing is published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyState:
    """How the keys stand."""

    root_version: int
    is_for_development: bool
    roles: tuple[RoleState, ...]
    warnings: tuple[str, ...]
    """Codes: `expired_<role>`, `root_soon`, `key_missing_<role>`, `clock_behind`, `clock_ahead`."""


def make_keys(
    signer: Signer, now: datetime, root_folder: Path | None, passphrases: tuple[str, ...]
) -> Path:
    """Keys for every role; for development where no folder for those of the root is given.

    Returns:
        The folder of the keys that sign day by day.

    Raises:
        Misconfigured: there are keys already.
    """
    signer.make_keys(
        now, development=root_folder is None, root_folder=root_folder, passphrases=passphrases
    )
    return signer.folder


def look_at_keys(signer: Signer, store: FileStore, now: datetime) -> KeyState:
    """Which keys speak for which role, where they are, and until when their signatures count.

    Raises:
        Misconfigured: there are no keys here.
    """
    _check_keys(signer)
    root, release = signer.root(now).signed, find_release(store)
    here = {*read_keys(signer.folder)}
    ends = {"root": root.expires}
    if release is not None:
        ends |= {
            "targets": release.targets.signed.expires,
            "snapshot": release.snapshot.signed.expires,
            "timestamp": release.timestamp.signed.expires,
        }
    roles = tuple(
        RoleState(
            role=role,
            keys=tuple(root.roles[role].keyids),
            threshold=root.roles[role].threshold,
            here=len(here.intersection(root.roles[role].keyids)),
            expires_at=ends.get(role),
        )
        for role in ROLES
    )
    return KeyState(
        root_version=root.version,
        is_for_development=is_for_development(signer.root(now)),
        roles=roles,
        warnings=(
            *_warnings(roles, now),
            *_clock_warnings(signed_last_at(signer.root(now), release), now),
        ),
    )


def _warnings(roles: tuple[RoleState, ...], now: datetime) -> list[str]:
    found = []
    for state in roles:
        if state.expires_at is not None and state.expires_at <= now:
            found.append(f"expired_{state.role}")
        elif state.role == "root" and state.expires_at and state.expires_at - ROOT_WARNING <= now:
            found.append("root_soon")
        if state.role != "root" and state.here < state.threshold:
            found.append(f"key_missing_{state.role}")
    return found


def _clock_warnings(last: datetime | None, now: datetime) -> list[str]:
    if last is None:
        return []
    if last - now > CLOCK_SLACK:
        return ["clock_behind"]
    return ["clock_ahead"] if now - last > LONGEST_SILENCE else []


@dataclass(frozen=True, slots=True)
class Proposal:
    """A root that waits for the signatures of its holders."""

    path: Path
    lacking: int
    """How many signatures it lacks."""
    dropped: int
    """How many it had before it was changed; those holders sign again."""


def exchange_keys(
    signer: Signer,
    now: datetime,
    roles: Sequence[RoleName],
    gone: str | None = None,
    key_file: Path | None = None,
) -> Proposal:
    """Propose the next root: other keys for some roles, or the same keys for two years more.

    A proposal that waits already is gone on with: what it exchanges stays
    exchanged. Where the keys of the root lie in the signer's folder, as those
    for development do, the proposal is signed with them.

    Args:
        signer: holds the root in force.
        now: the new root's life begins.
        roles: whose keys are exchanged; none to prolong the root alone.
        gone: the key of the root that goes, by identifier or its beginning;
            the other roles have one key each.
        key_file: where the new key is written; in the signer's folder if null.

    Raises:
        Misconfigured: there are no keys, no key or more than one is meant by `gone`, or
            the file of the new one is taken.
        Damaged: the proposal that waits is not readable.
    """
    _check_keys(signer)
    present = signer.root(now)
    number = present.signed.version + 1
    path = signer.folder / f"{number}.root.proposed.json"
    waiting = _waiting(path, number)
    if waiting is not None and not roles:  # it prolongs the root as it is
        return Proposal(path, lacking_signatures(present, waiting), 0)
    base = waiting or present
    leaving = {role: _meant(base.signed.roles[role].keyids, gone) for role in roles}
    exchanged: dict[RoleName, tuple[str | None, Any]] = {}
    for role, goes in leaving.items():
        made = make_key(key_file or _free(signer.folder, f"{role}-v{number}"))
        exchanged[role] = (goes, made.public_key)
    proposed = next_root(present, now, exchanged, waiting)
    held = read_keys(signer.folder)
    speaking = {*present.signed.roles["root"].keyids, *proposed.signed.roles["root"].keyids}
    sign_root(proposed, [held[keyid] for keyid in sorted(speaking) if keyid in held])
    _replace(path, proposed.to_bytes())
    dropped = 0 if waiting is None else len(set(waiting.signatures) - set(proposed.signatures))
    return Proposal(path, lacking_signatures(present, proposed), dropped)


def _waiting(path: Path, number: int) -> Metadata[Root] | None:
    if not path.exists():
        return None
    try:
        found = read_root(_read(path))
    except Damaged as unreadable:
        raise Damaged(f"{path.name} is no root metadata: remove it, and begin anew") from unreadable
    if found.signed.version != number:
        raise Damaged(f"{path.name} holds another root than its name says: remove it")
    return found


def _free(folder: Path, name: str) -> Path:
    """A name for a new key: one that was proposed before and is not wanted any more stays."""
    path, count = folder / f"{name}{SUFFIX}", 1
    while path.exists():
        count += 1
        path = folder / f"{name}-{count}{SUFFIX}"
    return path


def _replace(path: Path, data: bytes) -> None:
    """Whole or not at all: signatures that people gave are in it."""
    beside = path.with_name(f".{path.name}")
    beside.write_bytes(data)
    beside.replace(path)


def _meant(keyids: list[str], gone: str | None) -> str:
    found = [keyid for keyid in keyids if gone is None or keyid.startswith(gone)]
    if len(found) != 1:
        told = ", ".join(keyid[:8] for keyid in keyids)
        raise Misconfigured(f"name one of these keys: {told}", setting="--key")
    return found[0]


def sign_proposal(path: Path, key_file: Path, passphrase: str | None) -> int:
    """Add the signature of a holder to a proposed root; needs nothing else of the server.

    Returns:
        How many signatures it lacks by its own keys; those of the root before
        are counted when it is installed.

    Raises:
        Damaged: the file is no root.
        Misconfigured: the key cannot be read, or its passphrase is wrong.
    """
    root = read_root(_read(path))
    sign_root(root, [read_key(key_file, passphrase)])
    _replace(path, root.to_bytes())
    return lacking_signatures(None, root)


def needs_passphrase(key_file: Path) -> bool:
    """Whether the key in the file is sealed."""
    return is_sealed(key_file)


def install_root(tools: Tools, path: Path) -> int:
    """Put a proposed root in force, and sign what is published anew under it.

    Returns:
        Its version.

    Raises:
        Damaged: it does not follow the root in force, or signatures lack.
        Misconfigured: this process does not sign.
    """
    signer = tools.desk.signer
    if signer is None:
        raise Misconfigured("another process signs here", setting="ODYSSEE_SIGNER")
    _check_keys(signer)
    root = read_root(_read(path))
    signer.install(root, tools.clock())
    renew(tools)
    return int(root.signed.version)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MAX_ROOT_BYTES + 1)
    if len(data) > MAX_ROOT_BYTES:
        raise Damaged(f"{path.name} is no root metadata")
    return data


def _check_keys(signer: Signer) -> None:
    if not signer.has_keys:
        raise Misconfigured("no keys are here; odyssee keys init", setting="ODYSSEE_KEYS_DIR")


def read_root_file(path: Path) -> bytes:
    """The root that a person brings to a kiosk.

    Raises:
        Damaged: the file is no root.
    """
    data = _read(path)
    read_root(data)
    return data
