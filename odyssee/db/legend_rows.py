"""A legend taken apart into rows, and put together again exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter
from shapely.geometry.base import BaseGeometry

from odyssee.db.spatial import to_geojson, to_ground
from odyssee.domain.canonical import canonical, sha256_of
from odyssee.domain.legends import Legend

LEGEND = TypeAdapter(Legend)
"""Reads and writes a whole legend's document."""

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LegendRows:
    """The column values of a legend, without the id of its head."""

    head: Values
    stops: list[Values] = field(default_factory=list)
    zones: list[Values] = field(default_factory=list)
    texts: list[Values] = field(default_factory=list)


def take_apart(legend: Legend, media: Mapping[str, str]) -> LegendRows:
    """The rows of a legend; what is drawn as a geometry stands in no document.

    Args:
        legend: Whole or not.
        media: Keys of assets by ref; part of the content's hash.

    Raises:
        ValueError: NaN, an infinity or half a character stands in it.
    """
    document = _without_assumed(LEGEND.dump_python(legend, mode="json"))
    sha256 = sha256_of(canonical({"legend": document, "media": dict(media)}))
    stops, texts = document.pop("stops"), document.pop("texts")
    route = to_ground({"type": "LineString", "coordinates": document["route"]["line"]})
    if route is not None:
        del document["route"]["line"]
    rows = LegendRows(
        {
            "slug": document.pop("slug"),
            "commune_insee": document["commune"].pop("insee"),
            "start": _place(stops[0]["location"]) if stops else None,
            "route": route,
            "document": document,
            "content_sha256": sha256,
        }
    )
    _add_texts(rows, None, texts)
    for position, stop in enumerate(stops):
        _add_stop(rows, position, stop)
    return rows


def _without_assumed(document: Values) -> Values:
    """The document as it was before texts had a state, where each has the usual one.

    So that what was kept before has the hash that it had.
    """
    for texts in (document["texts"], *(stop["texts"] for stop in document["stops"])):
        for words in texts.values():
            if words["state"] == "reviewed":
                del words["state"]
    return document


def _add_stop(rows: LegendRows, position: int, stop: Values) -> None:
    zones, texts = stop.pop("zones"), stop.pop("texts")
    location = _place(stop["location"])
    if location is not None:
        del stop["location"]
    slug = stop.pop("slug")
    rows.stops.append({"position": position, "slug": slug, "location": location, "document": stop})
    for number, zone in enumerate(zones):
        rows.zones.append({"stop_position": position, "position": number, **_zone_row(zone)})
    _add_texts(rows, position, texts)


def _zone_row(zone: Values) -> Values:
    shape = to_ground(zone["shape"])
    if shape is not None:
        del zone["shape"]
    own = {"zone": zone.pop("id"), "shape": shape, "radius_m": zone.pop("radius_m")}
    return {**own, "document": zone}


def _add_texts(rows: LegendRows, position: int | None, texts: Values) -> None:
    rows.texts.extend(
        {"stop_position": position, "lang": lang, "document": words}
        for lang, words in texts.items()
    )


def _place(lonlat: Sequence[float]) -> BaseGeometry | None:
    return to_ground({"type": "Point", "coordinates": lonlat})


def put_together(
    head: Any, stops: Sequence[Any], zones: Sequence[Any], texts: Sequence[Any]
) -> Legend:
    """The legend of these rows; each has the attributes of its table, in the order of the trail."""
    words: dict[int | None, Values] = {}
    for row in texts:
        words.setdefault(row.stop_position, {})[row.lang] = row.document
    grounds: dict[int, list[Values]] = {}
    for row in zones:
        grounds.setdefault(row.stop_position, []).append(_zone_document(row))
    route = dict(head.document["route"])
    if head.route is not None:
        route["line"] = to_geojson(head.route)["coordinates"]
    commune = {**head.document["commune"], "insee": head.commune_insee}
    whole = {
        **head.document,
        "slug": head.slug,
        "commune": commune,
        "route": route,
        "stops": [_stop_document(row, grounds, words) for row in stops],
        "texts": words.get(None, {}),
    }
    return LEGEND.validate_python(whole)


def _stop_document(
    row: Any, grounds: Mapping[int, list[Values]], words: Mapping[int | None, Values]
) -> Values:
    place = {} if row.location is None else {"location": to_geojson(row.location)["coordinates"]}
    return {
        **row.document,
        **place,
        "slug": row.slug,
        "zones": grounds.get(row.position, []),
        "texts": words.get(row.position, {}),
    }


def _zone_document(row: Any) -> Values:
    shape = {} if row.shape is None else {"shape": to_geojson(row.shape)}
    return {**row.document, **shape, "id": row.zone, "radius_m": row.radius_m}
