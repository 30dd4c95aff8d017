"""Pruning: room is made in the published store, and no reader notices."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from odyssee.actions.offering import offer_key, read_kept_offer, wheel_key
from odyssee.actions.reading import (
    METADATA,
    POINTER_KEY,
    find_pointer,
    manifest_key,
    object_key,
    read_manifest,
    read_territory_document,
    territory_key,
)
from odyssee.actions.signing import SOFTWARE, TERRITORY, find_release
from odyssee.actions.tools import Tools
from odyssee.db import revisions, territories, unneeded
from odyssee.db.session import Tx
from odyssee.db.unneeded import PUBLISHED
from odyssee.domain.catalogue import objects_of
from odyssee.domain.errors import Unavailable
from odyssee.trust.release import TIMESTAMP

_AT_ONCE = 200
_ROOMS = ("objects/", "targets/", f"{METADATA}/")


@dataclass(slots=True)
class Pruned:
    """What a look at the published store found, and what it did."""

    removed: list[str] = field(default_factory=list)
    removed_bytes: int = 0
    waiting: dict[str, datetime] = field(default_factory=dict)
    """What nothing names any more, and when it may go."""


def prune(tools: Tools, *, dry_run: bool) -> Pruned:
    """Remove what no kept manifest has named for the time of grace.

    The time begins at the first look that sees it so. Whoever reads an earlier
    manifest has its objects as long as `territory.json` keeps it, and after that
    for the time of grace; every root stays for ever, since a kiosk that was off
    for years follows them one by one.

    Raises:
        Unavailable: a publication is under way, or a store does not answer; try again.
    """
    found, now, grace = Pruned(), tools.clock(), tools.desk.limits.grace
    with tools.desk.db.transaction() as tx:
        _check_quiet(tx)
        idle = _idle(tools)
        known = unneeded.list_unneeded(tx, PUBLISHED)
        if not dry_run:
            unneeded.note_unneeded(tx, [PUBLISHED + key for key in idle], now, PUBLISHED)
    due = []
    for key in idle:
        may_go = known.get(PUBLISHED + key, now) + grace
        if may_go <= now:
            due.append(key)
        else:
            found.waiting[key] = may_go
    for start in range(0, len(due), _AT_ONCE):
        _remove(tools, due[start : start + _AT_ONCE], found, dry_run=dry_run)
    return found


def _remove(tools: Tools, keys: list[str], found: Pruned, *, dry_run: bool) -> None:
    """Look again under the lock that pointing takes: what is named meanwhile stays."""
    with tools.desk.db.transaction() as tx:
        territories.lock_territory(tx)
        _check_quiet(tx)
        still = set(_idle(tools))
        gone = [key for key in keys if key in still]
        for key in gone:
            stat = tools.published.stat(key)
            found.removed_bytes += 0 if stat is None else stat.size_bytes
            if not dry_run:
                tools.published.delete(key)
        found.removed += gone
        if not dry_run:
            unneeded.forget(tx, [PUBLISHED + key for key in gone])


def _check_quiet(tx: Tx) -> None:
    if revisions.is_any_building(tx):
        raise Unavailable("a publication is under way")


def _idle(tools: Tools) -> list[str]:
    needed = set(_needed(tools))
    return [key for room in _ROOMS for key in tools.published.list_keys(room) if key not in needed]


def _needed(tools: Tools) -> Iterator[str]:
    """Every key that a reader of what is published may ask for."""
    yield from (POINTER_KEY, f"{METADATA}/{TIMESTAMP}")
    for key in tools.published.list_keys(f"{METADATA}/"):
        if key.endswith(".root.json"):
            yield key
    pointer, release = find_pointer(tools.published), find_release(tools.published)
    territories_named = set() if pointer is None else {pointer.territory}
    if release is not None:
        # Between the timestamp and the pointer a cut leaves kiosks ahead of the server.
        vouched = release.targets_by_path()
        territories_named.add(vouched[TERRITORY].sha256)
        if SOFTWARE in vouched:
            yield from _offered(tools, vouched[SOFTWARE].sha256)
        yield f"{METADATA}/{release.timestamp.signed.snapshot_meta.version}.snapshot.json"
        yield f"{METADATA}/{release.targets.signed.version}.targets.json"
    for sha256 in sorted(territories_named):
        yield from _named_by(tools, sha256)


def _offered(tools: Tools, sha256: str) -> Iterator[str]:
    """What kiosks may fetch of the software that is offered."""
    yield offer_key(sha256)
    for wheel in read_kept_offer(tools.published, sha256).wheels:
        yield wheel_key(wheel.sha256)


def _named_by(tools: Tools, territory: str) -> Iterator[str]:
    """A territory document, the manifests that it names, and their objects."""
    yield territory_key(territory)
    document = read_territory_document(tools.published, territory)
    named = [(slug, entry["manifest"]) for slug, entry in document["legends"].items()]
    named += [(slug, sha256) for slug, some in document.get("kept", {}).items() for sha256 in some]
    for slug, sha256 in named:
        yield manifest_key(sha256, slug)
        yield from map(object_key, objects_of(read_manifest(tools.published, sha256, slug)))
