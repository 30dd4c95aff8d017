"""Tracking: follow a walk along a published trail. Nothing is stored, nothing is logged."""

from collections.abc import Sequence
from datetime import UTC, datetime

from odyssee.actions.tools import Tools
from odyssee.domain.catalogue import PublishedLegend
from odyssee.domain.closures import closed_stops
from odyssee.domain.geo import LineString, LonLat, Point, Polygon, Shape
from odyssee.domain.legends import Route
from odyssee.domain.proximity import Fix, Followed, Trail, TrailStop, build_trail
from odyssee.domain.proximity import follow as fold
from odyssee.domain.zones import Zone


def follow(
    tools: Tools,
    slug: str,
    fixes: Sequence[Fix],
    progress: str | None,
    *,
    here: str | None = None,
    heard: Sequence[str] = (),
    lang: str = "fr",
) -> tuple[Followed, int]:
    """Advance a visitor's walk by some fixes.

    Returns:
        What happened, and the revision of the legend that it happened on.

    Raises:
        NotFound: no such legend, or no such stop for `here`.
        Unpublished: the legend is not published any more.
        ProgressUnreadable: the token is damaged, cut, or of another legend.
        HereImplausible: `here` is too far from the last known position.
    """
    catalogue = tools.shelf.current()
    legend = catalogue.get_legend(slug)
    closures = catalogue.closures_of(slug)
    trail = trail_of(legend, lang)
    if not closures:
        followed = fold(trail, fixes, progress, here=here, heard=heard)
    else:

        def closed(at_s: float) -> frozenset[str]:
            return closed_stops(closures, datetime.fromtimestamp(at_s, UTC))

        followed = fold(trail, fixes, progress, here=here, heard=heard, closed=closed)
    return followed, legend.revision


def trail_of(legend: PublishedLegend, lang: str) -> Trail:
    """The legend's trail, made ready once for each revision and language."""
    known = legend.trails.get(lang)
    if known is None:
        known = _build(legend, lang)
        legend.trails[lang] = known
    return known


def _build(legend: PublishedLegend, lang: str) -> Trail:
    words = legend.content(lang)
    stops = tuple(
        TrailStop(
            slug=place["slug"],
            position=place["position"],
            zones=tuple(_zone(zone) for zone in place["zones"]),
            location=LonLat(*place["location"]["coordinates"]),
            narration_s=(told["narration"] or {}).get("duration_s", 0.0),
        )
        for place, told in zip(legend.trail["stops"], words["stops"], strict=True)
    )
    return build_trail(
        slug=legend.slug,
        revision=legend.revision,
        projection=legend.projection,
        order=legend.trail["order"],
        window=legend.trail["window"],
        stops=stops,
        route=Route(
            status=legend.trail["route_status"],
            line=tuple(LonLat(*place) for place in legend.trail["route"]["coordinates"]),
        ),
    )


def _zone(document: dict[str, object]) -> Zone:
    shape = document["shape"]
    return Zone(**(document | {"shape": _shape(shape)}))  # type: ignore[arg-type]  # as packed


def _shape(document: object) -> Shape:
    assert isinstance(document, dict)  # noqa: S101 - packs are made by us and verified by hash
    coordinates = document["coordinates"]
    match document["type"]:
        case "Point":
            return Point("Point", LonLat(*coordinates))
        case "LineString":
            return LineString("LineString", tuple(LonLat(*place) for place in coordinates))
    return Polygon("Polygon", tuple(tuple(LonLat(*p) for p in ring) for ring in coordinates))
