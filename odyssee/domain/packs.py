"""Packs: what a published revision holds, planned without touching a byte of media.

Source: design/packs.md, section 1. A manifest names every object of a revision
under its SHA-256; it is canonical JSON, so that the same revision has the same
hash whoever builds it, and however often.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from odyssee.domain.amenities import Nearby, nearby_document
from odyssee.domain.canonical import canonical, sha256_of, to_rfc3339
from odyssee.domain.geo import bbox_of, length_m, projection_at
from odyssee.domain.legends import Legend
from odyssee.domain.media import (
    MediaAsset,
    MediaByRef,
    Rendition,
    cover_ref,
    illustration_ref,
    narration_ref,
)
from odyssee.domain.stops import Stop
from odyssee.domain.webvtt import to_webvtt
from odyssee.domain.words import content_document
from odyssee.domain.zones import Zone

Layer = Literal["core", "audio", "pictures", "map"]

TRIGGER_VERSION = "trigger/3"
"""The version of the trigger specification that a pack's zones were made for."""
MIN_READER = 1
"""The oldest reader that understands these packs."""
STANDARD_WIDTH = 800
"""Pixels of a picture where the client does not choose."""
SKETCH_DETOUR = 1.3
"""A sketch's length is so many times its straight legs (contract, legends)."""

SERVICES = "services.json"
"""The file of a pack that names the amenities near its route, where there are any."""

JsonDocument = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """One file of a pack: an object by its hash, and what a client chooses it by."""

    sha256: str
    size_bytes: int
    type: str
    layer: Layer
    lang: str | None = None
    codec: str | None = None
    width: int | None = None

    def to_document(self) -> JsonDocument:
        """The file as the manifest says it; absent attributes are left out."""
        known = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in known.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPlan:
    """Everything that publishing a revision has to put, and the manifest that names it."""

    slug: str
    revision: int
    manifest: JsonDocument
    documents: Mapping[str, bytes]
    """Objects made by the plan itself, by their SHA-256."""
    renditions: frozenset[str]
    """Objects that were encoded before, by their SHA-256."""


def plan_pack(
    legend: Legend,
    media: MediaByRef,
    revision: int,
    created_at: datetime,
    to_paragraphs: Callable[[str], list[str]],
    nearby: Sequence[Nearby] = (),
) -> PackPlan:
    """Lay out the pack of a frozen revision.

    Args:
        legend: the legend, checked before.
        media: what was encoded for it; a place without a medium gets none.
        revision: the number of the revision.
        created_at: when the revision was frozen, so that a retry gives the same bytes.
        to_paragraphs: turns CommonMark into the plain paragraphs that are spoken.
        nearby: the amenities near its route; a pack without any is as it was before there were.
    """
    documents: dict[str, bytes] = {}
    files: dict[str, PackFile] = {}

    def add(name: str, data: bytes, file_type: str, layer: Layer, lang: str | None = None) -> None:
        digest = sha256_of(data)
        documents[digest] = data
        files[name] = PackFile(
            sha256=digest, size_bytes=len(data), type=file_type, layer=layer, lang=lang
        )

    add("trail.json", canonical(trail_document(legend)), "application/json", "core")
    if nearby:
        add(SERVICES, canonical(nearby_document(nearby)), "application/json", "core")
    for lang in legend.languages:
        content = content_document(legend, media, lang, to_paragraphs)
        for name, document in content_files(content, lang).items():
            add(name, canonical(document), "application/json", "core", lang)
    for stop, lang, asset in _narrations(legend, media):
        captions = to_webvtt(asset.cues).encode()
        add(f"captions/{stop.slug}.{lang}.vtt", captions, "text/vtt", "audio", lang)
    planned = dict(_media_files(legend, media))
    manifest = {
        "format": 1,
        "pack": legend.slug,
        "revision": revision,
        "trigger": TRIGGER_VERSION,
        "created_at": to_rfc3339(created_at),
        "min_reader": MIN_READER,
        "languages": list(legend.languages),
        "files": {n: f.to_document() for n, f in sorted({**files, **planned}.items())},
    }
    return PackPlan(
        slug=legend.slug,
        revision=revision,
        manifest=manifest,
        documents=documents,
        renditions=frozenset(file.sha256 for file in planned.values()),
    )


def detour_of(legend: Legend) -> float:
    """How much longer its way is than the line of its route."""
    return SKETCH_DETOUR if legend.route.status == "sketch" else 1.0


def content_files(content: Mapping[str, Any], lang: str) -> dict[str, JsonDocument]:
    """A legend's words as files: each stop's in one of its own, `content.<lang>.json` the rest.

    Who holds a pack fetches again what changed. One sentence is then one stop,
    a tenth of the words of a legend.
    """
    stops = {stop["slug"]: stop for stop in content["stops"]}
    files = {f"content.{lang}.json": {**content, "stops": list(stops)}}
    return files | {f"stops/{slug}.{lang}.json": stop for slug, stop in stops.items()}


def content_from_files(read: Callable[[str], JsonDocument], lang: str) -> JsonDocument:
    """The words as `content_document` gave them, from the files of a pack by name.

    A pack made before stops had files of their own holds them inside.
    """
    content = read(f"content.{lang}.json")
    stops = [
        stop if isinstance(stop, dict) else read(f"stops/{stop}.{lang}.json")
        for stop in content["stops"]
    ]
    return {**content, "stops": stops}


def trail_document(legend: Legend) -> JsonDocument:
    """What a trail is in every language: places, zones, order, the metres to compute in."""
    estimated = legend.route.status == "sketch"
    walked_m = length_m(legend.route.line) * detour_of(legend)
    projection = projection_at(legend.start)
    return {
        "format": 1,
        "slug": legend.slug,
        "commune": {"name": legend.commune.name, "insee": legend.commune.insee},
        "site_status": legend.site_status,
        "text_status": legend.text_status,
        "start": {"type": "Point", "coordinates": list(legend.start)},
        "duration_min": legend.duration_min,
        "length_m": round(walked_m),
        "length_status": "estimated" if estimated else "measured",
        "loop": legend.loop,
        "order": legend.order,
        "window": legend.window,
        "difficulty": legend.difficulty,
        "themes": list(legend.themes),
        "min_age": legend.audience.min_age,
        "wheelchair": legend.access.wheelchair,
        "stroller": legend.access.stroller,
        "languages": list(legend.languages),
        "route": {"type": "LineString", "coordinates": [list(p) for p in legend.route.line]},
        "route_status": legend.route.status,
        "bbox": list(bbox_of([*legend.route.line, *(stop.location for stop in legend.stops)])),
        "projection": {
            "origin": list(projection.origin),
            "m_per_deg_lon": projection.m_per_deg_lon,
            "m_per_deg_lat": projection.m_per_deg_lat,
        },
        "stops": [_stop_document(i, stop) for i, stop in enumerate(legend.stops, 1)],
    }


def _stop_document(position: int, stop: Stop) -> JsonDocument:
    return {
        "slug": stop.slug,
        "position": position,
        "location": {"type": "Point", "coordinates": list(stop.location)},
        "site": {
            "status": stop.site.status,
            "precision_m": stop.site.precision_m,
            "source": stop.site.source,
        },
        "place_access": stop.place_access,
        "zones": [_zone_document(zone) for zone in stop.zones],
    }


def _zone_document(zone: Zone) -> JsonDocument:
    known = {
        "id": zone.id,
        "shape": {"type": zone.shape.type, "coordinates": zone.shape.coordinates},
        "radius_m": zone.radius_m,
        "dwell_s": zone.dwell_s,
        "prefetch_m": zone.prefetch_m,
        "layer": zone.layer,
        "priority": zone.priority,
        "cooldown_s": zone.cooldown_s,
        "repeat": zone.repeat,
    }
    return {name: value for name, value in known.items() if value is not None}


def _narrations(legend: Legend, media: MediaByRef) -> Iterable[tuple[Stop, str, MediaAsset]]:
    for stop in legend.stops:
        for lang in legend.languages:
            asset = media.get(narration_ref(stop.slug, lang))
            if asset is not None:
                yield stop, lang, asset


def _media_files(legend: Legend, media: MediaByRef) -> Iterable[tuple[str, PackFile]]:
    pictures = [("cover", cover_ref())] + [
        (f"{stop.slug}-{index + 1}", illustration_ref(stop.slug, index))
        for stop in legend.stops
        for index in range(len(stop.illustrations))
    ]
    for name, ref in pictures:
        for made in media[ref].renditions if ref in media else ():
            suffix = made.type.removeprefix("image/")
            yield f"pictures/{name}-{made.width}.{suffix}", _file_of(made, "pictures")
    for stop, lang, asset in _narrations(legend, media):
        for made in asset.renditions:
            kbps = (made.bitrate_bps or 0) // 1000
            suffix = {"audio/mp4": "m4a", "audio/ogg": "ogg"}.get(made.type, "bin")
            yield f"audio/{stop.slug}.{lang}.{kbps}k.{suffix}", _file_of(made, "audio", lang)


def _file_of(made: Rendition, layer: Layer, lang: str | None = None) -> PackFile:
    return PackFile(
        sha256=made.sha256,
        size_bytes=made.size_bytes,
        type=made.type,
        layer=layer,
        lang=lang,
        codec=made.codecs,
        width=made.width,
    )


def sizes_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What a download costs: one sound and one picture rendition of each medium.

    The standard choice is the 800-pixel WebP and the AAC sound, which every
    phone plays. `size_bytes` is the pack with all its languages, `languages`
    the whole download in each alone, `layers` what each part of it adds.
    """
    layers: dict[str, dict[str | None, int]] = {}
    for file in standard_files(manifest).values():
        of_layer = layers.setdefault(file["layer"], {})
        of_layer[file.get("lang")] = of_layer.get(file.get("lang"), 0) + file["size_bytes"]
    shared = sum(sizes.get(None, 0) for sizes in layers.values())
    spoken = {
        lang: sum(sizes.get(lang, 0) for sizes in layers.values()) for lang in manifest["languages"]
    }
    return {
        "size_bytes": shared + sum(spoken.values()),
        "languages": {lang: shared + size for lang, size in spoken.items()},
        "layers": {
            layer: {
                "shared_bytes": sizes.get(None, 0),
                "languages": {lang: sizes.get(lang, 0) for lang in manifest["languages"]},
            }
            for layer, sizes in sorted(layers.items())
        },
    }


def standard_files(
    manifest: Mapping[str, Any], lang: str | None = None
) -> dict[str, Mapping[str, Any]]:
    """The files of the standard choice by name: in one language, or in all."""
    pictures = _standard_pictures(manifest)
    return {
        name: file
        for name, file in manifest["files"].items()
        if (lang is None or file.get("lang") in {None, lang})
        and (name in pictures if file["layer"] == "pictures" else _is_standard(name, file))
    }


def _standard_pictures(manifest: Mapping[str, Any]) -> set[str]:
    """Of each picture the WebP of 800 pixels; of a smaller one its widest."""
    chosen: dict[str, tuple[int, str]] = {}
    for name, file in manifest["files"].items():
        if file["layer"] != "pictures" or file["type"] != "image/webp":
            continue
        if file["width"] <= STANDARD_WIDTH:
            stem = name.rpartition("-")[0]
            chosen[stem] = max(chosen.get(stem, (0, "")), (file["width"], name))
    return {name for _, name in chosen.values()}


def _is_standard(name: str, file: Mapping[str, Any]) -> bool:
    return file["layer"] != "audio" or name.endswith(".vtt") or file["type"] == "audio/mp4"
