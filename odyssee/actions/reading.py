"""Reading what is published: from the pointer to a Catalogue in memory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from odyssee.actions.tools import Tools
from odyssee.domain.canonical import sha256_of
from odyssee.domain.catalogue import Catalogue, PublishedLegend
from odyssee.domain.closures import closure_from_document
from odyssee.domain.errors import Damaged, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odyssee.files.store import FileStore

POINTER_KEY = "metadata/current.json"
"""What points is written last; the metadata of The Update Framework will stand beside it."""


def object_key(sha256: str) -> str:
    """Where an object lies in the published store."""
    return f"objects/{sha256}"


def manifest_key(sha256: str, slug: str) -> str:
    """Where a legend's manifest lies in the published store."""
    return f"targets/packs/{sha256}.{slug}.json"


def territory_key(sha256: str) -> str:
    """Where a territory document lies in the published store."""
    return f"targets/{sha256}.territory.json"


def find_pointer(store: FileStore) -> str | None:
    """The SHA-256 of the territory document in force; null before the first publication."""
    try:
        raw = store.get(POINTER_KEY)
    except NotFound:
        return None
    pointer = json.loads(raw)
    return str(pointer["territory"])


def find_territory_document(store: FileStore) -> dict[str, Any] | None:
    """The territory document in force; null before the first publication."""
    pointer = find_pointer(store)
    return None if pointer is None else _document(store, territory_key(pointer), pointer)


def refresh(tools: Tools) -> bool:
    """Put the newest publication on the shelf, if it is not there yet.

    Returns:
        Whether the shelf changed.

    Raises:
        Damaged: an object is not what its hash promises; the shelf stays as it was.
        Unavailable: the store does not answer; the shelf stays as it was.
    """
    pointer = find_pointer(tools.published)
    if pointer is None or pointer == tools.shelf.pointer:
        return False
    catalogue = load_catalogue(tools.published, pointer, tools.shelf.current())
    if catalogue.revision < tools.shelf.current().revision:
        return False
    tools.shelf.swap(catalogue, pointer)
    return True


def load_catalogue(store: FileStore, pointer: str, previous: Catalogue) -> Catalogue:
    """Everything that a territory document names; what the previous one held is taken over."""
    document = _document(store, territory_key(pointer), pointer)
    legends = {
        slug: _legend(store, slug, entry, previous.legends.get(slug))
        for slug, entry in document["legends"].items()
    }
    objects: dict[str, str] = {}
    for legend in legends.values():
        objects.update(legend.objects)
    return Catalogue(
        revision=document["revision"],
        territory=document["territory"],
        legends=legends,
        unpublished=frozenset(document["unpublished"]),
        closures=tuple(closure_from_document(closure) for closure in document["closures"]),
        objects=objects,
    )


def _legend(
    store: FileStore, slug: str, entry: Mapping[str, Any], known: PublishedLegend | None
) -> PublishedLegend:
    if known is not None and known.manifest_sha256 == entry["manifest"]:
        return known
    manifest = _document(store, manifest_key(entry["manifest"], slug), entry["manifest"])
    files = manifest["files"]

    def read(name: str) -> dict[str, Any]:
        sha256 = files[name]["sha256"]
        return _document(store, object_key(sha256), sha256)

    return PublishedLegend(
        slug=slug,
        revision=manifest["revision"],
        published_at=entry["published_at"],
        manifest_sha256=entry["manifest"],
        manifest=manifest,
        trail=read("trail.json"),
        contents={lang: read(f"content.{lang}.json") for lang in manifest["languages"]},
    )


def _document(store: FileStore, key: str, sha256: str) -> dict[str, Any]:
    try:
        raw = store.get(key)
    except NotFound as missing:
        raise Damaged(f"{key} is missing") from missing
    if sha256_of(raw) != sha256:
        raise Damaged(f"{key} is not what its name promises")
    document = json.loads(raw)
    if not isinstance(document, dict):
        raise Damaged(f"{key} is not a document")
    return document
