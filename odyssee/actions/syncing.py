"""Syncing: a kiosk takes over what was published, whole or not at all, and goes on serving."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from odyssee.actions.reading import manifest_key, territory_key
from odyssee.actions.retrying import Pace, wait_before_retry
from odyssee.actions.tools import NoProgress, Progress
from odyssee.domain.canonical import sha256_of
from odyssee.domain.errors import Conflict, Damaged, Expired, NotFound, OdysseeError, Unavailable
from odyssee.domain.syncing import (
    MAX_MANIFEST_BYTES,
    RESERVE_BYTES,
    Profile,
    SyncResult,
    check_manifest,
    is_readable,
    wanted_objects,
)
from odyssee.files.kiosk_folder import KioskFolder
from odyssee.files.sources import Source, read_bounded
from odyssee.trust.following import Trusted, follow, is_known, read_floor
from odyssee.trust.release import TIMESTAMP, Target

HELD, RUNNING, SCRUB, SYNC = "held", "running", "scrub", "sync"
"""Notes: what a rollback holds back, a run under way, when all was hashed last, how it ended."""
SCRUB_EVERY = timedelta(days=7)
ATTEMPTS = 5
"""How often one object is asked for before the whole is left for later."""
MAX_TERRITORY_BYTES = 5_000_000
MAX_TIMESTAMP_BYTES = 16_384
_FULL = {"28", "122"}
"""ENOSPC and EDQUOT."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a synchronisation ended."""

    result: SyncResult
    detail: str = ""
    fetched_bytes: int = 0
    packs: Mapping[str, int] = field(default_factory=dict)
    """The revision of each pack that is served now."""
    waiting: tuple[str, ...] = ()
    """Packs that a newer software is needed for; their present revision stays."""


@dataclass(slots=True)
class _Wanted:
    """What a publication needs of the folder."""

    pointer: dict[str, Any]
    documents: dict[str, bytes]
    objects: dict[str, int]
    packs: dict[str, int]
    waiting: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Syncing:
    """One synchronisation: where to, where from, and what of it."""

    folder: KioskFolder
    source: Source
    profile: Profile
    now: datetime
    root: bytes | None = None
    reserve_bytes: int = RESERVE_BYTES
    pace: Pace = field(default_factory=Pace)
    progress: Progress = field(default_factory=NoProgress)


def sync(asked: Syncing) -> Outcome:
    """Bring the folder to what is published; whatever happens, what it serves is whole.

    Refusals are outcomes and not exceptions: a kiosk serves what it has, and
    says how it stands.

    Raises:
        Misconfigured: the first synchronisation has no root to trust.
    """
    try:
        with asked.folder.held():
            if _is_settled(asked):
                outcome = Outcome(result="unchanged")
            else:
                _look_over(asked.folder, asked.now)
                outcome = _safely(asked)
                asked.folder.note(RUNNING, {})
            _note(asked, outcome)
            return outcome
    except Conflict as busy:
        return Outcome(result="busy", detail=str(busy))
    except Unavailable as fault:  # not even the note could be written
        return Outcome(result=_disk_result(fault), detail=_told(fault))


def _safely(asked: Syncing) -> Outcome:
    try:
        return _sync(asked)
    except Expired as late:
        return Outcome(result="expired", detail=_told(late))
    except Damaged as wrong:
        known = wrong.values.get("sha256")
        return Outcome(result="damaged" if known else "not_trusted", detail=_told(wrong))
    except NotFound as missing:
        return Outcome(result="unreachable", detail=f"missing: {missing.values.get('path', '')}")
    except Unavailable as fault:
        return Outcome(result=_disk_result(fault), detail=_told(fault))


def _is_settled(asked: Syncing) -> bool:
    """Whether nothing is new, told by one small file: that is what a kiosk asks for all day.

    Whatever is unusual takes the long way, which says what it is.
    """
    folder, noted, floor = (
        asked.folder,
        asked.folder.read_note(SYNC),
        read_floor(asked.folder.trust),
    )
    if (
        noted.get("settled") != _settling(asked)
        or floor is None
        or not floor.signed_at <= asked.now < floor.expires_at
        or folder.read_note(RUNNING)
        or _is_scrub_due(folder, asked.now)
    ):
        return False
    try:
        pieces = asked.source.document("metadata", TIMESTAMP)
        return is_known(folder.trust, read_bounded(pieces, MAX_TIMESTAMP_BYTES))
    except OdysseeError:
        return False


def _settling(asked: Syncing) -> str | None:
    """What is served and by which profile, where that is as it should be."""
    pointer = asked.folder.pointer()
    if pointer is None:
        return None
    languages = "*" if asked.profile.languages is None else sorted(asked.profile.languages)
    parts = [pointer["territory"], languages, sorted(asked.profile.layers)]
    return json.dumps([*parts, asked.profile.every_rendition])


def _note(asked: Syncing, outcome: Outcome) -> None:
    before = asked.folder.read_note(SYNC)
    well = outcome.result in {"done", "unchanged"}
    told = {
        "at": asked.now.isoformat(),
        "result": outcome.result,
        "detail": outcome.detail,
        "settled": _settling(asked) if well else None,
    }
    waiting = list(outcome.waiting) or (
        before.get("waiting", []) if outcome.result != "done" else []
    )
    asked.folder.note(SYNC, told | {"waiting": waiting})


def _is_scrub_due(folder: KioskFolder, now: datetime) -> bool:
    scrubbed = folder.read_note(SCRUB).get("at")
    return scrubbed is None or datetime.fromisoformat(scrubbed) + SCRUB_EVERY < now


def _look_over(folder: KioskFolder, now: datetime) -> None:
    """Hash everything where the last run was cut short, and once a week."""
    due = _is_scrub_due(folder, now)
    if folder.pointer() is None:
        if due:
            folder.note(SCRUB, {"at": now.isoformat(), "bad": 0})
    elif due or folder.read_note(RUNNING):
        scrub_held(folder, now)
    folder.note(RUNNING, {"at": now.isoformat()})


def scrub_held(folder: KioskFolder, now: datetime) -> list[str]:
    """Hash every object; the bad ones are removed, and the next synchronisation brings them anew.

    The caller holds the folder.

    Returns:
        The objects that were bad.
    """
    bad = [sha256 for sha256 in folder.list_objects() if not folder.is_whole(sha256)]
    if bad:
        folder.note(SYNC, {**folder.read_note(SYNC), "settled": None})
    folder.note(SCRUB, {"at": now.isoformat(), "bad": len(bad)})
    return bad


def _disk_result(fault: Unavailable) -> SyncResult:
    if "errno" not in fault.values:
        return "unreachable"
    return "disk_full" if fault.values["errno"] in _FULL else "disk_fault"


def _told(error: OdysseeError) -> str:
    reason = error.values.get("reason")
    return f"{error}: {reason}" if reason else str(error)


def _sync(asked: Syncing) -> Outcome:
    folder = asked.folder
    trusted = follow(
        folder.trust, asked.root, lambda name: asked.source.document("metadata", name), asked.now
    )
    present = folder.pointer()
    wanted = _plan(asked, trusted, present)
    held = folder.read_note(HELD).get("territory")
    if wanted.pointer == present or wanted.pointer["territory"] == held:
        lacking = [s for s, size in wanted.objects.items() if not folder.has_object(s, size)]
        if not lacking or held:
            return Outcome(
                result="unchanged", packs=wanted.packs, waiting=tuple(sorted(wanted.waiting))
            )
    for key, data in wanted.documents.items():
        if folder.document(key) != data:
            folder.put_document(key, data)
    kept = _needs(folder, present, asked.profile), _needs(folder, folder.previous(), asked.profile)
    _sweep(folder, wanted, *kept)
    fetched = _fetch(asked, wanted, known={**kept[0].objects, **kept[1].objects})
    folder.switch(wanted.pointer)
    if held:
        folder.note(HELD, {})
    _sweep(folder, wanted, kept[0])
    return Outcome(
        result="done",
        fetched_bytes=fetched,
        packs=wanted.packs,
        waiting=tuple(sorted(wanted.waiting)),
    )


def _plan(asked: Syncing, trusted: Trusted, present: Mapping[str, Any] | None) -> _Wanted:
    """Read the territory and every manifest that is vouched for."""
    territory = trusted.targets.get("territory.json")
    if territory is None:
        raise Damaged("no territory is vouched for")
    key = territory_key(territory.sha256)
    data = _document(asked, key, territory, MAX_TERRITORY_BYTES)
    try:
        document = json.loads(data)
        entries = dict(document["legends"])
        pointer = {"format": 1, "territory": territory.sha256, "revision": document["revision"]}
        wanted = _Wanted(pointer, {key: data}, {}, {}, [])
        for slug, entry in entries.items():
            _plan_pack(asked, wanted, slug, entry["manifest"], trusted.targets)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise Damaged("the territory is not readable") from fault
    if wanted.waiting and present is not None:
        # Served as a whole or not at all: the territory that is served stays until the software
        # that all of it needs is here.
        return _needs(asked.folder, present, asked.profile, waiting=wanted.waiting)
    if wanted.waiting:
        raise Damaged("this content needs a newer version of the software: odyssee kiosk update")
    return wanted


def _plan_pack(
    asked: Syncing, wanted: _Wanted, slug: str, sha256: str, targets: Mapping[str, Target]
) -> None:
    target = targets.get(f"packs/{slug}.json")
    if target is None or target.sha256 != sha256:
        raise Damaged("territory and manifests do not belong together")
    key = manifest_key(sha256, slug)
    data = _document(asked, key, target, MAX_MANIFEST_BYTES)
    manifest = json.loads(data)
    check_manifest(manifest, slug)
    if not is_readable(manifest):
        wanted.waiting.append(slug)
        return
    wanted.documents[key] = data
    wanted.objects |= wanted_objects(manifest, asked.profile)
    wanted.packs[slug] = manifest["revision"]


def _document(asked: Syncing, key: str, target: Target, max_bytes: int) -> bytes:
    """A document that is vouched for, from the folder or from the source."""
    kept = asked.folder.document(key)
    if kept is not None and sha256_of(kept) == target.sha256:
        return kept
    if target.size_bytes > max_bytes:
        raise Damaged("a document that is too long")
    folder, _, name = key.partition("/")
    data = read_bounded(asked.source.document(folder, name), target.size_bytes)
    if sha256_of(data) != target.sha256:
        raise Damaged(f"{name} is not what is vouched for")
    return data


def _needs(
    folder: KioskFolder,
    pointer: Mapping[str, Any] | None,
    profile: Profile,
    waiting: list[str] | None = None,
) -> _Wanted:
    """What a publication that is there needs; what cannot be read any more needs nothing."""
    needs = _Wanted(dict(pointer or {}), {}, {}, {}, waiting or [])
    try:
        key = territory_key((pointer or {})["territory"])
        data = folder.document(key) or b""
        needs.documents[key] = data
        for slug, entry in json.loads(data)["legends"].items():
            key = manifest_key(entry["manifest"], slug)
            data = folder.document(key) or b""
            needs.documents[key] = data
            manifest = json.loads(data)
            needs.objects |= wanted_objects(manifest, profile)
            needs.packs[slug] = manifest["revision"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return needs
    return needs


def _sweep(folder: KioskFolder, *needed: _Wanted) -> None:
    objects = {sha256 for needs in needed for sha256 in needs.objects}
    documents = {key for needs in needed for key in needs.documents}
    folder.sweep(objects, documents)


def _fetch(asked: Syncing, wanted: _Wanted, known: Mapping[str, int]) -> int:
    """Bring what lacks. What an earlier run left without switching is hashed before it counts."""
    folder = asked.folder
    lacking = {
        sha256: size
        for sha256, size in wanted.objects.items()
        if not folder.has_object(sha256, size)
        or (sha256 not in known and not folder.is_whole(sha256))
    }
    if folder.free_bytes() - sum(lacking.values()) < asked.reserve_bytes:
        raise Unavailable("too little room for this content", errno="28", reason="disk full")
    asked.progress.begin("objects", len(lacking))
    fetched = 0
    for sha256 in sorted(lacking):
        fetched += _fetch_one(asked, sha256, lacking[sha256])
        asked.progress.step(sha256)
    asked.progress.end()
    return fetched


def _fetch_one(asked: Syncing, sha256: str, size_bytes: int) -> int:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return asked.folder.fetch(asked.source, sha256, size_bytes, asked.pace.spend)
        except (Damaged, Unavailable) as fault:
            if attempt == ATTEMPTS or "errno" in fault.values:
                raise
            time.sleep(wait_before_retry(attempt))
    raise AssertionError("unreachable")
