"""Rows of a Geotrek, API version 2: treks, sights, and where walkers eat, sleep and park.

Field names are those of `/api/v2/`; texts come by language when none is asked for.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from odyssee.content.foreign import Row
from odyssee.content.markup import cut, to_commonmark
from odyssee.domain.amenities import MAX_NAME, MAX_WORDS, Amenity, AmenityKind, Contact, fold
from odyssee.domain.checks import INSEE, MAX_ROUTE_POSITIONS
from odyssee.domain.errors import Problem
from odyssee.domain.geo import LonLat
from odyssee.domain.legends import FALLBACK_LANG
from odyssee.domain.partners import Partner
from odyssee.domain.seeds import Sight, Trek
from odyssee.domain.text_checks import MAX_SUMMARY

COLLECTIONS: Mapping[str, str] = {
    "touristiccontent_category": "id,label",
    "trek": "id,name,description,description_teaser,ambiance,geometry,duration,ascent,"
    "departure_city,departure_city_code,advised_parking,parking_location,published,url,"
    "update_datetime",
    "poi": "id,name,description,geometry,type_label,published,url,update_datetime",
    "touristiccontent": "id,name,description,description_teaser,category,geometry,practical_info,"
    "contact,email,website,published,url,update_datetime",
    "informationdesk": "id,name,description,latitude,longitude,phone,email,website,street,"
    "postal_code,municipality",
}
"""What is asked for, in this order, with the fields that are read."""

ON_THE_MAP = frozenset({"trek", "poi", "touristiccontent"})
"""The collections that know `in_bbox`."""

_KINDS: tuple[tuple[AmenityKind, str], ...] = (
    ("parking", r"parking|stationnement|aire de covoiturage"),
    ("toilets", r"toilette|\bwc\b|sanitaire"),
    ("water", r"eau potable|point d.eau|\bwater point\b|drinking"),
    ("transport", r"\bgare\b|arret de|\bbus\b|\bcar\b|navette|station de taxi|borne de recharge"),
    ("information", r"office de(?: | du )?tourisme|point d.information|bureau d.information"),
    ("lodging", r"heberg|\bgites?\b|camping|hotel|chambre|refuge|accommodation|lodging"),
    ("food", r"restaura|auberge|\bcafe\b|\bbar\b|creperie|salon de the|\bfood\b"),
    ("shop", r"commerce|boutique|epicerie|boulangerie|producteur|marche\b|\bshop"),
    ("museum", r"musee|museum|ecomusee"),
)


def kind_of(label: str) -> AmenityKind | None:
    """The kind of an amenity by the words of its category; null for what is to be looked at."""
    words = fold(label)
    return next((kind for kind, pattern in _KINDS if re.search(pattern, words)), None)


@dataclass(slots=True)
class Taken:
    """What rows gave so far, and what is wrong with them."""

    partner: Partner
    amenities: list[Amenity] = field(default_factory=list)
    sights: list[Sight] = field(default_factory=list)
    treks: list[Trek] = field(default_factory=list)
    categories: dict[str, str] = field(default_factory=dict)
    """Labels of `touristiccontent_category`, by id."""


def take(collection: str, document: object, taken: Taken) -> list[Problem]:
    """Read one row of a collection into what was taken.

    Returns:
        What is wrong with it; a row with errors is left out.
    """
    row = Row(collection, document)
    if row.told and not _is_published(row.told.get("published")):
        return []
    readers = {
        "touristiccontent_category": _take_category,
        "trek": _take_trek,
        "poi": _take_poi,
        "touristiccontent": _take_content,
        "informationdesk": _take_desk,
    }
    readers[collection](row, taken)
    return row.problems


def _is_published(told: object) -> bool:
    """In any language; systems that say nothing of it send what is published only."""
    return any(told.values()) if isinstance(told, dict) else told is not False


def _take_category(row: Row, taken: Taken) -> None:
    label = row.words("label", MAX_NAME)
    if row.id is not None and label:
        taken.categories[row.id] = label.get(FALLBACK_LANG) or next(iter(label.values()))


def _take_poi(row: Row, taken: Taken) -> None:
    name, place = row.name("name", MAX_NAME), row.place("geometry")
    label = row.words("type_label", MAX_NAME)
    kind = kind_of(label.get(FALLBACK_LANG) or next(iter(label.values()), ""))
    if not row.is_sound:
        return
    if kind is not None:
        text = row.words("description", MAX_WORDS)
        taken.amenities.append(_amenity(row, taken, kind, place, name=name, text=text))
    if kind is None or kind == "museum":
        text = {lang: to_commonmark(told) for lang, told in row.raw("description").items()}
        taken.sights.append(Sight(external_id=row.key, name=name, text=text, place=place))


def _take_content(row: Row, taken: Taken) -> None:
    name, place = row.name("name", MAX_NAME), row.place("geometry")
    kind = kind_of(taken.categories.get(str(row.told.get("category")), ""))
    contact = Contact(
        phone=None,
        email=row.email("email", row.text("email")),
        website=row.url("website"),
        address=row.text("contact"),
    )
    if row.is_sound:
        told = row.words("description_teaser", MAX_WORDS) or row.words("description", MAX_WORDS)
        opening = row.words("practical_info", MAX_WORDS)
        whole = {"name": name, "text": told, "opening": opening, "contact": contact}
        taken.amenities.append(_amenity(row, taken, kind or "other", place, **whole))


def _take_desk(row: Row, taken: Taken) -> None:
    name = row.name("name", MAX_NAME)
    place = row.check_place("latitude", [row.told.get("longitude"), row.told.get("latitude")])
    town = (row.text("street"), row.text("postal_code"), row.text("municipality"))
    contact = Contact(
        phone=row.phone("phone", row.text("phone")),
        email=row.email("email", row.text("email")),
        website=row.url("website"),
        address=" ".join(part for part in town if part) or None,
    )
    if row.is_sound:
        text = row.words("description", MAX_WORDS)
        whole = {"name": name, "text": text, "contact": contact}
        taken.amenities.append(_amenity(row, taken, "information", place, **whole))


def _amenity(row: Row, taken: Taken, kind: AmenityKind, place: LonLat, **told: Any) -> Amenity:
    partner = taken.partner
    return Amenity(
        partner_kind=partner.kind,
        partner=partner.name,
        external_id=row.key,
        kind=kind,
        place=place,
        url=row.url("url"),
        licence=partner.licence,
        told_at=row.text("update_datetime", 40),
        **told,
    )


def _take_trek(row: Row, taken: Taken) -> None:
    name, line = row.name("name", MAX_NAME), _line(row)
    if not row.is_sound:
        return
    teaser = row.words("description_teaser", MAX_SUMMARY)
    whole = row.words("description", MAX_SUMMARY)
    parking = row.words("advised_parking", MAX_WORDS)
    trek = Trek(
        external_id=row.key,
        name=name,
        summary={lang: teaser.get(lang) or whole.get(lang) or name[lang] for lang in name},
        story={lang: story for lang in name if (story := _story(row, lang))},
        parking=parking,
        line=line,
        insee=_insee(row.told),
        duration_h=_finite(row.told.get("duration")),
        ascent_m=_metres(row.told.get("ascent")),
        url=row.url("url"),
    )
    taken.treks.append(trek)
    if isinstance(row.told.get("parking_location"), list):
        _take_parking(row, taken, trek)


def _take_parking(row: Row, taken: Taken, trek: Trek) -> None:
    """The car park that a trek advises; where it cannot be read, the trek is taken without it."""
    beside = Row("trek", row.told)
    place = beside.check_place("parking_location", row.told.get("parking_location"))
    if not beside.is_sound:
        row.advise("parking_location", "place_impossible")
        return
    names = {"fr": f"Parking : {trek.name[FALLBACK_LANG]}"}
    if "en" in trek.name:
        names["en"] = f"Car park: {trek.name['en']}"
    beside.key = f"{row.key}/parking"
    named = {lang: cut(words, MAX_NAME) for lang, words in names.items()}
    taken.amenities.append(
        _amenity(beside, taken, "parking", place, name=named, text=dict(trek.parking))
    )


def _story(row: Row, lang: str) -> str:
    parts = (row.raw(name).get(lang, "") for name in ("ambiance", "description"))
    return "\n\n".join(told for part in parts if (told := to_commonmark(part)))


def _line(row: Row) -> tuple[LonLat, ...]:
    geometry = row.told.get("geometry")
    positions = list(_positions(geometry)) if isinstance(geometry, dict) else []
    if len(positions) > MAX_ROUTE_POSITIONS:
        row.refuse("geometry", "too_many", max=str(MAX_ROUTE_POSITIONS))
        return ()
    before = len(row.problems)
    line: list[LonLat] = []
    for position in positions:
        place = row.check_place("geometry", position)
        if len(row.problems) > before:
            return ()
        if not line or line[-1] != place:
            line.append(place)
    if len(line) < 2:
        row.refuse("geometry", "line_missing")
    return tuple(line)


def _positions(geometry: Mapping[str, Any]) -> Iterator[Any]:
    """Those of a line; of several, one after the other."""
    coordinates = geometry.get("coordinates")
    parts = coordinates if geometry.get("type") == "MultiLineString" else [coordinates]
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, list):
            yield from part


def _insee(told: Mapping[str, Any]) -> str | None:
    """The code where newer ones tell it; older ones give the code as the commune's id."""
    for name in ("departure_city_code", "departure_city"):
        code = told.get(name)
        if isinstance(code, str) and INSEE.fullmatch(code):
            return code
    return None


def _finite(told: object) -> float | None:
    is_number = isinstance(told, int | float) and not isinstance(told, bool)
    return float(told) if is_number and 0 < told <= 1_000 else None  # type: ignore[arg-type, operator]  # a number, as was just asked


def _metres(told: object) -> int | None:
    return told if isinstance(told, int) and not isinstance(told, bool) else None
