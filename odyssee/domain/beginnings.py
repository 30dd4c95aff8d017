"""Beginnings: a draft from a trail that somebody drew or walked, for a curator to write on."""

from collections.abc import Sequence
from dataclasses import dataclass

from odyssee.domain.geo import LonLat, distance_m, length_m, point
from odyssee.domain.legends import (
    FALLBACK_LANG,
    Commune,
    Legend,
    LegendText,
    Rights,
    Route,
    Source,
)
from odyssee.domain.seeds import CLOSED_M, MAX_SEEDED, RADIUS_M, UNKNOWN_LICENCE, to_slug
from odyssee.domain.stops import Site, Stop, StopText
from odyssee.domain.zones import Zone

PRECISION_M = 50.0
"""Nobody says how a mark in a file was found."""
_TO_SAY = "à préciser"
NOWHERE = Commune(name=_TO_SAY, insee="00000")
_SOURCE = "fichier"
_PACE_M_PER_MIN = 58.0
"""3.5 km/h."""
_LONGEST_MIN = 600


@dataclass(frozen=True, slots=True)
class Mark:
    """A named place."""

    name: str
    text: str
    place: LonLat


@dataclass(frozen=True, slots=True)
class TrailFile:
    """What a file says of a trail."""

    name: str
    """Empty where it has none."""
    text: str
    line: tuple[LonLat, ...]
    """All tracks after each other, else the route; empty where there is neither."""
    marks: tuple[Mark, ...]
    """In the order of the file."""


def begin_legend(trail: TrailFile, title: str) -> Legend:
    """A draft of it: the marks as stops, in their order; the line as a traced route.

    Without a line the route is a sketch from mark to mark; without a mark the
    one stop is where the line begins.

    Args:
        trail: what the file says.
        title: where it has no name.
    """
    named = trail.name or title
    marks = trail.marks[:MAX_SEEDED] or (Mark("Départ", "", trail.line[0]),)
    places = trail.line or tuple(mark.place for mark in marks)
    walked_min = round(length_m(places) / _PACE_M_PER_MIN) if len(places) > 1 else 0
    return Legend(
        format=1,
        slug=to_slug(named) or "parcours",
        commune=NOWHERE,
        site_status="provisional",
        text_status="provisional",
        loop=distance_m(places[0], places[-1]) <= CLOSED_M,
        duration_min=max(5, min(walked_min, _LONGEST_MIN)),
        route=Route(status="traced" if trail.line else "sketch", line=places),
        rights=Rights(
            text_author=_TO_SAY,
            licence=UNKNOWN_LICENCE,
            sources=(Source(key=_SOURCE, title=named),),
        ),
        stops=_stops(marks),
        texts={FALLBACK_LANG: LegendText(title=named, summary=trail.text or named)},
    )


def _stops(marks: Sequence[Mark]) -> tuple[Stop, ...]:
    taken: set[str] = set()
    return tuple(_stop(mark, _free_slug(mark, number, taken)) for number, mark in enumerate(marks))


def _free_slug(mark: Mark, number: int, taken: set[str]) -> str:
    base = slug = to_slug(mark.name)[:60].strip("-") or "etape"
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    taken.add(slug)
    return slug


def _stop(mark: Mark, slug: str) -> Stop:
    return Stop(
        slug=slug,
        location=mark.place,
        site=Site(status="provisional", precision_m=PRECISION_M, source=_SOURCE),
        zones=(Zone(id="z1", shape=point(mark.place), radius_m=RADIUS_M),),
        texts={FALLBACK_LANG: StopText(title=mark.name or "Étape", directions=mark.text or None)},
    )
