"""The map of a simulated walk, as SVG that needs nothing else: route, zones, true way, enters."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from odyssee.domain.catalogue import PublishedLegend
from odyssee.domain.geo import LonLat
from odyssee.domain.walk_report import Outing

WIDTH, LEAST_HEIGHT, MOST_HEIGHT = 960, 420, 900
MARGIN_M = 90.0
"""Around stops and route, so that zones and drifting fixes are seen whole."""
FAR_M = 1_000.0
"""What lies further from the trail than this is left off the map."""
BESIDE = 17.0
"""A number stands up and left of its place: the enter is drawn on it."""
MOST_DOTS = 4_000
"""More fixes than that are thinned out: the page stays small, the cloud looks the same."""
_BARS_M = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000)

XY = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """From local metres to the drawing: x right, y down."""

    west: float
    north: float
    per_m: float
    height: float

    def at(self, place: XY) -> XY:
        return (place[0] - self.west) * self.per_m, (self.north - place[1]) * self.per_m

    def path(self, line: Iterable[XY]) -> str:
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in map(self.at, line))


def draw_map(legend: PublishedLegend, outing: Outing) -> str:
    """The first walk on the ground."""
    to_xy = legend.projection.to_xy
    route = [to_xy(LonLat(*place[:2])) for place in legend.trail["route"]["coordinates"]]
    stops = [to_xy(LonLat(*stop["location"]["coordinates"])) for stop in legend.trail["stops"]]
    sheet = _sheet(route, stops, [(m.x, m.y) for m in outing.true.moments])
    fixes = [to_xy(LonLat(fix.lon, fix.lat)) for fix in outing.fixes]
    dash = ' stroke-dasharray="2 9"' if legend.trail["route_status"] == "sketch" else ""
    title = f"Carte de la marche : {len(stops)} étapes et leurs zones"
    parts = [
        f'<svg class="map" viewBox="0 0 {WIDTH} {sheet.height:.0f}" role="img">',
        f"<title>{title}</title>",
        f'<rect width="{WIDTH}" height="{sheet.height:.0f}" fill="#fbf5e8"/>',
        *_zones(legend, sheet),
        f'<path class="route" d="{sheet.path(route)}"{dash}/>',
        f'<path class="fixes" d="{_dots(fixes, sheet)}"/>',
        f'<path class="way" d="{_way(outing, sheet)}"/>',
        *_badges(legend, stops, sheet),
        *_enters(outing, fixes, sheet),
        *_scale(sheet),
        "</svg>",
    ]
    return "\n".join(parts)


def _sheet(route: Sequence[XY], stops: Sequence[XY], way: Sequence[XY]) -> _Sheet:
    known = [*route, *stops]
    west, east = min(x for x, _ in known) - FAR_M, max(x for x, _ in known) + FAR_M
    south, north = min(y for _, y in known) - FAR_M, max(y for _, y in known) + FAR_M
    known += [(x, y) for x, y in way if west < x < east and south < y < north]
    xs, ys = [x for x, _ in known], [y for _, y in known]
    wide = max(xs) - min(xs) + 2 * MARGIN_M
    high = max(ys) - min(ys) + 2 * MARGIN_M
    per_m = min(WIDTH / wide, MOST_HEIGHT / high)
    height = max(LEAST_HEIGHT, high * per_m)
    return _Sheet(
        west=(min(xs) + max(xs)) / 2 - WIDTH / per_m / 2,
        north=(min(ys) + max(ys)) / 2 + height / per_m / 2,
        per_m=per_m,
        height=height,
    )


def _zones(legend: PublishedLegend, sheet: _Sheet) -> Iterator[str]:
    for stop in legend.trail["stops"]:
        for zone in stop["zones"]:
            yield _zone(legend, zone, sheet)


def _zone(legend: PublishedLegend, zone: Mapping[str, Any], sheet: _Sheet) -> str:
    shape, radius = zone["shape"], (zone.get("radius_m") or 0.0) * sheet.per_m
    to_xy = legend.projection.to_xy
    if shape["type"] == "Point":
        x, y = sheet.at(to_xy(LonLat(*shape["coordinates"])))
        return f'<circle class="zone" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
    if shape["type"] == "LineString":
        line = sheet.path(to_xy(LonLat(*place)) for place in shape["coordinates"])
        return f'<path class="corridor" d="{line}" stroke-width="{2 * radius:.1f}"/>'
    rings = "".join(
        sheet.path(to_xy(LonLat(*place)) for place in ring) + "Z" for ring in shape["coordinates"]
    )
    return f'<path class="zone" fill-rule="evenodd" d="{rings}"/>'


def _dots(fixes: Sequence[XY], sheet: _Sheet) -> str:
    every = max(1, -(-len(fixes) // MOST_DOTS))
    return "".join(f"M{x:.1f} {y:.1f}h0" for x, y in map(sheet.at, fixes[::every]))


def _way(outing: Outing, sheet: _Sheet) -> str:
    """The true way, without the moments of standing still."""
    line: list[XY] = []
    for moment in outing.true.moments:
        place = (moment.x, moment.y)
        if not line or abs(place[0] - line[-1][0]) + abs(place[1] - line[-1][1]) > 1.0:
            line.append(place)
    return sheet.path(line)


def _badges(legend: PublishedLegend, stops: Sequence[XY], sheet: _Sheet) -> Iterator[str]:
    for stop, place in zip(legend.trail["stops"], stops, strict=True):
        x, y = sheet.at(place)
        yield f'<circle class="place" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
        x, y = x - BESIDE, y - BESIDE
        yield (
            f'<g class="badge"><title>{escape(stop["slug"])}</title>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="12"/>'
            f'<text x="{x:.1f}" y="{y + 5:.1f}">{stop["position"]}</text></g>'
        )


def _enters(outing: Outing, fixes: Sequence[XY], sheet: _Sheet) -> Iterator[str]:
    """Where the walker truly was at each enter, joined to where the phone saw them."""
    for told in outing.told:
        if told.event.type != "enter":
            continue
        x, y = sheet.at(outing.true.at(told.event.at_s)[:2])
        if told.event.fix is not None:
            seen_x, seen_y = sheet.at(fixes[told.event.fix])
            yield f'<path class="seen" d="M{x:.1f} {y:.1f}L{seen_x:.1f} {seen_y:.1f}"/>'
        name = escape(told.event.stop or "")
        yield (
            f'<circle class="enter" cx="{x:.1f}" cy="{y:.1f}" r="6"><title>{name}</title></circle>'
        )


def _scale(sheet: _Sheet) -> Iterator[str]:
    length = max((m for m in _BARS_M if m * sheet.per_m <= WIDTH / 4), default=_BARS_M[0])
    y, wide = sheet.height - 18, length * sheet.per_m
    yield f'<path class="scale" d="M20 {y - 6:.1f}V{y:.1f}H{20 + wide:.1f}V{y - 6:.1f}"/>'
    yield f'<text class="small" x="{28 + wide:.1f}" y="{y:.1f}">{length} m</text>'
    yield f'<path class="north" d="M{WIDTH - 28} 44V20m-6 9 6-9 6 9"/>'
    yield f'<text class="small" x="{WIDTH - 32}" y="60">N</text>'
