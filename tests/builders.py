"""Builders of nouns for the tests: each has defaults that are whole, and takes what matters."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from odyssee.actions.reading import (
    POINTER_KEY,
    find_territory_document,
    manifest_key,
    object_key,
    refresh,
    territory_key,
)
from odyssee.actions.tools import Shelf, Tools
from odyssee.content.plain import to_paragraphs
from odyssee.domain.canonical import canonical, sha256_of
from odyssee.domain.catalogue import EMPTY_TERRITORY, territory_document
from odyssee.domain.closures import closure_from_document
from odyssee.domain.geo import LonLat, point
from odyssee.domain.legends import (
    Audience,
    Commune,
    Cover,
    Legend,
    LegendText,
    Rights,
    Route,
    Source,
    TrailWarning,
)
from odyssee.domain.media import (
    Cue,
    MediaAsset,
    Rendition,
    cover_ref,
    illustration_ref,
    narration_ref,
)
from odyssee.domain.packs import PackPlan, plan_pack
from odyssee.domain.stops import (
    IllustrationFile,
    IllustrationText,
    RiddleChoice,
    RiddleKey,
    RiddleText,
    Site,
    Stop,
    StopText,
)
from odyssee.domain.zones import Zone
from odyssee.files.memory import MemoryStore
from odyssee.files.store import FileStore

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
HERBAGE = LonLat(0.91361, 48.26944)
STEP_LON = 0.0027
"""About 200 m east."""


def a_zone(place: LonLat = HERBAGE, **changes: Any) -> Zone:
    return Zone(**({"id": "z1", "shape": point(place), "radius_m": 35.0} | changes))


def a_stop(slug: str = "porte-muree", number: int = 0, **changes: Any) -> Stop:
    place = LonLat(round(HERBAGE.lon + number * STEP_LON, 6), HERBAGE.lat)
    known = {
        "slug": slug,
        "location": place,
        "site": Site(status="provisional", precision_m=250, source="vicheres-fr"),
        "zones": (a_zone(place),),
        "illustrations": (IllustrationFile(file=f"{slug}.svg"),),
        "riddle": RiddleKey(answer_ids=("b",), source="vicheres-fr"),
        "texts": {
            "fr": a_stop_text(f"La porte murée, étape {number + 1}"),
            "en": a_stop_text(f"The walled-up door, stop {number + 1}"),
        },
    }
    return Stop(**(known | changes))


def a_stop_text(title: str, **changes: Any) -> StopText:
    riddle = RiddleText(
        question="Combien d’agneaux ?",
        choices=(RiddleChoice(id="a", text="Un"), RiddleChoice(id="b", text="Deux")),
        hint="Levez les yeux.",
        explanation="Deux agneaux tiennent le blason.",
    )
    known = {
        "title": title,
        "directions": "Faites face à l’église.",
        "illustrations": (IllustrationText(alt="Une porte de pierre", credit="Perche Odyssée"),),
        "riddle": riddle,
        "text": f"{title} vous regarde.\n\nÉcoutez *bien*.",
    }
    return StopText(**(known | changes))


def a_legend(slug: str = "dame-de-riants", stops: int = 3, **changes: Any) -> Legend:
    made = tuple(a_stop(f"etape-{n + 1}", n) for n in range(stops))
    known = {
        "format": 1,
        "slug": slug,
        "commune": Commune(name="Vichères", insee="28407"),
        "site_status": "confirmed",
        "text_status": "provisional",
        "duration_min": 120,
        "themes": ("eglise", "fantome"),
        "audience": Audience(min_age=8),
        "route": Route(status="sketch", line=tuple(stop.location for stop in made)),
        "warnings": (TrailWarning(code="road"),),
        "rights": Rights(
            text_author="Perche Odyssée",
            licence="CC-BY-SA-4.0",
            sources=(Source(key="vicheres-fr", title="vicheres.fr"),),
        ),
        "cover": Cover(file="couverture.svg"),
        "stops": made,
        "texts": {
            "fr": a_legend_text("La Dame de l’Herbage-Œuvré"),
            "en": a_legend_text("The Lady of the Meadow", summary="A proud lady."),
        },
    }
    return Legend(**(known | changes))


def a_legend_text(title: str, **changes: Any) -> LegendText:
    known = {
        "title": title,
        "summary": "Une dame fière, une porte, une nuit.",
        "access_notes": "Pavés inégaux.",
        "audience_advice": "Dès huit ans.",
        "cover_alt": "Une dame sur un âne",
        "practical": {"parking": "Devant l’église."},
        "story": "Il était une fois.",
    }
    return LegendText(**(known | changes))


def media_of(legend: Legend) -> tuple[dict[str, MediaAsset], dict[str, bytes]]:
    """Small media for every place of the legend, and their bytes by hash."""
    blobs: dict[str, bytes] = {}

    def rendition(data: bytes, **facts: Any) -> Rendition:
        blobs[sha256_of(data)] = data
        return Rendition(sha256=sha256_of(data), size_bytes=len(data), **facts)

    def picture(name: str) -> MediaAsset:
        made = tuple(
            rendition(f"{name} {kind} {width}".encode() * 40, type=kind, width=width, height=width)
            for kind in ("image/avif", "image/webp")
            for width in (400, 800)
        )
        return MediaAsset(key=f"p-{name}", kind="image", renditions=made, width=1600, height=1200)

    def sound(name: str) -> MediaAsset:
        made = (
            rendition(
                f"{name} aac".encode() * 100,
                type="audio/mp4",
                codecs="mp4a.40.2",
                bitrate_bps=64_000,
            ),
            rendition(
                f"{name} opus".encode() * 80, type="audio/ogg", codecs="opus", bitrate_bps=48_000
            ),
        )
        return MediaAsset(
            key=f"s-{name}",
            kind="audio",
            renditions=made,
            duration_s=12.5,
            voice="synthetic",
            cues=(Cue(0.3, 2.0, "Écoutez."),),
            captions_status="exact",
            peaks=(1, 50, 100),
        )

    media = {cover_ref(): picture(f"{legend.slug}-cover")}
    for stop in legend.stops:
        media[illustration_ref(stop.slug, 0)] = picture(f"{legend.slug}-{stop.slug}")
        for lang in stop.texts:
            media[narration_ref(stop.slug, lang)] = sound(f"{legend.slug}-{stop.slug}-{lang}")
    return media, blobs


def plan_of(legend: Legend, revision: int = 1) -> tuple[PackPlan, dict[str, bytes]]:
    media, blobs = media_of(legend)
    plan = plan_pack(legend, media, revision, NOON, to_paragraphs)
    return plan, {**plan.documents, **blobs}


def publish_into(
    store: FileStore,
    *legends: Legend,
    revision: int = 1,
    withdrawn: frozenset[str] = frozenset(),
    closures: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Put the packs of some legends into a published store, the pointer last."""
    entries: dict[str, Mapping[str, Any]] = {}
    for legend in legends:
        plan, blobs = plan_of(legend, revision)
        for sha256, data in blobs.items():
            store.put(object_key(sha256), data)
        manifest = canonical(plan.manifest)
        store.put(manifest_key(sha256_of(manifest), legend.slug), manifest)
        entries[legend.slug] = {
            "revision": revision,
            "manifest": sha256_of(manifest),
            "published_at": "2026-06-01T12:00:00Z",
        }
    known = find_territory_document(store) or {}
    before = {**known, "revision": revision - 1}
    closed = [closure_from_document(closure) for closure in closures]
    at = "2026-06-01T12:00:00Z"
    territory = canonical(
        territory_document(before, EMPTY_TERRITORY, at, entries, withdrawn, closed)
    )
    store.put(territory_key(sha256_of(territory)), territory)
    pointer = {"format": 1, "territory": sha256_of(territory), "revision": revision}
    store.put(POINTER_KEY, canonical(pointer))


def reading_tools(*legends: Legend, store: FileStore | None = None) -> Tools:
    """Tools that read only, with these legends published."""
    published = store or MemoryStore()
    if legends:
        publish_into(published, *legends)
    tools = Tools(
        published=published,
        shelf=Shelf(),
        clock=lambda: NOON,
        public_url="https://perche.example",
    )
    refresh(tools)
    return tools
