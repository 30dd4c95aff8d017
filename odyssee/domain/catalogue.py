"""All that is published now: immutable, in memory, built once for each published revision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from odyssee.domain.closures import Closure, closure_to_document, is_open_on
from odyssee.domain.errors import NotFound, Unpublished
from odyssee.domain.geo import BBox, LonLat, Projection
from odyssee.domain.geofences import GeofenceIndex
from odyssee.domain.legends import FALLBACK_LANG
from odyssee.domain.packs import JsonDocument, sizes_of
from odyssee.domain.proximity import Trail


@dataclass(frozen=True, kw_only=True)
class PublishedLegend:
    """One legend at its published revision, as its pack says it."""

    slug: str
    revision: int
    published_at: str
    manifest_sha256: str
    manifest: Mapping[str, Any]
    trail: Mapping[str, Any]
    contents: Mapping[str, Mapping[str, Any]]
    """The words by language: `content.<lang>.json` with its stops in it."""
    amenities: tuple[Mapping[str, Any], ...] = ()
    """Those near the route, as `services.json` has them."""
    trails: dict[str, Trail] = field(default_factory=dict, compare=False, repr=False)
    """The trail made ready for walking, by language of the narration; filled when first walked."""

    @cached_property
    def start(self) -> LonLat:
        """Where the trail begins."""
        return LonLat(*self.trail["start"]["coordinates"])

    @cached_property
    def bbox(self) -> BBox:
        """The box around route and stops."""
        return BBox(*self.trail["bbox"])

    @cached_property
    def projection(self) -> Projection:
        """The local metres of the trail."""
        known = self.trail["projection"]
        return Projection(LonLat(*known["origin"]), known["m_per_deg_lon"], known["m_per_deg_lat"])

    @cached_property
    def sizes(self) -> JsonDocument:
        """The size of a download, whole and by language."""
        return sizes_of(self.manifest)

    @cached_property
    def objects(self) -> Mapping[str, str]:
        """The media type of each object that the manifest names, by SHA-256."""
        return objects_of(self.manifest)

    def content(self, lang: str) -> Mapping[str, Any]:
        """The words in that language, else in French."""
        return self.contents.get(lang, self.contents[FALLBACK_LANG])

    def has_stop(self, slug: str) -> bool:
        """Whether the trail has a stop of that slug."""
        return any(stop["slug"] == slug for stop in self.trail["stops"])


def objects_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The media type of each object that a manifest names, by SHA-256."""
    return {file["sha256"]: file["type"] for file in manifest["files"].values()}


@dataclass(frozen=True, kw_only=True)
class KeptManifest:
    """An earlier manifest of a legend that is served: walks under way may need it."""

    slug: str
    revision: int
    objects: Mapping[str, str]
    """As `PublishedLegend.objects`."""


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """The territory and every legend published in it."""

    revision: int
    """Rises with each publication in the territory; 0 before the first."""
    territory: Mapping[str, Any]
    legends: Mapping[str, PublishedLegend]
    unpublished: frozenset[str] = frozenset()
    closures: tuple[Closure, ...] = ()
    kept: Mapping[str, KeptManifest] = field(default_factory=dict)
    """Each earlier manifest that is kept, by its SHA-256."""
    objects: Mapping[str, str] = field(default_factory=dict)
    """Media type by SHA-256 of every object that a manifest names, present or kept."""
    geofences: dict[str | None, GeofenceIndex] = field(
        default_factory=dict, compare=False, repr=False
    )
    """The zones by where they lie, of one legend by its slug, of all under None; filled when
    first asked for."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the territory, its default first."""
        return tuple(self.territory["languages"])

    def get_legend(self, slug: str) -> PublishedLegend:
        """The legend of that slug.

        Raises:
            Unpublished: it was published once and is not any more.
            NotFound: no such legend was ever published.
        """
        if slug in self.legends:
            return self.legends[slug]
        if slug in self.unpublished:
            raise Unpublished(legend=slug)
        raise NotFound(legend=slug)

    def manifest_of(self, slug: str, revision: int | None = None) -> tuple[str, int]:
        """SHA-256 and revision of a legend's manifest: the present one, or an earlier one.

        Raises:
            Unpublished: the legend was published once and is not any more.
            NotFound: there is no such legend, or that revision is not kept.
        """
        legend = self.get_legend(slug)
        if revision is None or revision == legend.revision:
            return legend.manifest_sha256, legend.revision
        for sha256, kept in self.kept.items():
            if (kept.slug, kept.revision) == (slug, revision):
                return sha256, revision
        raise NotFound(legend=slug, revision=str(revision))

    def closures_of(self, slug: str) -> tuple[Closure, ...]:
        """The closures that touch a legend, earliest first."""
        return tuple(closure for closure in self.closures if closure.legend == slug)

    def is_open(self, slug: str, day: date) -> bool:
        """Whether no closure of the whole trail falls on that day."""
        return is_open_on(self.closures_of(slug), day)


EMPTY_TERRITORY: Mapping[str, Any] = {
    "name": {"fr": "Perche", "en": "Perche"},
    "languages": ["fr", "en"],
    "default_language": FALLBACK_LANG,
    "outline": {
        "type": "Polygon",
        "coordinates": [[[0.756, 48.139], [1.21, 48.139], [1.21, 48.72], [0.756, 48.139]]],
    },
    "outline_status": "schematic",
    "communes": [],
}
"""What a server says of its territory before anything is published: where it will be."""


def empty_catalogue() -> Catalogue:
    """A catalogue of nothing, for a server that waits for its first publication."""
    return Catalogue(revision=0, territory=EMPTY_TERRITORY, legends={})


KEPT_MANIFESTS = 5
"""How many earlier manifests of a legend stay readable: a walk under way names their objects."""


def territory_document(
    previous: Mapping[str, Any] | None,
    territory: Mapping[str, Any],
    created_at: str,
    published: Mapping[str, Mapping[str, Any]],
    withdrawn: frozenset[str] = frozenset(),
    closures: Iterable[Closure] = (),
) -> JsonDocument:
    """The next `territory.json`.

    Args:
        previous: the document in force, null before the first publication; its
            manifests are kept.
        territory: name, languages, outline and communes.
        created_at: RFC 3339 instant.
        published: every legend that is served, by slug: `revision`, `manifest`
            (SHA-256) and `published_at`.
        withdrawn: every slug that was served once and is not any more.
        closures: those to be told, in their order; of legends that are not served none is.
    """
    before = previous or {"revision": 0}
    return {
        "format": 1,
        "revision": before["revision"] + 1,
        "created_at": created_at,
        "territory": dict(territory),
        "legends": {slug: published[slug] for slug in sorted(published)},
        "kept": kept_manifests(before, published),
        "unpublished": sorted(withdrawn - set(published)),
        "closures": [closure_to_document(c) for c in closures if c.legend in published],
    }


def kept_manifests(
    before: Mapping[str, Any], published: Mapping[str, Mapping[str, Any]]
) -> dict[str, list[str]]:
    """The earlier manifests of the legends that are served, the newest first.

    A legend that was withdrawn keeps none: all its addresses are gone.
    """
    kept: dict[str, list[str]] = {}
    for slug in sorted(published):
        known = [*before.get("kept", {}).get(slug, [])]
        if slug in before.get("legends", {}):
            known.insert(0, before["legends"][slug]["manifest"])
        earlier = [
            sha256 for sha256 in dict.fromkeys(known) if sha256 != published[slug]["manifest"]
        ]
        if earlier:
            kept[slug] = earlier[:KEPT_MANIFESTS]
    return kept
