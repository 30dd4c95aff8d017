"""Kiosks: public screens that serve the legends without a network, as the office knows them."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from odyssee.domain.errors import Problem
from odyssee.domain.geo import Document
from odyssee.domain.languages import LANGUAGE
from odyssee.domain.packs import Layer
from odyssee.domain.people import check_name
from odyssee.domain.syncing import EVERYTHING, ContentAge, Profile

Quality = Literal["high", "low"]
"""Of sound: as it is published, or small for a slow line."""
KioskState = Literal["waiting", "enrolled", "revoked"]
Delivery = Literal["online", "usb"]
"""How a kiosk is reached to be enrolled."""

CODE_LIFETIME: Mapping[Delivery, timedelta] = {
    "online": timedelta(minutes=15),
    "usb": timedelta(days=30),
}
"""How long a one-time code waits (design/packs.md, section 3)."""
_SERVER = re.compile(r"https?://[^/?#@\s]+(?:/[^?#\s]*)?")
LAYERS: tuple[Layer, ...] = get_args(Layer)
MAX_LINE = 200
"""Characters of what a kiosk's software says that are kept."""
MAX_LANGUAGES = 20
MAX_LANGUAGE = 35
"""Characters (RFC 5646, section 4.4.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KioskProfile(Document):
    """What of the packs a kiosk is to keep."""

    languages: tuple[str, ...] | None = None
    """Null for all that are published."""
    layers: tuple[Layer, ...] = LAYERS
    """`core` is among them: without it there is nothing to read."""
    audio: Quality = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class LastSync(Document):
    """How the last sync of a kiosk ended."""

    at: datetime
    """By the kiosk's own clock."""
    result: str
    """A word of the kiosk's software, such as `done` or `no_space`."""
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrub(Document):
    """How the last look at every object of a kiosk ended."""

    at: datetime
    """By the kiosk's own clock."""
    bad: int
    """Objects that were not what their hash promises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health(Document):
    """What a kiosk tells of itself, and nothing else (design/packs.md, section 3)."""

    packs: Mapping[str, int]
    """The revision of each legend that it serves, by slug."""
    content: ContentAge
    content_age_s: int | None = None
    """Since the publisher last confirmed it; null when the kiosk cannot tell."""
    last_sync: LastSync | None = None
    free_bytes: int | None = None
    scrub: Scrub | None = None
    clock_trusted: bool | None = None
    software: str | None = None
    uptime_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kiosk:
    """A kiosk; never removed, so that what it counted keeps its source."""

    id: str
    name: str
    """What the office calls it."""
    office: str | None
    """The slug of the office that looks after it."""
    profile: KioskProfile
    machine: str
    """What the kiosk calls itself; empty before it enrolled."""
    public_key: str | None
    """What its signatures are checked with; null before it enrolled."""
    code_expires_at: datetime | None
    """Until when its one-time code waits; null when none does."""
    created_at: datetime
    enrolled_at: datetime | None
    revoked_at: datetime | None
    last_seen_at: datetime | None
    """When it last called with a good signature."""
    health: Health | None
    health_at: datetime | None
    """When that report came."""
    refused: int
    """Visits that it counted under days that nobody could believe: its clock is wrong."""
    version: int
    """Rises with what an office changes, not with what the kiosk tells."""

    @property
    def state(self) -> KioskState:
        """Whether it may call."""
        if self.revoked_at is not None:
            return "revoked"
        return "waiting" if self.public_key is None else "enrolled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership(Document):
    """What a kiosk knows of itself once the office took it in."""

    id: str
    name: str
    """What the office calls it."""
    office: str | None
    profile: KioskProfile
    server: str | None
    """The address that it enrolled at; null when a stick carried its enrolment."""


def profile_for(
    languages: frozenset[str],
    layers: frozenset[str],
    told: KioskProfile | None,
    *,
    every_rendition: bool = True,
) -> Profile:
    """What a kiosk keeps.

    Args:
        languages: As its own settings say; none for those of the office.
        layers: As its own settings say, `core` alone for none beside it; none for the office's.
        told: What the office says; null before it enrolled.
        every_rendition: Whether other devices fetch here too.
    """
    office = told or KioskProfile()
    spoken = languages or (None if office.languages is None else frozenset(office.languages))
    kept = (layers or frozenset(office.layers)) & EVERYTHING.layers
    return Profile(languages=spoken, layers=kept, every_rendition=every_rendition)


def check_server(url: str) -> list[Problem]:
    """Whether a kiosk can call that address."""
    return [] if _SERVER.fullmatch(url) else [Problem("server", "bad_server")]


def check_kiosk(name: str, profile: KioskProfile) -> list[Problem]:
    """A name that can be told apart on a list, and a profile that leaves something to read."""
    return check_name(name) + _check_languages(profile) + _check_layers(profile)


def check_machine(name: str) -> list[Problem]:
    """What a kiosk calls itself; it may be nothing."""
    return check_name(name, empty=True)


def plain_line(text: str) -> str:
    """The beginning of what a kiosk's software says, without characters that show nothing."""
    shown = "".join(
        " " if unicodedata.category(letter).startswith(("C", "Z")) else letter for letter in text
    )
    return re.sub(" +", " ", shown).strip()[:MAX_LINE]


def _check_languages(profile: KioskProfile) -> list[Problem]:
    languages = profile.languages
    if languages is None:
        return []
    if not 1 <= len(languages) <= MAX_LANGUAGES or len(set(languages)) < len(languages):
        return [Problem("profile/languages", "bad_languages")]
    return [
        Problem(f"profile/languages/{at}", "bad_language")
        for at, lang in enumerate(languages)
        if len(lang) > MAX_LANGUAGE or not LANGUAGE.fullmatch(lang)
    ]


def _check_layers(profile: KioskProfile) -> list[Problem]:
    if "core" in profile.layers and len(set(profile.layers)) == len(profile.layers):
        return []
    return [Problem("profile/layers", "bad_layers")]
