"""Signing: the metadata by which strangers know what was published here (The Update Framework)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from odyssee.actions.reading import (
    METADATA,
    find_pointer,
    find_territory_document,
    manifest_key,
    territory_key,
)
from odyssee.actions.tools import Tools
from odyssee.db import territories
from odyssee.db.session import Tx
from odyssee.domain.canonical import sha256_of
from odyssee.domain.errors import Damaged, Misconfigured, NotFound, Unavailable
from odyssee.files.store import FileStore
from odyssee.trust.release import TIMESTAMP, Release, Target, read_release, versions_of
from odyssee.trust.signer import Signer

_JSON = "application/json"
TERRITORY = "territory.json"
SOFTWARE = "software.json"
"""What kiosks are to run, where the office offers something."""


class Offered(NamedTuple):
    """What is to be offered from now on."""

    target: Target | None
    """Null for nothing."""


def manifest_path(slug: str) -> str:
    """The path of a legend's manifest among the targets."""
    return f"packs/{slug}.json"


def sign_territory(
    tools: Tools,
    tx: Tx,
    document: Mapping[str, Any],
    territory: Target,
    software: Offered | None = None,
) -> None:
    """Vouch for a territory document and the manifests that it names; what points is put last.

    What is offered to kiosks stays as it is unless `software` says otherwise. The
    caller's transaction holds the lock on the territory, and all that is named is put.

    Raises:
        Misconfigured: this process holds no keys, or others than the store was signed with,
            or its clock cannot be right.
        Damaged: a manifest is missing.
        Unavailable: the store or the folder of the keys does not answer, or another worker
            signed meanwhile.
    """
    signer, now = _signer(tools), tools.clock()
    timestamp = _find_timestamp(tools.published)
    present = None if timestamp is None else _release_of(tools.published, timestamp)
    wanted = _wanted(tools, document, territory, present)
    if software is not None:
        wanted.pop(SOFTWARE, None)
        wanted |= {} if software.target is None else {SOFTWARE: software.target}
    _put_roots(tools.published, signer.roots(now))

    def is_taken(name: str) -> bool:
        return tools.published.exists(f"{METADATA}/{name}")

    for name, data in signer.sign(present, wanted, now, is_taken):
        if name == TIMESTAMP:
            _put_timestamp(tools.published, tx, timestamp, data)
        else:
            _put_numbered(tools.published, f"{METADATA}/{name}", data)


def _wanted(
    tools: Tools, document: Mapping[str, Any], territory: Target, present: Release | None
) -> dict[str, Target]:
    known = present.targets_by_path() if present else {}
    wanted = {TERRITORY: territory}
    if SOFTWARE in known:
        wanted[SOFTWARE] = known[SOFTWARE]
    for slug, entry in document["legends"].items():
        path, sha256 = manifest_path(slug), entry["manifest"]
        kept = known.get(path)
        size = kept.size_bytes if kept and kept.sha256 == sha256 else _size(tools, sha256, slug)
        wanted[path] = Target(sha256, size)
    return wanted


def renew(tools: Tools) -> bool:
    """Sign anew what grows old, or was signed by keys that were exchanged; the worker's daily deed.

    Returns:
        Whether anything is published at all.
    """
    with tools.desk.db.transaction() as tx:
        return sign_again(tools, tx)


def sign_again(tools: Tools, tx: Tx, software: Offered | None = None) -> bool:
    """Vouch for what is published as it is, in a transaction that holds no territory yet.

    Returns:
        Whether anything is published at all.

    Raises:
        As `sign_territory`.
    """
    territories.lock_territory(tx)
    document, pointer = find_territory_document(tools.published), find_pointer(tools.published)
    if document is None or pointer is None:
        return False
    stat = tools.published.stat(territory_key(pointer.territory))
    size = 0 if stat is None else stat.size_bytes
    territories.check_lock(tx)
    sign_territory(tools, tx, document, Target(pointer.territory, size), software)
    return True


def find_release(store: FileStore) -> Release | None:
    """The signed metadata that is published, unchecked; null before the first time.

    Raises:
        Damaged: a part of it is missing or of another form.
    """
    timestamp = _find_timestamp(store)
    return None if timestamp is None else _release_of(store, timestamp)


def _find_timestamp(store: FileStore) -> bytes | None:
    try:
        return store.get(f"{METADATA}/{TIMESTAMP}")
    except NotFound:
        return None


def _release_of(store: FileStore, timestamp: bytes) -> Release:
    try:
        snapshot = store.get(f"{METADATA}/{versions_of(timestamp)}.snapshot.json")
        targets = store.get(f"{METADATA}/{versions_of(timestamp, snapshot)}.targets.json")
    except NotFound as missing:
        raise Damaged("a part of the published metadata is missing") from missing
    return read_release(targets, snapshot, timestamp)


def _signer(tools: Tools) -> Signer:
    if tools.desk.signer is None:
        raise Misconfigured("another process signs here", setting="ODYSSEE_SIGNER")
    return tools.desk.signer


def _size(tools: Tools, sha256: str, slug: str) -> int:
    key = manifest_key(sha256, slug)
    stat = tools.published.stat(key)
    if stat is None:
        raise Damaged(f"{key} is missing")
    return stat.size_bytes


def _put_numbered(store: FileStore, key: str, data: bytes) -> None:
    """Put a file that has a number; it is never written over.

    A worker whose lock was lost may still be signing: of two that take the same
    number at once one goes on, and the other tries again, with the next.
    """
    made = store.put_if_absent(key, data, sha256=sha256_of(data), content_type=_JSON)
    if not made and store.get(key) != data:
        raise Unavailable(f"{key} was signed by another worker")


def _put_timestamp(store: FileStore, tx: Tx, before: bytes | None, data: bytes) -> None:
    """Put what points, if this worker holds its lock still and nobody has put another."""
    territories.check_lock(tx)
    if _find_timestamp(store) != before:
        raise Unavailable("another worker signed meanwhile")
    store.put(f"{METADATA}/{TIMESTAMP}", data, sha256=sha256_of(data), content_type=_JSON)


def _put_roots(store: FileStore, roots: list[tuple[int, bytes]]) -> None:
    """Every root that the store lacks; a store that other keys signed is left alone."""
    for version, data in roots:
        key = f"{METADATA}/{version}.root.json"
        if store.put_if_absent(key, data, sha256=sha256_of(data), content_type=_JSON):
            continue
        if version == 1 and store.get(key) != data:
            raise Misconfigured(
                "the published store was signed with other keys than these: bring those back, "
                "or publish into an empty store",
                setting="ODYSSEE_KEYS_DIR",
            )
