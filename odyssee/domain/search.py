"""Which published legends a visitor asks for, and in what order."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from odyssee.domain.catalogue import Catalogue, PublishedLegend
from odyssee.domain.geo import BBox, LonLat, distance_m


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What `GET /v1/legends` may be asked; an absent wish takes everything."""

    near: LonLat | None = None
    within_m: float | None = None
    """Only with `near`; measured to the start."""
    bbox: BBox | None = None
    """Meets the box of the route and its stops."""
    themes: frozenset[str] = frozenset()
    """All of them."""
    max_duration_min: int | None = None
    """Inclusive."""
    wheelchair: bool = False
    """Reachable wholly or in part."""
    open_on: date | None = None
    words: str = ""
    """Found in title, summary, commune or theme; accents and case are ignored."""


@dataclass(frozen=True, slots=True)
class Found:
    """A legend that was asked for, and how far its start is, in whole metres."""

    legend: PublishedLegend
    distance_m: int | None


def find_legends(catalogue: Catalogue, search: Search, lang: str) -> list[Found]:
    """The legends asked for: by distance with `near`, else by title in that language."""
    found = [
        Found(legend, _distance(legend, search))
        for legend in catalogue.legends.values()
        if _is_wanted(catalogue, legend, search, lang)
    ]
    if search.near is not None:
        reach = search.within_m
        kept = [f for f in found if reach is None or (f.distance_m or 0) <= reach]
        return sorted(kept, key=lambda f: (f.distance_m or 0, f.legend.slug))
    return sorted(found, key=lambda f: (plain(f.legend.content(lang)["title"]), f.legend.slug))


def plain(text: str) -> str:
    """The text without accents and case, ligatures opened: `L’Œuvré` is `l'oeuvre`."""
    opened = text.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae").replace("’", "'")
    split = unicodedata.normalize("NFKD", opened)
    return "".join(c for c in split if not unicodedata.combining(c)).casefold()


def _distance(legend: PublishedLegend, search: Search) -> int | None:
    return None if search.near is None else round(distance_m(search.near, legend.start))


def _is_wanted(catalogue: Catalogue, legend: PublishedLegend, search: Search, lang: str) -> bool:
    trail = legend.trail
    longest = search.max_duration_min
    return (
        (search.bbox is None or search.bbox.meets(legend.bbox))
        and search.themes <= set(trail["themes"])
        and (longest is None or trail["duration_min"] <= longest)
        and (not search.wheelchair or trail["wheelchair"] in {"yes", "partial"})
        and (search.open_on is None or catalogue.is_open(legend.slug, search.open_on))
        and (not search.words or _says(legend, search.words, lang))
    )


def _says(legend: PublishedLegend, words: str, lang: str) -> bool:
    content = legend.content(lang)
    commune = legend.trail["commune"]["name"]
    where = " ".join([content["title"], content["summary"], commune, *legend.trail["themes"]])
    told = plain(where)
    return all(word in told for word in plain(words).split())
