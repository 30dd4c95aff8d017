"""A kiosk's upkeep: how it stands, going back by one, hashing everything, carrying by stick."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from odyssee.actions.needing import need_of
from odyssee.actions.offering import offer_key, read_kept_offer, wheel_key
from odyssee.actions.overlooking import HELD, SCRUB, SYNC, noted_instant, scrub_held
from odyssee.actions.reading import METADATA, manifest_key, object_key, territory_key
from odyssee.actions.signing import SOFTWARE, TERRITORY, find_release
from odyssee.actions.tools import NoProgress, Progress
from odyssee.domain.canonical import to_rfc3339
from odyssee.domain.catalogue import objects_of
from odyssee.domain.errors import Damaged, NotFound, Unavailable
from odyssee.domain.syncing import ContentAge, Profile, content_age
from odyssee.files.kiosk_folder import KioskFolder
from odyssee.files.store import FileStore
from odyssee.trust.following import read_floor
from odyssee.trust.release import TIMESTAMP


@dataclass(frozen=True, slots=True, kw_only=True)
class KioskState:
    """How a kiosk stands; nothing of it is about a visitor."""

    packs: dict[str, int]
    content: ContentAge
    last_sync: dict[str, Any] | None
    """`at`, `result`, `detail`."""
    waiting: tuple[str, ...]
    """Packs that a newer software is needed for."""
    free_bytes: int
    clock_trusted: bool
    """Whether the clock is not behind what was signed."""
    scrubbed_at: str | None
    bad_objects: int


def look_at_kiosk(folder: KioskFolder, now: datetime) -> KioskState:
    """How the kiosk stands; nothing is written, no network is asked, and no note is believed."""
    floor, noted, scrubbed = (
        read_floor(folder.trust),
        folder.read_note(SYNC),
        folder.read_note(SCRUB),
    )
    trusted = floor is None or now >= floor.signed_at
    served = folder.pointer() is not None
    age = content_age(
        floor.signed_at if floor and served else None,
        floor.expires_at if floor else None,
        now if trusted or floor is None else floor.signed_at,
    )
    last = {name: noted.get(name) for name in ("at", "result", "detail")}
    waiting, bad, at = noted.get("waiting"), scrubbed.get("bad"), noted_instant(folder, SCRUB)
    return KioskState(
        packs=_packs(folder),
        content="old" if served and age == "none" else age,
        last_sync=last if all(isinstance(value, str) for value in last.values()) else None,
        waiting=tuple(w for w in waiting if isinstance(w, str))
        if isinstance(waiting, list)
        else (),
        free_bytes=_free_bytes(folder),
        clock_trusted=trusted,
        scrubbed_at=None if at is None else to_rfc3339(at),
        bad_objects=bad if isinstance(bad, int) else 0,
    )


def _packs(folder: KioskFolder) -> dict[str, int]:
    """What is served now, read from what is there and not from what was noted."""
    pointer = folder.pointer()
    if pointer is None:
        return {}
    try:
        document = json.loads(folder.document(territory_key(pointer.territory)) or b"")
        return {slug: int(entry["revision"]) for slug, entry in document["legends"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _free_bytes(folder: KioskFolder) -> int:
    try:
        return folder.free_bytes()
    except Unavailable:
        return 0


def roll_back(folder: KioskFolder, profile: Profile) -> dict[str, int]:
    """Serve again what was served before; what was left is held back until something newer comes.

    All of it is hashed first: what is not whole any more is not gone back to.

    Returns:
        The revisions that are served now.

    Raises:
        NotFound: there is nothing to go back to.
        Damaged: what was served before is not whole any more.
        Conflict: a synchronisation is under way.
        Unavailable: the disk fails.
    """
    with folder.held():
        present, previous = folder.pointer(), folder.previous()
        if present is None or previous is None or previous == present:
            raise NotFound(revision="previous")
        need = need_of(folder, previous, profile)
        if not need.is_whole or not all(folder.is_whole(sha256) for sha256 in need.objects):
            raise Damaged("what was served before is not whole any more")
        folder.note(HELD, {"territory": present.territory})
        folder.note(SYNC, {**folder.read_note(SYNC), "settled": None})
        folder.switch(previous)
    return _packs(folder)


def scrub(folder: KioskFolder, profile: Profile, now: datetime) -> list[str]:
    """Hash everything and remove what is bad; see `scrub_held`.

    Raises:
        Conflict: a synchronisation is under way.
        Unavailable: the disk fails.
    """
    with folder.held():
        return scrub_held(folder, profile, now)


def export_packs(store: FileStore, target: Path, progress: Progress | None = None) -> int:
    """Write what is published onto a stick: what points is written last.

    Names hold digits, letters, points and hyphens alone, so that any file system
    takes them; what lies there already and is the same is not written again.

    Returns:
        How many files there are.

    Raises:
        NotFound: nothing is published and signed yet.
        Unavailable: the stick cannot be written.
    """
    release = find_release(store)
    if release is None:
        raise NotFound(path=f"{METADATA}/{TIMESTAMP}")
    keys: list[str] = []
    for path, found in release.targets_by_path().items():
        if path == TERRITORY:
            keys.append(territory_key(found.sha256))
            continue
        if path == SOFTWARE:
            wheels = read_kept_offer(store, found.sha256).wheels
            keys = [*(wheel_key(wheel.sha256) for wheel in wheels), *keys, offer_key(found.sha256)]
            continue
        key = manifest_key(found.sha256, path.removeprefix("packs/").removesuffix(".json"))
        keys = [*map(object_key, objects_of(json.loads(store.get(key)))), *keys, key]
    roots = sorted(key for key in store.list_keys(f"{METADATA}/") if key.endswith(".root.json"))
    snapshot = release.timestamp.signed.snapshot_meta.version
    keys += [*roots, f"{METADATA}/{release.targets.signed.version}.targets.json"]
    keys += [f"{METADATA}/{snapshot}.snapshot.json", f"{METADATA}/{TIMESTAMP}"]
    told = progress or NoProgress()
    told.begin("files", len(keys))
    for key in dict.fromkeys(keys):
        _copy(store, key, target / key)
        told.step(key)
    told.end()
    return len(dict.fromkeys(keys))


def _copy(store: FileStore, key: str, path: Path) -> None:
    stat = store.stat(key)
    kept = path.stat().st_size if path.is_file() else None
    try:
        if key.startswith("objects/") and stat is not None and kept == stat.size_bytes:
            return  # its name is its hash: who reads it checks
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name("new.tmp")
        with beside.open("wb") as file:
            for piece in store.open(key):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as fault:
        raise Unavailable(f"{path.name} cannot be written", reason=str(fault.strerror)) from fault
