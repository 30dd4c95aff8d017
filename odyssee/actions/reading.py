"""Reading what is published: from the pointer to a Catalogue in memory."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from odyssee.actions.tools import Tools
from odyssee.domain.amenities import nearby_from_document
from odyssee.domain.canonical import sha256_of
from odyssee.domain.catalogue import Catalogue, KeptManifest, PublishedLegend, objects_of
from odyssee.domain.closures import closure_from_document
from odyssee.domain.errors import Damaged, NotFound
from odyssee.domain.packs import SERVICES, content_from_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from odyssee.files.store import FileStore

METADATA = "metadata"
POINTER_KEY = f"{METADATA}/current.json"
"""What points is written last. It is the reader's own: strangers, who trust signatures alone,
follow the metadata of The Update Framework beside it (docs/adr/0018)."""
_SHA256 = re.compile("[0-9a-f]{64}")
_TERRITORY_PARTS = {"territory": dict, "legends": dict, "unpublished": list, "closures": list}


def object_key(sha256: str) -> str:
    """Where an object lies in the published store."""
    return f"objects/{sha256}"


def manifest_key(sha256: str, slug: str) -> str:
    """Where a legend's manifest lies in the published store."""
    return f"targets/packs/{sha256}.{slug}.json"


def territory_key(sha256: str) -> str:
    """Where a territory document lies in the published store."""
    return f"targets/{sha256}.territory.json"


class Pointer(NamedTuple):
    """What is in force: a territory document and its revision."""

    territory: str
    """SHA-256."""
    revision: int
    goes_back: bool = False
    """Whether an earlier revision may follow: on a kiosk, whose owner may roll back."""


def find_pointer(store: FileStore) -> Pointer | None:
    """The pointer; null before the first publication.

    Raises:
        Damaged: there is something else in its place.
    """
    try:
        raw = store.get(POINTER_KEY)
    except NotFound:
        return None
    with _readable(POINTER_KEY):
        document = json.loads(raw)
        goes_back = document.get("goes_back") is True
        pointer = Pointer(document["territory"], document["revision"], goes_back)
        if not _SHA256.fullmatch(pointer.territory) or not _is_count(pointer.revision):
            raise ValueError
    return pointer


def find_territory_document(store: FileStore) -> dict[str, Any] | None:
    """The territory document in force; null before the first publication.

    Raises:
        Damaged: it is missing, or is not what the pointer promises.
    """
    pointer = find_pointer(store)
    return None if pointer is None else _territory(store, pointer)


def refresh(tools: Tools) -> bool:
    """Put the newest publication on the shelf, if it is not there yet.

    Returns:
        Whether the shelf changed.

    Raises:
        Damaged: an object is not what its hash or its format promises, or the
            pointer went back (told once for each such pointer); the shelf stays
            as it was.
        Unavailable: the store does not answer; the shelf stays as it was.
    """
    pointer = find_pointer(tools.published)
    if pointer is None or pointer.territory in {tools.shelf.pointer, tools.shelf.refused}:
        return False
    served = tools.shelf.current()
    if pointer.revision < served.revision and not pointer.goes_back:
        tools.shelf.refused = pointer.territory
        raise Damaged(
            f"the store went back to revision {pointer.revision}; {served.revision} stays served"
        )
    catalogue = load_catalogue(tools.published, pointer, served)
    tools.shelf.swap(catalogue, pointer.territory)
    return True


def load_catalogue(store: FileStore, pointer: Pointer, previous: Catalogue) -> Catalogue:
    """Everything that a territory document names; what the previous one held is taken over.

    Raises:
        Damaged: something that is served is not what its hash or its format promises.
    """
    document = _territory(store, pointer)
    with _readable(territory_key(pointer.territory)):
        legends = {
            slug: _legend(store, slug, entry, previous.legends.get(slug))
            for slug, entry in document["legends"].items()
        }
        kept = _kept(store, document.get("kept", {}), previous)
        everything = [kept_one.objects for kept_one in kept.values()]
        everything += [legend.objects for legend in legends.values()]
        return Catalogue(
            revision=pointer.revision,
            territory=document["territory"],
            legends=legends,
            unpublished=frozenset(document["unpublished"]),
            closures=tuple(closure_from_document(closure) for closure in document["closures"]),
            kept=kept,
            objects={sha256: kind for of_one in everything for sha256, kind in of_one.items()},
        )


def _territory(store: FileStore, pointer: Pointer) -> dict[str, Any]:
    key = territory_key(pointer.territory)
    document = _document(store, key, pointer.territory)
    if document.get("revision") != pointer.revision:
        raise Damaged(f"{key} is of another revision than the pointer says")
    for name, kind in _TERRITORY_PARTS.items():
        if not isinstance(document.get(name), kind):
            raise Damaged(f"{key} is not readable")
    return document


def read_territory_document(store: FileStore, sha256: str) -> dict[str, Any]:
    """A territory document in the store, in force or not.

    Raises:
        Damaged: it is missing, or is not what its name promises.
    """
    return _document(store, territory_key(sha256), sha256)


def read_manifest(store: FileStore, sha256: str, slug: str) -> dict[str, Any]:
    """A manifest in the store.

    Raises:
        Damaged: it is missing, or is not what its name promises.
    """
    return _document(store, manifest_key(sha256, slug), sha256)


def _kept(
    store: FileStore, kept: Mapping[str, Sequence[str]], previous: Catalogue
) -> dict[str, KeptManifest]:
    """The earlier manifests; one that cannot be read any more is left out."""
    known = {
        legend.manifest_sha256: KeptManifest(
            slug=legend.slug, revision=legend.revision, objects=legend.objects
        )
        for legend in previous.legends.values()
    }
    known |= previous.kept
    found: dict[str, KeptManifest] = {}
    for slug, hashes in kept.items():
        for sha256 in hashes:
            if sha256 in known:
                found[sha256] = known[sha256]
                continue
            key = manifest_key(sha256, slug)
            with suppress(Damaged), _readable(key):
                manifest = read_manifest(store, sha256, slug)
                found[sha256] = KeptManifest(
                    slug=slug, revision=manifest["revision"], objects=objects_of(manifest)
                )
    return found


def _legend(
    store: FileStore, slug: str, entry: Mapping[str, Any], known: PublishedLegend | None
) -> PublishedLegend:
    if known is not None and known.manifest_sha256 == entry["manifest"]:
        return known
    manifest = read_manifest(store, entry["manifest"], slug)
    files = manifest["files"]

    def read(name: str) -> dict[str, Any]:
        sha256 = files[name]["sha256"]
        return _document(store, object_key(sha256), sha256)

    legend = PublishedLegend(
        slug=slug,
        revision=manifest["revision"],
        published_at=entry["published_at"],
        manifest_sha256=entry["manifest"],
        manifest=manifest,
        trail=read("trail.json"),
        contents={lang: content_from_files(read, lang) for lang in manifest["languages"]},
        amenities=nearby_from_document(read(SERVICES)) if SERVICES in files else (),
    )
    _check_legend(legend)
    return legend


def _check_legend(legend: PublishedLegend) -> None:
    """Compute now what is computed once, so that a pack of another form is never served."""
    _ = (legend.start, legend.bbox, legend.projection, legend.sizes, legend.objects)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


@contextmanager
def _readable(key: str) -> Iterator[None]:
    """Whatever trips over a document's form says that the document is damaged."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as fault:
        raise Damaged(f"{key} is not readable") from fault


def _document(store: FileStore, key: str, sha256: str) -> dict[str, Any]:
    try:
        raw = store.get(key)
    except NotFound as missing:
        raise Damaged(f"{key} is missing") from missing
    if sha256_of(raw) != sha256:
        raise Damaged(f"{key} is not what its name promises")
    with _readable(key):
        document = json.loads(raw)
        if not isinstance(document, dict):
            raise TypeError
    return document
