"""Needing: what a publication needs of a kiosk's folder; every document is known by its hash."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from odyssee.actions.reading import manifest_key, territory_key
from odyssee.domain.canonical import sha256_of
from odyssee.domain.errors import Damaged
from odyssee.domain.syncing import (
    MAX_MANIFEST_BYTES,
    Profile,
    check_manifest,
    is_readable,
    wanted_objects,
)
from odyssee.files.kiosk_folder import KioskFolder, Pointer
from odyssee.files.sources import Source, read_bounded
from odyssee.trust.following import Trusted

MAX_TERRITORY_BYTES = 5_000_000
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(slots=True)
class Need:
    """What a publication needs."""

    pointer: Pointer
    documents: dict[str, bytes] = field(default_factory=dict)
    """By key; each is what its name promises."""
    objects: dict[str, int] = field(default_factory=dict)
    """Size by SHA-256."""
    packs: dict[str, int] = field(default_factory=dict)
    """Revision by slug."""
    waiting: list[str] = field(default_factory=list)
    """Packs that a newer software is needed for."""
    is_whole: bool = True
    """Whether every document of it could be read."""


NOTHING = Pointer("", 0)


def plan_offered(folder: KioskFolder, source: Source, profile: Profile, trusted: Trusted) -> Need:
    """What is vouched for now needs; documents that lack are fetched and checked.

    Raises:
        Damaged: what is vouched for does not belong together, or is not what came.
        NotFound, Unavailable: the source has it not, or does not answer.
    """
    target = trusted.targets.get("territory.json")
    if target is None:
        raise Damaged("no territory is vouched for")
    if target.size_bytes > MAX_TERRITORY_BYTES:
        raise Damaged("a territory that is too long")
    data = _document(folder, source, territory_key(target.sha256), target.sha256, target.size_bytes)
    entries, pointer = _entries(data, target.sha256)
    for slug, sha256 in entries.items():
        found = trusted.targets.get(f"packs/{slug}.json")
        if found is None or found.sha256 != sha256:
            raise Damaged("territory and manifests do not belong together")
    return _need(folder, source, profile, pointer, data, entries)


def plan_again(folder: KioskFolder, source: Source, profile: Profile, pointer: Pointer) -> Need:
    """What is served needs; a document that was damaged is fetched anew, and known by its hash.

    Raises:
        Damaged, NotFound, Unavailable: as `plan_offered`.
    """
    key = territory_key(pointer.territory)
    data = _document(folder, source, key, pointer.territory, MAX_TERRITORY_BYTES)
    entries, _ = _entries(data, pointer.territory)
    return _need(folder, source, profile, pointer, data, entries)


def need_of(folder: KioskFolder, pointer: Pointer | None, profile: Profile) -> Need:
    """What a publication that is there needs, as far as it can be read; nothing is fetched."""
    need = Need(pointer or NOTHING)
    if pointer is None:
        return need
    key = territory_key(pointer.territory)
    data = _kept(folder, key, pointer.territory)
    if data is None:
        need.is_whole = False
        return need
    need.documents[key] = data
    for slug, sha256 in _entries(data, pointer.territory)[0].items():
        key = manifest_key(sha256, slug)
        found = _kept(folder, key, sha256)
        if found is None:
            need.is_whole = False
        else:
            need.documents[key] = found
            _add(need, slug, json.loads(found), profile)
    return need


def _need(
    folder: KioskFolder,
    source: Source,
    profile: Profile,
    pointer: Pointer,
    territory: bytes,
    entries: Mapping[str, str],
) -> Need:
    need = Need(pointer, {territory_key(pointer.territory): territory})
    for slug, sha256 in entries.items():
        key = manifest_key(sha256, slug)
        data = _document(folder, source, key, sha256, MAX_MANIFEST_BYTES)
        try:
            manifest = json.loads(data)
            if not is_readable(manifest):
                need.waiting.append(slug)
                continue
            check_manifest(manifest, slug)
            _add(need, slug, manifest, profile)
        except _UNREADABLE as fault:
            raise Damaged(f"the manifest of {slug} is not readable") from fault
        need.documents[key] = data
    return need


def _add(need: Need, slug: str, manifest: Mapping[str, Any], profile: Profile) -> None:
    need.objects |= wanted_objects(manifest, profile)
    need.packs[slug] = manifest["revision"]


def _entries(data: bytes, sha256: str) -> tuple[dict[str, str], Pointer]:
    """The manifests that a territory names, by slug, and its pointer."""
    try:
        document = json.loads(data)
        named = {str(slug): entry["manifest"] for slug, entry in document["legends"].items()}
        return named, Pointer(sha256, int(document["revision"]))
    except _UNREADABLE as fault:
        raise Damaged("the territory is not readable") from fault


def _kept(folder: KioskFolder, key: str, sha256: str) -> bytes | None:
    data = folder.document(key)
    return data if data is not None and sha256_of(data) == sha256 else None


def _document(folder: KioskFolder, source: Source, key: str, sha256: str, max_bytes: int) -> bytes:
    """A document that is known by its hash, from the folder or from the source."""
    kept = _kept(folder, key, sha256)
    if kept is not None:
        return kept
    room, _, name = key.partition("/")
    data = read_bounded(source.document(room, name), max_bytes)
    if sha256_of(data) != sha256:
        raise Damaged(f"{name} is not what is vouched for")
    return data
