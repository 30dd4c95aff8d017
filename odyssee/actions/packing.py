"""Packing: put a revision's objects, its manifest, and last what points to it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from odyssee.actions.publishing import lacks_served, list_lost
from odyssee.actions.reading import (
    POINTER_KEY,
    find_territory_document,
    manifest_key,
    object_key,
    territory_key,
)
from odyssee.actions.signing import sign_territory
from odyssee.actions.stowing import rendition_key
from odyssee.actions.tools import NoProgress, Progress, Tools
from odyssee.content.plain import to_paragraphs
from odyssee.db import amenities, closures, revisions, territories
from odyssee.db.session import Tx
from odyssee.domain.amenities import Nearby
from odyssee.domain.canonical import canonical, sha256_of, to_rfc3339
from odyssee.domain.catalogue import EMPTY_TERRITORY, objects_of, territory_document
from odyssee.domain.errors import Damaged, NotFound, Unavailable
from odyssee.domain.legends import Legend
from odyssee.domain.packs import PackPlan, detour_of, plan_pack
from odyssee.domain.publication import Revision, Served
from odyssee.domain.territory import Territory
from odyssee.domain.vicinity import box_around, list_nearby
from odyssee.trust.release import Target

_LEAVING = frozenset({"failed", "scheduled", "cancelled"})
"""States of revisions that nobody has seen and nobody waits for now."""


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
    if lacks_served(tools):  # the territory names every legend, and all must lie there
        point_anew(tools, progress)
    sha256, objects = _put_pack(tools, revision, progress or NoProgress())
    pointed = _point(tools, slug, number, sha256, objects)
    return Packed(slug, number, sha256) if pointed else None


def _put_pack(tools: Tools, revision: Revision, progress: Progress) -> tuple[str, Collection[str]]:
    """Objects and manifest of a revision; the manifest's SHA-256, and those of the objects."""
    legend = revision.legend
    plan = plan_pack(
        legend,
        revision.media,
        revision.number,
        revision.published_at,
        to_paragraphs,
        _list_nearby(tools, legend),
    )
    _put_objects(tools, plan, progress)
    manifest = canonical(plan.manifest)
    sha256 = sha256_of(manifest)
    _put_json(tools, manifest_key(sha256, revision.slug), manifest)
    return sha256, objects_of(plan.manifest)


def _list_nearby(tools: Tools, legend: Legend) -> list[Nearby]:
    """The amenities near its route, as they are now (docs/adr/0023)."""
    line = legend.route.line
    if len(line) < 2:
        return []
    with tools.desk.db.reading() as tx:
        known = amenities.list_within(tx, box_around(line))
    return list_nearby(line, known, detour_of(legend))


def _put_objects(tools: Tools, plan: PackPlan, progress: Progress) -> None:
    types = objects_of(plan.manifest)
    progress.begin("packs", len(types))
    for sha256, data in plan.documents.items():
        tools.published.put(object_key(sha256), data, sha256=sha256, content_type=types[sha256])
        progress.step(plan.slug)
    for sha256 in sorted(plan.renditions):
        if not tools.published.exists(object_key(sha256)):
            data = _rendition(tools, sha256)
            tools.published.put(object_key(sha256), data, sha256=sha256, content_type=types[sha256])
        progress.step(plan.slug)
    progress.end()


def _rendition(tools: Tools, sha256: str) -> bytes:
    key = rendition_key(sha256)
    try:
        data = tools.desk.files.get(key)
    except NotFound as missing:
        raise Damaged(f"{key} is missing; import the content again") from missing
    if sha256_of(data) != sha256:
        raise Damaged(f"{key} is not what its name promises; import the content again")
    return data


def _point(
    tools: Tools, slug: str, number: int, manifest_sha256: str, objects: Collection[str]
) -> bool:
    """Say that the revision is published, and point to it.

    The lock on the territory makes pointing one at a time, whichever worker
    does it; a crash before the commit repeats the same writes. Under it the
    objects are looked for once more: some lay there already, and may have been
    pruned since (actions/pruning.py takes the same lock).
    """
    with tools.desk.db.transaction() as tx:
        territory = territories.lock_territory(tx)
        if not all(tools.published.exists(object_key(sha256)) for sha256 in objects):
            raise Unavailable("an object was pruned meanwhile")
        states = dict(revisions.list_states(tx, slug))
        if states[number] not in {"building", "published"}:
            return False
        # A newer one that failed, or whose day has not come, leaves this one in its place.
        if any(n > number and state not in _LEAVING for n, state in states.items()):
            revisions.set_state(tx, slug, number, "superseded")
            return False
        revisions.set_published(tx, slug, number, manifest_sha256)
        point_to(tools, tx, territory)
    return True


def point_anew(tools: Tools, progress: Progress | None = None) -> None:
    """Publish what the database says is served, now; packs that the store has lost are put back.

    Raises:
        Damaged: an encoded medium is missing or is not what its hash promises.
        Unavailable: a store or the database does not answer; try again.
    """
    for lost in list_lost(tools):
        _put_back(tools, lost, progress or NoProgress())
    with tools.desk.db.transaction() as tx:
        point_to(tools, tx, territories.lock_territory(tx), is_first=False)


def _put_back(tools: Tools, lost: Served, progress: Progress) -> None:
    with tools.desk.db.reading() as tx:
        revision = revisions.get_revision(tx, lost.slug, lost.number)
    sha256, _ = _put_pack(tools, revision, progress)
    with tools.desk.db.transaction() as tx:
        territories.lock_territory(tx)
        # The software of today may write another manifest than that of then.
        if dict(revisions.list_states(tx, lost.slug)).get(lost.number) == "published":
            revisions.set_published(tx, lost.slug, lost.number, sha256)


def point_to(tools: Tools, tx: Tx, territory: Territory | None, *, is_first: bool = True) -> None:
    """Publish what the database says is served; the caller holds the lock on the territory.

    All of it is said anew each time: a document that another worker wrote
    after its lock was lost does not outlive the next publication. Where something
    was published before (`is_first` is false) and the store has lost it, numbers
    go on from the clock: who saw the ones of before takes no lower one.
    """
    previous, now = find_territory_document(tools.published), tools.clock()
    lost = None if is_first else {"revision": int(now.timestamp())}
    document = territory_document(
        previous or lost,
        EMPTY_TERRITORY if territory is None else _named(territory),
        to_rfc3339(now),
        {served.slug: _entry(served) for served in revisions.list_served(tx)},
        frozenset(revisions.list_withdrawn(tx)),
        closures.list_standing(tx, now),
    )
    if previous is not None and _says_the_same(previous, document):
        return
    data = canonical(document)
    sha256 = sha256_of(data)
    _put_json(tools, territory_key(sha256), data)
    territories.check_lock(tx)
    sign_territory(tools, tx, document, Target(sha256, len(data)))
    pointer = {"format": 1, "territory": sha256, "revision": document["revision"]}
    territories.check_lock(tx)
    _put_json(tools, POINTER_KEY, canonical(pointer))


def _entry(served: Served) -> dict[str, Any]:
    return {
        "revision": served.number,
        "manifest": served.manifest_sha256,
        "published_at": to_rfc3339(served.published_at),
    }


def _says_the_same(previous: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
    numbered = {name: previous.get(name) for name in ("revision", "created_at")}
    return canonical({**document, **numbered}) == canonical(dict(previous))


def _put_json(tools: Tools, key: str, data: bytes) -> None:
    tools.published.put(key, data, sha256=sha256_of(data), content_type="application/json")


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
