"""The services near a trail as the contract says them."""

from collections.abc import Mapping
from typing import Any

from odyssee.domain.amenities import told_in
from odyssee.domain.catalogue import PublishedLegend
from odyssee.domain.packs import JsonDocument


def services_shape(
    legend: PublishedLegend, lang: str, kinds: frozenset[str] = frozenset()
) -> JsonDocument:
    """`GET /v1/legends/{slug}/services`, in the order of the route; no kinds: of every kind."""
    shown = [one for one in legend.amenities if not kinds or one["kind"] in kinds]
    return {"services": [_service(one, lang) for one in shown], "revision": legend.revision}


def _service(one: Mapping[str, Any], lang: str) -> JsonDocument:
    name = one["name"]
    return {
        "id": one["id"],
        "kind": one["kind"],
        "name": told_in(name, lang),
        "text": told_in(one["text"], lang),
        "lang": lang if lang in name else "fr",
        "location": one["location"],
        "along_m": one["along_m"],
        "off_m": one["off_m"],
        "contact": one["contact"],
        "opening": told_in(one["opening"], lang),
        "source": one["source"],
    }
