"""Seeds: treks and sights of a partner, from which a curator starts a legend."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import shapely

from odyssee.domain.geo import LonLat, distance_m, length_m, point, projection_at
from odyssee.domain.legends import (
    FALLBACK_LANG,
    Commune,
    Difficulty,
    Legend,
    LegendText,
    Practical,
    Rights,
    Route,
    Source,
)
from odyssee.domain.partners import Partner
from odyssee.domain.slugs import MAX_SLUG
from odyssee.domain.stops import Site, Stop, StopText
from odyssee.domain.zones import Zone

REACH_M = 100.0
"""A sight so near to a trek is one of its stops."""
MAX_SEEDED = 64
"""Stops of one legend (domain/checks.py)."""
RADIUS_M = 40.0
PRECISION_M = 50.0
"""A partner puts its sights on the map, not on the spot."""
CLOSED_M = 50.0
"""A trek whose ends are so near to each other is a loop."""
UNKNOWN_LICENCE = "LicenseRef-a-verifier"
"""What a draft says where the settings name no licence: somebody has to ask."""
_MODERATE_M, _HARD_M = 8_000.0, 15_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Something to see, as a partner tells it."""

    external_id: str
    name: Mapping[str, str]
    """By language, French always."""
    text: Mapping[str, str]
    """CommonMark by language."""
    place: LonLat


@dataclass(frozen=True, slots=True, kw_only=True)
class Trek:
    """A walk, as a partner tells it."""

    external_id: str
    name: Mapping[str, str]
    """By language, French always."""
    summary: Mapping[str, str]
    """Plain words by language, 300 characters at most."""
    story: Mapping[str, str]
    """CommonMark by language."""
    parking: Mapping[str, str] = field(default_factory=dict)
    """Where to leave the car, in plain words by language."""
    line: tuple[LonLat, ...]
    insee: str | None
    """Of the commune where it starts."""
    duration_h: float | None
    """Walking only."""
    ascent_m: int | None
    url: str | None


def to_slug(text: str) -> str:
    """A slug that reads like the text; empty where it has neither letter nor digit of ours."""
    spelled = text.casefold().replace("œ", "oe").replace("æ", "ae").replace("’", "-")
    plain = unicodedata.normalize("NFD", spelled).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_SLUG].strip("-")


def slug_of(trek: Trek) -> str:
    """The slug of the draft that a trek begins."""
    return to_slug(trek.name[FALLBACK_LANG]) or to_slug(trek.external_id)


def plan_draft(
    trek: Trek, sights: Sequence[Sight], partner: Partner, communes: Sequence[Commune]
) -> Legend:
    """A draft for a curator to write on: the line as the route, sights along it as stops.

    Args:
        trek: the walk.
        sights: all that are known; those within 100 m of the line become stops, in its order.
        partner: whose words these are.
        communes: of the territory, for the name of the one where the trek starts.
    """
    insee = trek.insee or (communes[0].insee if communes else "00000")
    named = {commune.insee: commune.name for commune in communes}
    licence = partner.licence or UNKNOWN_LICENCE
    source = Source(key=partner.name, title=partner.name, url=trek.url)
    return Legend(
        format=1,
        slug=slug_of(trek),
        commune=Commune(name=named.get(insee, insee), insee=insee),
        site_status="provisional",
        text_status="provisional",
        loop=distance_m(trek.line[0], trek.line[-1]) <= CLOSED_M,
        duration_min=_duration_min(trek),
        difficulty=_difficulty(length_m(trek.line)),
        route=Route(status="traced", line=trek.line),
        practical=Practical(parking=True if trek.parking else None, ascent_m=_ascent_m(trek)),
        rights=Rights(text_author=partner.name, licence=licence, sources=(source,)),
        stops=_stops(trek, sights, partner.name),
        texts={lang: _text(trek, lang) for lang in trek.name},
    )


def _text(trek: Trek, lang: str) -> LegendText:
    summary = trek.summary.get(lang) or trek.name[lang]
    parking = trek.parking.get(lang)
    return LegendText(
        title=trek.name[lang],
        summary=summary,
        story=trek.story.get(lang, ""),
        practical={} if parking is None else {"parking": parking},
    )


def _duration_min(trek: Trek) -> int:
    """As the partner says, else at 3.5 km/h; within what a legend may last."""
    told_h = trek.duration_h
    hours = told_h if told_h is not None and told_h > 0 else length_m(trek.line) / 3_500
    return max(5, min(round(hours * 60), 600))


def _ascent_m(trek: Trek) -> int | None:
    return trek.ascent_m if trek.ascent_m is not None and 0 <= trek.ascent_m <= 5_000 else None


def _difficulty(walked_m: float) -> Difficulty:
    """By length alone: each Geotrek has levels of its own, and numbers that only it knows."""
    if walked_m < _MODERATE_M:
        return "easy"
    return "moderate" if walked_m < _HARD_M else "hard"


def _stops(trek: Trek, sights: Sequence[Sight], source: str) -> tuple[Stop, ...]:
    taken: set[str] = set()
    along = _list_along(trek.line, sights)[:MAX_SEEDED]
    if not along:
        along = [_departure(trek)]
    return tuple(_stop(sight, _free_slug(sight, taken), source) for sight in along)


def _list_along(line: Sequence[LonLat], sights: Sequence[Sight]) -> list[Sight]:
    if not sights:
        return []
    projection = projection_at(line[0])
    route = shapely.LineString([projection.to_xy(place) for place in line])
    places = shapely.points([projection.to_xy(sight.place) for sight in sights])
    off = shapely.distance(places, route).tolist()
    near = [index for index, off_m in enumerate(off) if off_m <= REACH_M]
    met = {index: route.project(places[index]) for index in near}
    order = sorted(near, key=lambda index: (met[index], sights[index].external_id))
    return [sights[index] for index in order]


def _departure(trek: Trek) -> Sight:
    """Where a trek without any sight begins: a trail has one stop at least."""
    names = {"fr": "Départ", "en": "Start"}
    return Sight(
        external_id=trek.external_id,
        name={lang: names[lang] for lang in trek.name if lang in names},
        text={},
        place=trek.line[0],
    )


def _free_slug(sight: Sight, taken: set[str]) -> str:
    base = to_slug(sight.name[FALLBACK_LANG])[: MAX_SLUG - 4].strip("-") or "etape"
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    taken.add(slug)
    return slug


def _stop(sight: Sight, slug: str, source: str) -> Stop:
    zone = Zone(id="z1", shape=point(sight.place), radius_m=RADIUS_M)
    return Stop(
        slug=slug,
        location=sight.place,
        site=Site(status="provisional", precision_m=PRECISION_M, source=source),
        zones=(zone,),
        texts={
            lang: StopText(title=title, text=sight.text.get(lang, ""))
            for lang, title in sight.name.items()
        },
    )
