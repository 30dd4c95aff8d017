"""Upkeep of media: what is kept, whether it is whole, and what nothing needs any more."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from odyssee.actions.receiving import STAGING
from odyssee.actions.stowing import original_key, rendition_key
from odyssee.actions.tools import NoProgress, Progress, Tools
from odyssee.db import assets, media, unneeded, uploads
from odyssee.db.session import Tx
from odyssee.domain.assets import Asset, Use
from odyssee.domain.errors import NotFound
from odyssee.domain.media import MediaAsset
from odyssee.files.parts import sha256_of_kept
from odyssee.files.store import FileStore

_AT_ONCE = 50
"""How many files are removed while everybody else waits who begins to need some."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_ROW = "media/"
"""Before the key of an encoded medium, among the keys of files."""


@dataclass(frozen=True, slots=True)
class Line:
    """A medium in the list of all: brought by an office, or made by an import."""

    asset: Asset | None
    medium: MediaAsset | None
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that is not as it should be."""

    key: str
    """Where it lies, or should, in the private store."""
    code: Literal["missing", "damaged"]
    needed_by: str
    """An asset (`media/{id}`) or the key of an encoded medium."""


@dataclass(slots=True)
class Collected:
    """What a look for unneeded files found, and what it did."""

    removed: list[str] = field(default_factory=list)
    """Keys of files; of a dry run, those that would be."""
    removed_bytes: int = 0
    waiting: dict[str, datetime] = field(default_factory=dict)
    """Keys that nothing needs, and when each may go at the earliest."""
    uploads: list[str] = field(default_factory=list)
    """Uploads that expired."""


def list_all(tools: Tools) -> list[Line]:
    """Every medium: those of offices first, the newest first, then those of imports by key."""
    with tools.desk.db.reading() as tx:
        brought = assets.list_assets(tx)
        uses = assets.find_uses(tx, brought)
        known = {asset.medium.key for asset in brought if asset.medium is not None}
        imported = [medium for medium in media.list_media(tx) if medium.key not in known]
        in_drafts = assets.list_draft_uses(tx)
    lines = [Line(asset, asset.medium, tuple(uses[asset.id])) for asset in brought]
    return lines + [Line(None, medium, tuple(in_drafts.get(medium.key, ()))) for medium in imported]


def check_all(tools: Tools, progress: Progress | None = None) -> list[Fault]:
    """Read every original and every rendition that is needed, and compare it with its hash."""
    told = progress or NoProgress()
    with tools.desk.db.reading() as tx:
        needed = _needed_files(tx)
    told.begin("media", len(needed))
    faults = []
    for key, by in sorted(needed.items()):
        code = _look_at(tools.desk.files, key)
        if code is not None:
            faults.append(Fault(key, code, by))
        told.step(key)
    told.end()
    return faults


def collect(tools: Tools, *, dry_run: bool) -> Collected:
    """Remove what no draft, no revision and no asset has needed for the time of grace.

    The time begins when a file is first seen unneeded, so a first look removes
    nothing but what is left of uploads. Somebody who begins to need a file
    meanwhile is waited for, or waits: what is in use stays.
    """
    found = Collected()
    _collect_uploads(tools, found, dry_run=dry_run)
    now, grace = tools.clock(), tools.desk.limits.grace
    with tools.desk.db.transaction() as tx:
        idle = _unneeded(tools.desk.files, tx)
        known = unneeded.list_unneeded(tx)
        if not dry_run:
            unneeded.note_unneeded(tx, idle, now)
    due = []
    for key in idle:
        may_go = _idle_since(tools.desk.files, key, known.get(key, now)) + grace
        if may_go <= now:
            due.append(key)
        else:
            found.waiting[key] = may_go
    if dry_run:
        _count(tools.desk.files, due, found)
        return found
    for start in range(0, len(due), _AT_ONCE):
        _remove(tools, due[start : start + _AT_ONCE], found)
    return found


def _remove(tools: Tools, keys: list[str], found: Collected) -> None:
    """Look again under the lock, and remove what is still unneeded."""
    files = tools.desk.files
    with tools.desk.db.transaction() as tx:
        media.lock_files(tx)
        media.remove_media(tx, [k.removeprefix(_ROW) for k in keys if k.startswith(_ROW)])
        needed = _needed_files(tx)
        # Put anew since it was looked at, it is about to be needed.
        now, grace = tools.clock(), tools.desk.limits.grace
        gone = [
            key
            for key in keys
            if key not in needed and _idle_since(files, key, EARLIEST) + grace <= now
        ]
        _count(files, gone, found)
        for key in gone:
            files.delete(key)
        unneeded.forget(tx, gone)


def _count(files: FileStore, keys: list[str], found: Collected) -> None:
    for key in keys:
        kept = files.stat(key)
        if kept is not None:
            found.removed.append(key)
            found.removed_bytes += kept.size_bytes


def _collect_uploads(tools: Tools, found: Collected, *, dry_run: bool) -> None:
    """Uploads that expired, and what a server that was killed left of those under way."""
    files, now = tools.desk.files, tools.clock()
    with tools.desk.db.transaction() as tx:
        kept = uploads.list_uploads(tx)
        over = [upload for upload in kept if upload.expires_at <= now]
        for upload in over if not dry_run else ():
            uploads.remove_upload(tx, upload.id)
    found.uploads = [upload.id for upload in over]
    alive = {upload.id for upload in kept} - set(found.uploads)
    for key in list(files.list_keys(STAGING)):
        stat = files.stat(key)
        under_way = key.split("/")[1] in alive
        is_old = stat is not None and stat.modified_at + tools.desk.limits.expires_after <= now
        is_over = key.split("/")[1] in found.uploads
        if stat is not None and not under_way and (is_old or is_over):
            found.removed.append(key)
            found.removed_bytes += stat.size_bytes
            if not dry_run:
                files.delete(key)


def _unneeded(files: FileStore, tx: Tx) -> list[str]:
    """Keys of files, and of encoded media, that nothing needs."""
    used = media.list_used(tx)
    rows = [medium.key for medium in media.list_media(tx) if medium.key not in used]
    needed = _needed_files(tx, without=set(rows))
    lying = [*files.list_keys(rendition_key("")), *files.list_keys(original_key(""))]
    return [f"{_ROW}{key}" for key in rows] + [key for key in lying if key not in needed]


def _idle_since(files: FileStore, key: str, seen: datetime) -> datetime:
    """A file that was put anew after it was seen unneeded begins its time anew."""
    stat = None if key.startswith(_ROW) else files.stat(key)
    return seen if stat is None else max(seen, stat.modified_at)


def _needed_files(tx: Tx, without: set[str] | None = None) -> dict[str, str]:
    """Keys of the files that are needed, and by what; drafts are read before revisions.

    What a publication takes from a draft while this runs is then seen in one of them.
    """
    used = {f"{_ROW}{asset.id}": asset for asset in assets.list_assets(tx)}
    needed = {
        original_key(asset.sha256): name for name, asset in used.items() if asset.state != "refused"
    }
    for medium in media.list_media(tx):
        if medium.key not in (without or ()):
            needed.update(_files_of(medium))
    for medium in media.list_frozen(tx):
        needed.update(_files_of(medium))
    return needed


def _files_of(medium: MediaAsset) -> Iterator[tuple[str, str]]:
    for made in medium.renditions:
        yield rendition_key(made.sha256), medium.key
    for sha256 in medium.brought_sha256:
        yield original_key(sha256), medium.key


def _look_at(files: FileStore, key: str) -> Literal["missing", "damaged"] | None:
    try:
        sha256, _size = sha256_of_kept(files, [key])
    except NotFound:
        return "missing"
    return None if sha256 == key.rpartition("/")[2] else "damaged"
