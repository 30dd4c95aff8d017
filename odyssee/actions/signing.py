"""Signing: the metadata by which strangers know what was published here (The Update Framework)."""

from collections.abc import Mapping
from typing import Any

from odyssee.actions.reading import (
    METADATA,
    find_pointer,
    find_territory_document,
    manifest_key,
    territory_key,
)
from odyssee.actions.tools import Tools
from odyssee.db import territories
from odyssee.domain.canonical import sha256_of
from odyssee.domain.errors import Damaged, Misconfigured, NotFound, Unavailable
from odyssee.files.store import FileStore
from odyssee.trust.release import TIMESTAMP, Release, Target, read_release, versions_of
from odyssee.trust.signer import Signer

_JSON = "application/json"
TERRITORY = "territory.json"


def manifest_path(slug: str) -> str:
    """The path of a legend's manifest among the targets."""
    return f"packs/{slug}.json"


def sign_territory(tools: Tools, document: Mapping[str, Any], territory: Target) -> None:
    """Vouch for a territory document and the manifests that it names; what points is put last.

    The caller holds the lock on the territory, and has put all that is named.

    Raises:
        Misconfigured: this process holds no keys, or others than the store was signed with.
        Damaged: a manifest is missing.
        Unavailable: the store or the folder of the keys does not answer.
    """
    signer, now = _signer(tools), tools.clock()
    present = find_release(tools.published)
    known = present.targets_by_path() if present else {}
    wanted = {TERRITORY: territory}
    for slug, entry in document["legends"].items():
        path, sha256 = manifest_path(slug), entry["manifest"]
        kept = known.get(path)
        size = kept.size_bytes if kept and kept.sha256 == sha256 else _size(tools, sha256, slug)
        wanted[path] = Target(sha256, size)
    _put_roots(tools.published, signer.roots(now))
    for name, data in signer.sign(present, wanted, now):
        _put(tools.published, f"{METADATA}/{name}", data, anew=name != TIMESTAMP)


def renew(tools: Tools) -> bool:
    """Sign anew what grows old, or was signed by keys that were exchanged; the worker's daily deed.

    Returns:
        Whether anything is published at all.
    """
    with tools.desk.db.transaction() as tx:
        territories.lock_territory(tx)
        document, pointer = find_territory_document(tools.published), find_pointer(tools.published)
        if document is None or pointer is None:
            return False
        stat = tools.published.stat(territory_key(pointer.territory))
        size = 0 if stat is None else stat.size_bytes
        territories.check_lock(tx)
        sign_territory(tools, document, Target(pointer.territory, size))
    return True


def find_release(store: FileStore) -> Release | None:
    """The signed metadata that is published, unchecked; null before the first time.

    Raises:
        Damaged: a part of it is missing or of another form.
    """
    try:
        timestamp = store.get(f"{METADATA}/{TIMESTAMP}")
    except NotFound:
        return None
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


def _put(store: FileStore, key: str, data: bytes, *, anew: bool) -> None:
    """Put a signed file; one that has a number is never written over.

    A worker whose lock was lost may still be signing: of two that take the same
    number one goes on, and the other tries again later.
    """
    sha256 = sha256_of(data)
    if not anew:
        store.put(key, data, sha256=sha256, content_type=_JSON)
        return
    made = store.put_if_absent(key, data, sha256=sha256, content_type=_JSON)
    if not made and store.get(key) != data:
        raise Unavailable(f"{key} was signed by another worker")


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
