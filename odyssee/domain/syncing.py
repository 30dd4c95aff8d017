"""Following a publication from afar: what a kiosk wants of it, and how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from odyssee.domain.packs import MIN_READER, standard_files

SyncResult = Literal[
    "done",
    "unchanged",
    "busy",
    "unreachable",
    "not_trusted",
    "expired",
    "disk_full",
    "disk_fault",
    "damaged",
    "waiting",
]
ContentAge = Literal["fresh", "old", "expired", "none"]

RESERVE_BYTES = 250_000_000
"""What a kiosk leaves free on its disk."""
FRESH_FOR = timedelta(days=10)
"""A signature is renewed each day: who has seen none for so long has been cut off."""
MAX_MANIFEST_BYTES = 2_000_000
MAX_OBJECT_BYTES = 500_000_000
MAX_OBJECTS = 20_000


@dataclass(frozen=True, slots=True)
class Profile:
    """What of a pack a kiosk keeps: texts and trails always, the rest as its place needs it."""

    languages: frozenset[str] | None = None
    """Of sounds; null for all."""
    layers: frozenset[str] = frozenset({"audio", "pictures", "map"})
    every_rendition: bool = True
    """Whether other devices fetch their pictures and sounds here too."""


EVERYTHING = Profile()


def wanted_objects(manifest: Mapping[str, Any], profile: Profile) -> dict[str, int]:
    """The objects of a pack that a profile keeps: size in bytes by SHA-256."""
    files = manifest["files"] if profile.every_rendition else standard_files(manifest)
    return {
        file["sha256"]: file["size_bytes"]
        for file in files.values()
        if file["layer"] == "core"
        or (
            file["layer"] in profile.layers
            and (
                profile.languages is None
                or file.get("lang") is None
                or file["lang"] in profile.languages
            )
        )
    }


def is_readable(manifest: Mapping[str, Any]) -> bool:
    """Whether this software understands the pack; a newer one has to be brought first if not."""
    return int(manifest["min_reader"]) <= MIN_READER


def check_manifest(manifest: Any, slug: str) -> None:
    """Let a manifest pass that a kiosk can take.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: it has another form.
    """
    if manifest["format"] != 1 or manifest["pack"] != slug or manifest["revision"] < 1:
        raise ValueError("another pack")
    if len(manifest["files"]) > MAX_OBJECTS:
        raise ValueError("too many files")
    for file in manifest["files"].values():
        size, sha256 = file["size_bytes"], file["sha256"]
        if not isinstance(size, int) or not 0 <= size <= MAX_OBJECT_BYTES:
            raise ValueError("a size out of bounds")
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("not a hash")


def content_age(
    signed_at: datetime | None, expires_at: datetime | None, now: datetime
) -> ContentAge:
    """How old what is shown may be, by the last signature that was seen.

    It is a state of health; whatever it says, the kiosk serves.
    """
    if signed_at is None or expires_at is None:
        return "none"
    if now >= expires_at:
        return "expired"
    return "fresh" if now < signed_at + FRESH_FOR else "old"
