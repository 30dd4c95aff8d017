"""Packing: put a revision's objects, its manifest, and last what points to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from odyssee.actions.reading import (
    POINTER_KEY,
    find_territory_document,
    manifest_key,
    object_key,
    territory_key,
)
from odyssee.actions.tools import NoProgress, Progress, Tools
from odyssee.content.plain import to_paragraphs
from odyssee.db import revisions, territories
from odyssee.domain.canonical import canonical, sha256_of, to_rfc3339
from odyssee.domain.catalogue import EMPTY_TERRITORY, territory_document
from odyssee.domain.errors import Damaged
from odyssee.domain.packs import PackPlan, plan_pack
from odyssee.domain.territory import Territory


def rendition_key(sha256: str) -> str:
    """Where an encoded medium waits in the private store until a revision needs it."""
    return f"renditions/{sha256}"


@dataclass(frozen=True, slots=True)
class Packed:
    """A pack in its place."""

    slug: str
    revision: int
    manifest_sha256: str


def build_pack(
    tools: Tools, slug: str, number: int, progress: Progress | None = None
) -> Packed | None:
    """Build the pack of a revision and make it the one that is served.

    Doing it twice is harmless: objects lie under their hashes, and a revision
    that a newer one has overtaken is left alone (the answer is null).

    Raises:
        Damaged: an encoded medium is missing or is not what its hash promises.
        Unavailable: a store or the database does not answer; try again.
    """
    with tools.desk.db.reading() as tx:
        revision = revisions.get_revision(tx, slug, number)
    if revision.state not in {"building", "published"}:
        return None
    plan = plan_pack(revision.legend, revision.media, number, revision.created_at, to_paragraphs)
    _put_objects(tools, plan, progress or NoProgress())
    manifest = canonical(plan.manifest)
    sha256 = sha256_of(manifest)
    tools.published.put(manifest_key(sha256, slug), manifest, sha256=sha256)
    entry = {
        "revision": number,
        "manifest": sha256,
        "published_at": to_rfc3339(revision.created_at),
    }
    return Packed(slug, number, sha256) if _point(tools, slug, number, entry) else None


def _put_objects(tools: Tools, plan: PackPlan, progress: Progress) -> None:
    progress.begin("packs", len(plan.documents) + len(plan.renditions))
    for sha256, data in plan.documents.items():
        tools.published.put(object_key(sha256), data, sha256=sha256)
        progress.step(plan.slug)
    for sha256 in sorted(plan.renditions):
        if not tools.published.exists(object_key(sha256)):
            data = tools.desk.files.get(rendition_key(sha256))
            if sha256_of(data) != sha256:
                raise Damaged(f"{rendition_key(sha256)} is not what its name promises")
            tools.published.put(object_key(sha256), data, sha256=sha256)
        progress.step(plan.slug)
    progress.end()


def _point(tools: Tools, slug: str, number: int, entry: Mapping[str, Any]) -> bool:
    """Write the territory that names this revision, and last the pointer.

    The lock on the territory's row makes pointing one at a time, whichever
    worker does it; a crash before the commit repeats the same writes.
    """
    with tools.desk.db.transaction() as tx:
        territory = territories.lock_territory(tx)
        newest = revisions.list_revisions(tx, slug)[0]
        if newest.number > number:
            revisions.set_state(tx, slug, number, "superseded")
            return False
        for earlier in revisions.list_revisions(tx, slug):
            if earlier.number < number and earlier.state == "published":
                revisions.set_state(tx, slug, earlier.number, "superseded")
        revisions.set_state(tx, slug, number, "published")
        point_to(tools, territory, {slug: entry})
    return True


def point_to(
    tools: Tools, territory: Territory | None, published: Mapping[str, Mapping[str, Any]]
) -> None:
    """Publish a new territory document; the caller holds the lock on the territory."""
    previous = find_territory_document(tools.published)
    named = EMPTY_TERRITORY if territory is None else _named(territory)
    if previous is not None and _says_the_same(previous, named, published):
        return
    document = territory_document(previous, named, to_rfc3339(tools.clock()), published)
    data = canonical(document)
    sha256 = sha256_of(data)
    tools.published.put(territory_key(sha256), data, sha256=sha256)
    pointer = {"format": 1, "territory": sha256, "revision": document["revision"]}
    tools.published.put(POINTER_KEY, canonical(pointer))


def _says_the_same(
    previous: Mapping[str, Any],
    territory: Mapping[str, Any],
    published: Mapping[str, Mapping[str, Any]],
) -> bool:
    same = all(previous["legends"].get(slug) == entry for slug, entry in published.items())
    return same and canonical(previous["territory"]) == canonical(dict(territory))


def _named(territory: Territory) -> dict[str, Any]:
    outline = territory.outline
    return {
        "name": dict(territory.name),
        "languages": list(territory.languages),
        "default_language": territory.default_language,
        "outline": {"type": outline.type, "coordinates": outline.coordinates},
        "outline_status": territory.outline_status,
        "communes": [{"name": c.name, "insee": c.insee} for c in territory.communes],
    }
