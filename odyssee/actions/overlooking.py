"""Overlooking: everything that a kiosk serves is hashed, once a week and after a run cut short."""

from datetime import datetime, timedelta

from odyssee.actions.needing import need_of
from odyssee.domain.canonical import to_rfc3339
from odyssee.domain.syncing import Profile
from odyssee.files.kiosk_folder import KioskFolder

HELD, RUNNING, SCRUB, SYNC = "held", "running", "scrub", "sync"
"""Notes: what a rollback holds back, a run under way, when all was hashed last, how it ended."""
SCRUB_EVERY = timedelta(days=7)


def is_scrub_due(folder: KioskFolder, now: datetime) -> bool:
    """Whether everything is to be hashed; a note from the future tells nothing."""
    scrubbed = noted_instant(folder, SCRUB)
    return scrubbed is None or not scrubbed <= now < scrubbed + SCRUB_EVERY


def noted_instant(folder: KioskFolder, note: str) -> datetime | None:
    """The instant of a note; null when it says none that can be read."""
    try:
        at = datetime.fromisoformat(folder.read_note(note)["at"])
    except (KeyError, ValueError, TypeError):
        return None
    return None if at.tzinfo is None else at


def look_over(folder: KioskFolder, profile: Profile, now: datetime) -> None:
    """Hash everything where it is time, and note that a run is under way.

    Raises:
        Unavailable: the disk fails.
    """
    if is_scrub_due(folder, now) or folder.read_note(RUNNING):
        scrub_held(folder, profile, now)
    folder.note(RUNNING, {"at": to_rfc3339(now)})


def scrub_held(folder: KioskFolder, profile: Profile, now: datetime) -> list[str]:
    """Hash every object and document; what is bad is removed, for the next run to bring anew.

    The caller holds the folder.

    Returns:
        What was bad, or lacks though it is served now.

    Raises:
        Unavailable: the disk fails.
    """
    # Said before anything goes: a run that is cut here is not taken for settled.
    folder.note(SYNC, {**folder.read_note(SYNC), "settled": None})
    served = need_of(folder, folder.pointer(), profile)
    bad = [*folder.find_bad_documents()]
    bad += [sha256 for sha256 in folder.list_objects() if not folder.is_whole(sha256)]
    lacking = [s for s, size in served.objects.items() if not folder.has_object(s, size)]
    found = sorted({*bad, *lacking})
    folder.note(SCRUB, {"at": to_rfc3339(now), "bad": len(found)})
    return found
