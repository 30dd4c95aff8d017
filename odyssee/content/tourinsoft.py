"""Rows of a Tourinsoft syndication, OData versions 1 to 3: who lodges, feeds and informs walkers.

Several values stand in one text: `#` between them, `|` between the parts of each, `$` within a
part.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from odyssee.content.foreign import Row
from odyssee.content.markup import cut, to_readable
from odyssee.domain.amenities import MAX_NAME, MAX_WORDS, Amenity, AmenityKind, Contact, fold
from odyssee.domain.canonical import to_rfc3339
from odyssee.domain.errors import Problem
from odyssee.domain.geo import LonLat
from odyssee.domain.partners import Partner

COLLECTION = "offre"
_KINDS: tuple[tuple[AmenityKind, str], ...] = (
    ("lodging", r"hotel|heberg|camping|meuble|chambre|\bgite|residence|village vacances|insolite"),
    ("food", r"restaur|auberge|\bcafe|\bbar\b|creperie|degustation"),
    ("parking", r"parking|stationnement|aire de (?:service|camping|covoiturage)"),
    ("toilets", r"toilette|sanitaire"),
    ("water", r"point d.eau|eau potable"),
    ("transport", r"transport|\bgare\b|location de velo"),
    ("information", r"office de tourisme|organisme|point d.information"),
    ("shop", r"commerce|boutique|artisan|producteur|produits du terroir|\bmarche"),
    ("museum", r"musee|ecomusee"),
)
_NOT_HERE = re.compile(r"fete|manifestation|evenement|spectacle|itineraire")
"""Types of things that are no places: events have an end, and trails are legends here."""
_DATE = re.compile(r"/Date\((\d{1,13})(?:[+-]\d{4})?\)/")


def list_rows(page: object) -> tuple[list[Any], int | None] | None:
    """The rows of a page, and how many there are in all where it is told; null: no such page."""
    if not isinstance(page, dict):
        return None
    below = page.get("d")
    if isinstance(below, dict | list):
        page = below if isinstance(below, dict) else {"results": below}
    rows = page.get("value", page.get("results"))
    if not isinstance(rows, list):
        return None
    for name in ("odata.count", "@odata.count", "__count"):
        told = str(page.get(name, ""))
        if told.isascii() and told.isdigit() and len(told) < 10:
            return rows, int(told)
    return rows, None


def take(document: object, partner: Partner, taken: list[Amenity]) -> list[Problem]:
    """Read one row into what was taken.

    Returns:
        What is wrong with it; a row with errors is left out.
    """
    row = Row(COLLECTION, document, "SyndicObjectID")
    label = row.text("ObjectTypeName") or ""
    if _NOT_HERE.search(fold(label)):
        row.advise("ObjectTypeName", "not_an_amenity", type=cut(label, 60))
        return row.problems
    name, place, contact = row.name("SyndicObjectName", MAX_NAME), _place(row), _contact(row)
    if row.is_sound and row.id is not None:
        opening = _opening(row)
        amenity = Amenity(
            partner_kind=partner.kind,
            partner=partner.name,
            external_id=row.id,
            kind=kind_of(f"{label} {row.text('Classification') or ''}"),
            place=place,
            name=name,
            text=_text(row),
            opening={"fr": opening} if opening else {},
            contact=contact,
            url=contact.website,
            licence=partner.licence,
            told_at=_told_at(row),
        )
        taken.append(amenity)
    return row.problems


def kind_of(label: str) -> AmenityKind:
    """The kind by the words of the type and the classification."""
    words = fold(label)
    return next((kind for kind, pattern in _KINDS if re.search(pattern, words)), "other")


def _place(row: Row) -> LonLat:
    told: Mapping[str, Any] = row.told
    for prefix in ("Gmap", "Googlemap"):
        lon, lat = told.get(f"{prefix}Longitude"), told.get(f"{prefix}Latitude")
        if lon and lat:
            return row.check_place(f"{prefix}Latitude", [lon, lat])
    return row.check_place("GmapLatitude", None)


def _text(row: Row) -> dict[str, str]:
    for name in ("DescriptionCommerciale", "Descriptif", "DescriptifSynthetique"):
        words = row.words(name, MAX_WORDS)
        if words:
            english = row.words(f"{name}UK", MAX_WORDS) or row.words(f"{name}Anglais", MAX_WORDS)
            return words | ({"en": next(iter(english.values()))} if english else {})
    return {}


def _told_at(row: Row) -> str | None:
    """When the row was changed last, in RFC 3339 where it is told in milliseconds since 1970."""
    told = row.text("Updated", 40)
    found = _DATE.fullmatch(told or "")
    if found is None:
        return told
    return to_rfc3339(datetime.fromtimestamp(int(found[1]) // 1_000, UTC))


def _values(row: Row, name: str) -> Iterator[list[str]]:
    told = row.told.get(name)
    for value in to_readable(told).split("#") if isinstance(told, str) else ():
        yield [part.strip() for part in value.split("|")]


def _contact(row: Row) -> Contact:
    ways: dict[str, str] = {}
    for label, *parts in _values(row, "MoyenDeCom"):
        told = next((part for part in parts if part), None)
        means = _means(fold(label))
        if told is not None and means is not None:
            ways.setdefault(means, told[:300])
    address = [part for parts in _values(row, "AdresseComplete") for part in parts[:5] if part]
    return Contact(
        phone=row.phone("MoyenDeCom", ways.get("phone")),
        email=row.email("MoyenDeCom", ways.get("email")),
        website=row.check_link("MoyenDeCom", ways.get("website")),
        address=cut(", ".join(address), 200) or None,
    )


def _means(label: str) -> str | None:
    if label.startswith("telephone"):
        return "phone"
    if label in {"mel", "email", "e-mail", "courriel"}:
        return "email"
    return "website" if label.startswith("site web") else None


def _opening(row: Row) -> str:
    """Periods in words: from, to, hours, and the days that are told as closed (the last part)."""
    periods = [_period(parts) for parts in _values(row, "PeriodeOuverture")]
    return cut(" ; ".join(period for period in periods if period), MAX_WORDS)


def _period(parts: list[str]) -> str:
    known = [*parts, *[""] * 8][:8]
    begins, ends, *hours = known[:6]
    if not begins and not ends:
        return ""
    spans = [f"{a}–{b}" for a, b in zip(hours[::2], hours[1::2], strict=True) if a and b]
    closed = ", ".join(day for day in known[7].split("$") if day)
    told = f"du {begins} au {ends}" if begins and ends else f"à partir du {begins or ends}"
    told += f", {' et '.join(spans)}" if spans else ""
    return told + (f" (fermé : {closed.lower()})" if closed else "")
