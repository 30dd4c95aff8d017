"""Amenities: where a walker sleeps, eats, parks or drinks near a trail; `services` to the public.

They belong to the territory and its local actors, not to a legend: a pack names
those that are near its route when it is built (docs/adr/0023).
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from odyssee.domain.canonical import canonical, sha256_of
from odyssee.domain.errors import Problem
from odyssee.domain.geo import Document, LonLat
from odyssee.domain.legends import FALLBACK_LANG
from odyssee.domain.partners import PartnerKind

AmenityKind = Literal[
    "lodging",
    "food",
    "parking",
    "toilets",
    "water",
    "shop",
    "information",
    "transport",
    "museum",
    "other",
]
KINDS: tuple[AmenityKind, ...] = get_args(AmenityKind)

MAX_NAME = 120
MAX_WORDS = 500
"""Characters of a description, and of opening hours."""

_TOLD = (
    "id",
    "kind",
    "name",
    "text",
    "opening",
    "location",
    "along_m",
    "off_m",
    "contact",
    "source",
)
"""What a pack says of an amenity."""

JsonDocument = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Document):
    """How a host is reached; null: not told."""

    phone: str | None = None
    email: str | None = None
    website: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amenity(Document):
    """One amenity as a partner tells it; partner kind, partner and external id are its key."""

    partner_kind: PartnerKind
    partner: str
    external_id: str
    """Within the partner: `poi/12`, `HOTCEN0280010001`."""
    kind: AmenityKind
    place: LonLat
    name: Mapping[str, str]
    """By language, French always; texts are plain words."""
    text: Mapping[str, str] = field(default_factory=dict)
    opening: Mapping[str, str] = field(default_factory=dict)
    contact: Contact = field(default_factory=Contact)
    url: str | None = None
    """Where the partner shows it."""
    credit: str | None = None
    """Who wrote it; null: the partner."""
    licence: str | None = None
    told_at: str | None = None
    """When the partner changed it last, in its own words."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What stays the same when everything else changes."""
        return self.partner_kind, self.partner, self.external_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """An amenity as it is kept: what the partner tells, and what an office says of it."""

    id: str
    amenity: Amenity
    corrected: LonLat | None
    """Where it really is, as an office found; an import never touches it."""
    hidden: bool
    """Not published any more."""
    version: int
    """1 when it came; one more at each change."""
    created_at: datetime
    updated_at: datetime
    last_seen_at: datetime
    """When the partner sent it last."""

    @property
    def place(self) -> LonLat:
        """Where it is."""
        return self.corrected or self.amenity.place


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """An amenity near a route."""

    listing: Listing
    along_m: int
    """From the start along the route, to where one leaves it."""
    off_m: int
    """From there, as the crow flies."""


def sha256_of_amenity(amenity: Amenity) -> str:
    """Says whether a partner tells something new; `told_at` alone is nothing new."""
    document = amenity_to_document(amenity)
    del document["told_at"]
    return sha256_of(canonical(document))


def amenity_to_document(amenity: Amenity) -> JsonDocument:
    """Everything of it as JSON."""
    contact = amenity.contact
    return {
        "partner_kind": amenity.partner_kind,
        "partner": amenity.partner,
        "external_id": amenity.external_id,
        "kind": amenity.kind,
        "place": list(amenity.place),
        "name": dict(amenity.name),
        "text": dict(amenity.text),
        "opening": dict(amenity.opening),
        "contact": {name: getattr(contact, name) for name in contact.__slots__},
        "url": amenity.url,
        "credit": amenity.credit,
        "licence": amenity.licence,
        "told_at": amenity.told_at,
    }


def amenity_from_document(document: Mapping[str, Any]) -> Amenity:
    """As `amenity_to_document` wrote it."""
    told = dict(document)
    told["place"] = LonLat(*told["place"])
    told["contact"] = Contact(**told["contact"])
    return Amenity(**told)


def nearby_document(nearby: Sequence[Nearby]) -> JsonDocument:
    """`services.json` of a pack, in every language."""
    return {"format": 1, "services": [_nearby(one) for one in nearby]}


def nearby_from_document(document: Mapping[str, Any]) -> tuple[JsonDocument, ...]:
    """The amenities of `services.json`, each with what answers are made of.

    Raises:
        KeyError: one of them lacks something.
    """
    return tuple({key: one[key] for key in _TOLD} for one in document["services"])


def _nearby(one: Nearby) -> JsonDocument:
    listing, amenity = one.listing, one.listing.amenity
    contact = amenity.contact
    known = {name: getattr(contact, name) for name in contact.__slots__}
    return {
        "id": listing.id,
        "kind": amenity.kind,
        "name": dict(amenity.name),
        "text": dict(amenity.text),
        "opening": dict(amenity.opening),
        "location": {"type": "Point", "coordinates": list(listing.place)},
        "along_m": one.along_m,
        "off_m": one.off_m,
        "contact": {name: value for name, value in known.items() if value is not None},
        "source": {
            "name": amenity.credit or amenity.partner,
            "url": amenity.url,
            "licence": amenity.licence,
        },
    }


def told_in(words: Mapping[str, str], lang: str) -> str | None:
    """The words in that language, else in French; null where there are none."""
    return words.get(lang) or words.get(FALLBACK_LANG)


def is_called(listing: Listing, asked: str) -> bool:
    """Whether the words that are asked for stand in its name; accents and case do not matter."""
    sought = fold(asked)
    return any(sought in fold(name) for name in listing.amenity.name.values())


def fold(text: str) -> str:
    """The text as people search for it: without accents, in lower case."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")


def check_listing(place: LonLat | None) -> list[Problem]:
    """What is wrong with a corrected place."""
    if place is None or (place.is_on_earth and place != (0.0, 0.0)):
        return []
    return [Problem("location", "place_impossible")]
