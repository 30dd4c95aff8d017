"""A kiosk that follows what is published, and the proof of what it serves."""

import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path

from builders import NOON

from odyssee.actions.reading import Pointer, find_pointer, load_catalogue
from odyssee.actions.syncing import Outcome, Syncing, sync
from odyssee.domain.catalogue import empty_catalogue
from odyssee.domain.syncing import EVERYTHING, Profile
from odyssee.files.kiosk_folder import KioskFolder
from odyssee.files.local import LocalStore
from odyssee.files.sources import FolderSource, Source

LATER = NOON + timedelta(days=1)
"""When the second publication was signed."""
AFTER = LATER + timedelta(hours=1)


def bring(
    kiosk: KioskFolder,
    source: Path | Source,
    root: bytes | None = None,
    *,
    now: datetime = AFTER,
    profile: Profile = EVERYTHING,
    reserve_bytes: int = 0,
) -> Outcome:
    """Synchronise a kiosk from a folder or another source."""
    found = FolderSource(source) if isinstance(source, Path) else source
    return sync(
        Syncing(
            folder=kiosk,
            source=found,
            profile=profile,
            now=now,
            root=root,
            reserve_bytes=reserve_bytes,
        )
    )


def served(kiosk: KioskFolder) -> Pointer | None:
    """What the kiosk points at, after everything that it needs was read and hashed."""
    store = LocalStore(kiosk.store)
    pointer = find_pointer(store)
    if pointer is None:
        return None
    catalogue = load_catalogue(store, pointer, empty_catalogue())
    for legend in catalogue.legends.values():
        for sha256 in legend.objects:
            data = (kiosk.store / "objects" / sha256).read_bytes()
            assert hashlib.sha256(data).hexdigest() == sha256
    return pointer._replace(goes_back=False)


def pointer_of(published: Path) -> Pointer:
    """What a folder of publications points at."""
    document = json.loads((published / "metadata" / "current.json").read_bytes())
    return Pointer(document["territory"], document["revision"])
