"""Updating: a kiosk takes over the software that its office offers, tries it, and can go back."""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from errno import ENOSPC
from typing import Literal

from odyssee.actions.tools import NoProgress, Progress
from odyssee.domain.canonical import sha256_of
from odyssee.domain.errors import (
    Conflict,
    Damaged,
    Expired,
    Misconfigured,
    OdysseeError,
    SoftwareUnfit,
    Unavailable,
)
from odyssee.domain.software import (
    BESIDE,
    MAX_OFFER_BYTES,
    MOST_STARTS,
    Software,
    fall_back,
    is_refused,
    read_offer,
    refuse_offer,
    take_offer,
)
from odyssee.domain.syncing import RESERVE_BYTES
from odyssee.files.kiosk_folder import KioskFolder
from odyssee.files.kiosk_software import KioskSoftware, environment_of
from odyssee.files.sources import Source, read_bounded
from odyssee.trust.following import follow
from odyssee.trust.release import Target

UpdateResult = Literal[
    "updated",
    "unchanged",
    "nothing",
    "refused",
    "unfit",
    "busy",
    "unreachable",
    "not_trusted",
    "damaged",
    "disk_full",
]
_OFFER = "software.json"
_ROOM = 3
"""Wheels, what they unpack to, and what Python makes of it."""


@dataclass(frozen=True, slots=True)
class Updated:
    """How an update ended; whatever it says, something that stood before runs."""

    result: UpdateResult
    detail: str = ""
    version: str | None = None
    """What is offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Updating:
    """One look for software: where to, where from, and what runs now."""

    folder: KioskFolder
    source: Source
    present: str
    """The version that runs."""
    by_hand: str
    """The version that was installed by hand; the same, where nothing was taken over yet."""
    now: datetime
    root: bytes | None = None
    again: bool = False
    """Try also what did not stand before."""
    reserve_bytes: int = RESERVE_BYTES
    progress: Progress = field(default_factory=NoProgress)


def update(asked: Updating) -> Updated:
    """Install what is offered where it is another version, and choose it if it stands.

    Raises:
        Misconfigured: the kiosk has no root to trust.
    """
    try:
        with asked.folder.held():
            return _update(asked)
    except OdysseeError as refusal:
        if isinstance(refusal, Misconfigured):
            raise
        return Updated(_result_of(refusal), _told(refusal))
    except OSError as fault:  # of the folder of trust, which is not written by hands of ours
        return Updated("disk_full" if fault.errno == ENOSPC else "unreachable", str(fault.strerror))


def _result_of(refusal: OdysseeError) -> UpdateResult:
    match refusal:
        case Conflict():
            return "busy"
        case SoftwareUnfit():
            return "unfit"
        case Damaged() | Expired():
            return "damaged" if "sha256" in refusal.values else "not_trusted"
    return "disk_full" if refusal.values.get("errno") == str(ENOSPC) else "unreachable"


def _told(fault: OdysseeError) -> str:
    reason = fault.values.get("reason")
    if isinstance(fault, SoftwareUnfit):
        return reason or ""
    return f"{fault}: {reason}" if reason else str(fault)


def _update(asked: Updating) -> Updated:
    trusted = follow(
        asked.folder.trust,
        asked.root,
        lambda name: asked.source.document("metadata", name),
        asked.now,
    )
    target = trusted.targets.get(_OFFER)
    if target is None:
        return Updated("nothing")
    software, versions = _read(asked, target), KioskSoftware(asked.folder)
    chosen = versions.chosen()
    if chosen.offer == target.sha256 or software.version == asked.present:
        return Updated("unchanged", version=software.version)
    if is_refused(chosen, target.sha256) and not asked.again:
        return Updated("refused", version=software.version)
    _fetch(asked, software, versions)
    try:
        versions.install(software.wheels, target.sha256)
    except SoftwareUnfit:
        versions.choose(refuse_offer(chosen, target.sha256))
        raise
    versions.choose(take_offer(chosen, target.sha256, asked.by_hand))
    return Updated("updated", version=software.version)


def _read(asked: Updating, target: Target) -> Software:
    if target.size_bytes > MAX_OFFER_BYTES:
        raise Damaged("an offer that is too long")
    pieces = asked.source.document("targets", f"{target.sha256}.{_OFFER}")
    data = read_bounded(pieces, MAX_OFFER_BYTES)
    if sha256_of(data) != target.sha256:
        raise Damaged("the offer is not what is vouched for")
    try:
        return read_offer(json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise Damaged("the offer is not readable: it may need newer software") from fault


def _fetch(asked: Updating, software: Software, versions: KioskSoftware) -> None:
    if asked.folder.free_bytes() - _ROOM * software.size_bytes < asked.reserve_bytes:
        raise Unavailable("too little room for this software", errno="28", reason="disk full")
    asked.progress.begin("wheels", len(software.wheels))
    for wheel in software.wheels:
        if not versions.has(wheel):
            versions.fetch(wheel, asked.source.document("targets", f"software/{wheel.sha256}.whl"))
        asked.progress.step(wheel.name)
    asked.progress.end()


def what_to_run(folder: KioskFolder, by_hand: str, *, counts: bool) -> dict[str, str] | None:
    """The environment of the version to hand over to; null for what was installed by hand.

    A version that was started three times without standing is left for the one
    before, and all of them are once somebody installs another by hand.

    Args:
        folder: The kiosk's.
        by_hand: The version that was installed by hand.
        counts: Whether this is a start of the server, which must stand.

    Raises:
        Unavailable: the disk fails.
    """
    versions = KioskSoftware(folder)
    chosen = versions.chosen()
    if chosen.offer is None or chosen.beside != by_hand:
        return None
    if counts and versions.count_start(chosen.offer) > MOST_STARTS:
        with suppress(Conflict), folder.held():  # an update that is under way chooses by itself
            chosen = fall_back(versions.chosen())
            versions.choose(chosen)
    if chosen.offer is None:
        return None
    return environment_of(versions.path_of(chosen.offer)) | {BESIDE: by_hand}


def note_that_it_stands(folder: KioskFolder) -> None:
    """The version that serves has done so for a while; a disk that fails is no news here."""
    with suppress(Unavailable):
        KioskSoftware(folder).stands()
