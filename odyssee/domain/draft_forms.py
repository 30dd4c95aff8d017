"""What is filled in where somebody begins a draft with little more than a title."""

from collections.abc import Mapping
from typing import Any

from odyssee.domain.drafts import document_of
from odyssee.domain.geo import LonLat
from odyssee.domain.legends import FALLBACK_LANG, Legend
from odyssee.domain.people import Office

LICENCE = "CC-BY-SA-4.0"
DURATION_MIN = 120
RADIUS_M = 35.0
"""Of the zone that a new stop begins with: a phone's usual error and a few steps."""
PRECISION_M = 250.0
"""Of a place that was pointed at on a map and that nobody has measured."""

Json = Mapping[str, Any]


def begin_legend(asked: Json, office: Office | None) -> dict[str, Any]:
    """A new legend as it was asked for, the rest filled in: a sketch, provisional."""
    author = "" if office is None else office.name
    filled = {
        "format": 1,
        "commune": {"name": "", "insee": ""},
        "site_status": "provisional",
        "text_status": "provisional",
        "duration_min": DURATION_MIN,
        "route": {"status": "sketch", "line": []},
        "rights": {"text_author": author, "licence": LICENCE},
        "stops": [],
    }
    return fill_texts({**filled, **asked})


def begin_stop(asked: Json, legend: Legend, centre: LonLat | None) -> dict[str, Any]:
    """A new stop as it was asked for; absent, its place is that of the last stop, or the centre."""
    place = legend.stops[-1].location if legend.stops else centre
    sources = legend.rights.sources
    source = sources[0].key if sources else ""
    filled: dict[str, Any] = {
        "site": {"status": "provisional", "precision_m": PRECISION_M, "source": source}
    }
    if place is not None:
        filled["location"] = document_of(place)
    stop = {**filled, **asked}
    location = stop.get("location")
    if "zones" not in stop and location is not None:
        shape = {"type": "Point", "coordinates": location}
        stop["zones"] = [{"id": "z1", "shape": shape, "radius_m": RADIUS_M}]
    return stop


def fill_texts(head: Json) -> dict[str, Any]:
    """A legend's document whose texts have a title and a summary, empty where they are absent."""
    texts = head.get("texts")
    if not isinstance(texts, Mapping):
        return dict(head)
    filled = {
        lang: {"title": "", "summary": "", **text} if isinstance(text, Mapping) else text
        for lang, text in texts.items()
    }
    return {**head, "texts": filled}


def title_in(document: Json) -> str:
    """The French title of a legend's or a stop's document; empty where there is none."""
    texts = document.get("texts")
    text = texts.get(FALLBACK_LANG) if isinstance(texts, Mapping) else None
    title = text.get("title") if isinstance(text, Mapping) else None
    return title if isinstance(title, str) else ""
