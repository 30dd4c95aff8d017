"""Published legends in the shapes of the contract: plain documents, encoded once."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from odyssee.domain.catalogue import Catalogue, PublishedLegend
from odyssee.domain.closures import Closure
from odyssee.domain.legends import FALLBACK_LANG
from odyssee.domain.packs import JsonDocument


def territory_shape(catalogue: Catalogue, lang: str, public_url: str) -> JsonDocument:
    """`GET /v1/territory`."""
    known = catalogue.territory
    names = known["name"]
    return {
        "name": names.get(lang, names[FALLBACK_LANG]),
        "languages": list(catalogue.languages),
        "bbox": _bbox(known["outline"]),
        "outline": known["outline"],
        "outline_status": known["outline_status"],
        "revision": catalogue.revision,
        "legend_count": len(catalogue.legends),
        "public_url": public_url,
    }


def packs_shape(catalogue: Catalogue) -> JsonDocument:
    """`GET /v1/packs`."""
    return {
        "revision": catalogue.revision,
        "packs": [
            {
                "slug": slug,
                "revision": legend.revision,
                "published_at": legend.published_at,
                "manifest": legend.manifest_sha256,
                "min_reader": legend.manifest["min_reader"],
                "trigger": legend.manifest["trigger"],
                **legend.sizes,
            }
            for slug, legend in sorted(catalogue.legends.items())
        ],
        "unpublished": sorted(catalogue.unpublished),
    }


def _bbox(outline: Mapping[str, Any]) -> list[float]:
    rings = outline["coordinates"]
    if outline["type"] == "MultiPolygon":
        rings = [ring for polygon in rings for ring in polygon]
    lons = [place[0] for ring in rings for place in ring]
    lats = [place[1] for ring in rings for place in ring]
    return [min(lons), min(lats), max(lons), max(lats)]


def summary_shape(
    catalogue: Catalogue, legend: PublishedLegend, lang: str, today: date
) -> JsonDocument:
    """A legend in a list; everything but `distance_m`."""
    trail, words = legend.trail, legend.content(lang)
    return {
        "slug": legend.slug,
        "title": words["title"],
        "summary": words["summary"],
        "lang": words["lang"],
        "languages": trail["languages"],
        "commune": trail["commune"],
        "site_status": trail["site_status"],
        "text_status": trail["text_status"],
        "start": trail["start"],
        "duration_min": trail["duration_min"],
        "length_m": trail["length_m"],
        "length_status": trail["length_status"],
        "stop_count": len(trail["stops"]),
        "loop": trail["loop"],
        "order": trail["order"],
        "window": trail["window"],
        "difficulty": trail["difficulty"],
        "themes": trail["themes"],
        "audience": {"min_age": trail["min_age"], "advice": words["audience_advice"]},
        "access": {
            "wheelchair": trail["wheelchair"],
            "stroller": trail["stroller"],
            "notes": words["access_notes"],
        },
        "cover": words["cover"],
        "open": catalogue.is_open(legend.slug, today),
        "revision": legend.revision,
        "published_at": legend.published_at,
        "pack": {name: legend.sizes[name] for name in ("size_bytes", "languages")},
    }


def legend_shape(
    catalogue: Catalogue, legend: PublishedLegend, lang: str, today: date
) -> JsonDocument:
    """`GET /v1/legends/{slug}`."""
    trail, words = legend.trail, legend.content(lang)
    closures = catalogue.closures_of(legend.slug)
    return summary_shape(catalogue, legend, lang, today) | {
        "story": words["story"],
        "route": trail["route"],
        "route_status": trail["route_status"],
        "bbox": trail["bbox"],
        "projection": trail["projection"],
        "stops": [
            _stop(place, told, closures, lang)
            for place, told in zip(trail["stops"], words["stops"], strict=True)
        ],
        "warnings": words["warnings"],
        "practical": words["practical"],
        "closures": [closure_shape(closure, lang) for closure in closures],
        "rights": words["rights"],
    }


def stop_shape(
    catalogue: Catalogue, legend: PublishedLegend, stop: str, lang: str
) -> JsonDocument | None:
    """`GET /v1/legends/{slug}/stops/{stop}`; null when the trail has no such stop."""
    words = legend.content(lang)
    for place, told in zip(legend.trail["stops"], words["stops"], strict=True):
        if place["slug"] == stop:
            shape = _stop(place, told, catalogue.closures_of(legend.slug), lang)
            return {"legend": legend.slug} | shape
    return None


def _stop(
    place: Mapping[str, Any], told: Mapping[str, Any], closures: tuple[Closure, ...], lang: str
) -> JsonDocument:
    narration = told["narration"]
    if narration is not None:
        # The captions' words stand in the pack for readers without a network; here, their address.
        narration = {k: v for k, v in narration.items() if k != "captions_vtt"}
    own = [closure_shape(c, lang) for c in closures if c.stop == place["slug"]]
    return {**place, **told, "narration": narration, "closures": own}


def closure_shape(closure: Closure, lang: str) -> JsonDocument:
    """A closure as the contract says it."""
    until = closure.ends_at
    shape: JsonDocument = {
        "from": closure.starts_at.isoformat().replace("+00:00", "Z"),
        "to": None if until is None else until.isoformat().replace("+00:00", "Z"),
        "kind": closure.kind,
        "text": closure.text.get(lang, closure.text[FALLBACK_LANG]),
    }
    if closure.stop is not None:
        shape["stop"] = closure.stop
    if closure.stretch is not None:
        shape["stretch"] = {"type": "LineString", "coordinates": list(closure.stretch)}
    return shape
