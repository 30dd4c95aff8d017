"""Syncing: a kiosk takes over what was published, whole or not at all, and goes on serving."""

import json
import time
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from odyssee.actions.needing import Need, need_of, plan_again, plan_offered
from odyssee.actions.overlooking import HELD, RUNNING, SYNC, is_scrub_due, look_over
from odyssee.actions.retrying import Pace, wait_before_retry
from odyssee.actions.tools import NoProgress, Progress
from odyssee.domain.canonical import to_rfc3339
from odyssee.domain.errors import Conflict, Damaged, Expired, NotFound, OdysseeError, Unavailable
from odyssee.domain.packs import MIN_READER
from odyssee.domain.syncing import RESERVE_BYTES, Profile, SyncResult
from odyssee.files.kiosk_folder import KioskFolder, Pointer
from odyssee.files.sources import LANES, Source, read_bounded
from odyssee.trust.following import follow, is_known, read_floor
from odyssee.trust.release import TIMESTAMP

ATTEMPTS = 5
"""How often one object is asked for before the whole is left for later."""
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
            settled = _is_settled(asked)
            outcome = Outcome(result="unchanged") if settled else _safely(asked)
            _note(asked, outcome)
            return outcome
    except Conflict as busy:
        return Outcome(result="busy", detail=str(busy))
    except Unavailable as fault:  # not even the note could be written
        return Outcome(result=_disk_result(fault), detail=_told(fault))


def _safely(asked: Syncing) -> Outcome:
    try:
        look_over(asked.folder, asked.profile, asked.now)
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
    except OSError as fault:  # of the folder of trust, which is not written by hands of ours
        told = Unavailable(str(fault.strerror), errno=str(fault.errno))
        return Outcome(result=_disk_result(told), detail=_told(told))


def _is_settled(asked: Syncing) -> bool:
    """Whether nothing is new, told by one small file: that is what a kiosk asks for all day.

    Whatever is unusual takes the long way, which says what it is.
    """
    folder, floor = asked.folder, read_floor(asked.folder.trust)
    settled = folder.read_note(SYNC).get("settled")
    if (
        asked.root is not None
        or settled is None
        or settled != _settling(asked)
        or floor is None
        or not floor.signed_at <= asked.now < floor.expires_at
        or folder.read_note(RUNNING)
        or is_scrub_due(folder, asked.now)
    ):
        return False
    try:
        pieces = asked.source.document("metadata", TIMESTAMP)
        return is_known(folder.trust, read_bounded(pieces, MAX_TIMESTAMP_BYTES))
    except OdysseeError:
        return False


def _settling(asked: Syncing) -> str | None:
    """What is served, by which profile and which software, where that is as it should be."""
    pointer = asked.folder.pointer()
    if pointer is None:
        return None
    languages = "*" if asked.profile.languages is None else sorted(asked.profile.languages)
    parts = [pointer.territory, MIN_READER, languages, sorted(asked.profile.layers)]
    return json.dumps([*parts, asked.profile.every_rendition])


def _note(asked: Syncing, outcome: Outcome) -> None:
    well = outcome.result in {"done", "unchanged"}
    told = {
        "at": to_rfc3339(asked.now),
        "result": outcome.result,
        "detail": outcome.detail,
        "waiting": list(outcome.waiting),
        "settled": _settling(asked) if well else None,
    }
    asked.folder.note(SYNC, told)
    if asked.folder.read_note(RUNNING):
        asked.folder.note(RUNNING, {})  # only who is killed leaves it


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
    wanted = offered = plan_offered(folder, asked.source, asked.profile, trusted)
    held = folder.read_note(HELD).get("territory")
    if held is not None and present is not None and present.territory == held:
        folder.note(HELD, {})  # a rollback of the rollback, or one that was cut short
        held = None
    if offered.waiting or offered.pointer.territory == held:
        if present is None:
            return Outcome(result="waiting", waiting=tuple(offered.waiting))
        # What is served stays, and is mended where it was damaged.
        wanted = plan_again(folder, asked.source, asked.profile, present)
    fetched = _bring(asked, wanted, present)
    if held is not None and wanted is offered:
        folder.note(HELD, {})
    if offered.waiting:
        return Outcome(result="waiting", packs=wanted.packs, waiting=tuple(offered.waiting))
    result: SyncResult = "unchanged" if fetched is None else "done"
    return Outcome(result=result, fetched_bytes=fetched or 0, packs=wanted.packs)


def _bring(asked: Syncing, wanted: Need, present: Pointer | None) -> int | None:
    """Bring what a publication lacks, and serve it.

    Returns:
        The bytes that were fetched; null when it is served already and lacks nothing.
    """
    folder = asked.folder
    stale = [key for key, data in wanted.documents.items() if folder.document(key) != data]
    lacks = any(not folder.has_object(name, size) for name, size in wanted.objects.items())
    if wanted.pointer == present and not stale and not lacks:
        # A profile that asks for less than before gives its room back.
        _sweep(folder, wanted, need_of(folder, folder.previous(), asked.profile))
        return None
    before = [need_of(folder, pointer, asked.profile) for pointer in (present, folder.previous())]
    for key in stale:
        folder.put_document(key, wanted.documents[key])
    _sweep(folder, wanted, *before)
    known = {name for need in before for name in need.objects}
    fetched = fetch_lacking(asked, wanted, known)
    folder.switch(wanted.pointer)
    _sweep(folder, wanted, before[1] if wanted.pointer == present else before[0])
    return fetched


def _sweep(folder: KioskFolder, *needs: Need) -> None:
    """Remove what none of them needs; nothing, while one of them cannot be read whole."""
    if all(need.is_whole for need in needs):
        objects = {name for need in needs for name in need.objects}
        folder.sweep(objects, {key for need in needs for key in need.documents})


def fetch_lacking(asked: Syncing, wanted: Need, known: Collection[str]) -> int:
    """Bring what lacks. What an earlier run left without switching is hashed before it counts.

    Returns:
        The bytes that were fetched.
    """
    folder = asked.folder
    lacking = {
        sha256: size
        for sha256, size in wanted.objects.items()
        if not folder.has_object(sha256, size)
        or (sha256 not in known and not folder.is_whole(sha256))
    }
    missing = sum(size - min(size, folder.part_bytes(name)) for name, size in lacking.items())
    if folder.free_bytes() - missing < asked.reserve_bytes:
        raise Unavailable("too little room for this content", errno="28", reason="disk full")
    asked.progress.begin("objects", len(lacking))
    fetched, names = 0, sorted(lacking)
    lanes = ThreadPoolExecutor(LANES, "fetching")
    try:
        for sha256, brought in zip(
            names, lanes.map(partial(_fetch_one, asked, lacking), names), strict=True
        ):
            fetched += brought
            asked.progress.step(sha256)
    finally:  # where one fails, those under way end first: the folder is still held
        lanes.shutdown(cancel_futures=True)
    asked.progress.end()
    return fetched


def _fetch_one(asked: Syncing, sizes: Mapping[str, int], sha256: str) -> int:
    size_bytes = sizes[sha256]
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return asked.folder.fetch(asked.source, sha256, size_bytes, asked.pace.spend)
        except (Damaged, Unavailable) as fault:
            if attempt == ATTEMPTS or "errno" in fault.values:
                raise
            time.sleep(wait_before_retry(attempt))
    raise AssertionError("unreachable")
