"""Two publications of one territory, kiosks that follow them, and the proof of what they serve."""

import hashlib
import json
import shutil
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from builders import NOON
from flow_builders import open_desk, short_legend, write_content

from odyssee.actions.ingesting import import_folder
from odyssee.actions.publishing import publish
from odyssee.actions.reading import Pointer, find_pointer, load_catalogue
from odyssee.actions.syncing import Outcome, Syncing, sync
from odyssee.actions.tools import Tools
from odyssee.actions.working import work_once
from odyssee.domain.catalogue import empty_catalogue
from odyssee.domain.syncing import EVERYTHING, Profile
from odyssee.files.kiosk_folder import KioskFolder
from odyssee.files.local import LocalStore
from odyssee.files.sources import FolderSource, Source

LATER = NOON + timedelta(days=1)
"""When the second publication was signed."""
AFTER = LATER + timedelta(hours=1)
SLUGS = ("dame-de-riants", "pommier-de-misere")


@dataclass(frozen=True)
class Published:
    """A territory at two moments; between them a word of one legend was changed."""

    root: bytes
    first: Path
    second: Path
    desk: Path
    """Where the desk that published both lies; copy it before anything more is published."""


def publish_twice(home: Path) -> Published:
    """Two publications by one desk."""
    tools = open_desk(home)
    content = write_content(home, *(short_legend(slug) for slug in SLUGS))
    import_folder(tools, content)
    publish_all(tools, NOON)
    shutil.copytree(home / "var" / "published", home / "first")
    text = content / "legendes" / SLUGS[0] / "fr" / "legende.md"
    text.write_text(text.read_text().replace("fière", "hautaine"))
    import_folder(tools, content)
    publish_all(tools, LATER)
    shutil.copytree(home / "var" / "published", home / "second")
    assert tools.desk.signer is not None
    return Published(tools.desk.signer.roots(NOON)[0][1], home / "first", home / "second", home)


def publish_all(tools: Tools, at: datetime) -> None:
    """Publish what changed, at an instant."""
    then = replace(tools, clock=lambda: at)
    for slug in SLUGS:
        publish(then, slug, by="test")
    while work_once(then) is not None:
        pass


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
    return pointer


def pointer_of(published: Path) -> Pointer:
    """What a folder of publications points at."""
    document = json.loads((published / "metadata" / "current.json").read_bytes())
    return Pointer(document["territory"], document["revision"])
