"""Walks told in metres: x east and y north of the first stop of a trail at Vichères."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from odyssee.domain.geo import LineString, LonLat, Polygon, point, projection_at
from odyssee.domain.legends import Route, RouteStatus
from odyssee.domain.proximity import Event, Fix, Followed, Trail, TrailStop, build_trail, follow
from odyssee.domain.zones import Zone

VICHERES = projection_at(LonLat(0.91361, 48.26944))
START_S = 1_792_000_000.0


def a_stop(
    slug: str = "porte-muree",
    x: float = 0.0,
    y: float = 0.0,
    *,
    radius_m: float = 30.0,
    narration_s: float = 0.0,
    zones: tuple[Zone, ...] | None = None,
    **zone: Any,
) -> TrailStop:
    place = VICHERES.to_lonlat(x, y)
    circle = Zone(id="z1", shape=point(place), radius_m=radius_m, **zone)
    return TrailStop(slug, 1, (circle,) if zones is None else zones, place, narration_s)


def stops_in_a_row(count: int, apart_m: float = 120.0, **stop: Any) -> list[TrailStop]:
    return [a_stop(f"arrêt-{n}", (n - 1) * apart_m, **stop) for n in range(1, count + 1)]


def a_trail(
    *stops: TrailStop, slug: str = "dame-de-riants", revision: int = 1, **trail: Any
) -> Trail:
    numbered = [
        TrailStop(stop.slug, n, stop.zones, stop.location, stop.narration_s)
        for n, stop in enumerate(stops or (a_stop(),), 1)
    ]
    return build_trail(slug=slug, revision=revision, projection=VICHERES, stops=numbered, **trail)


def a_route(*corners: tuple[float, float], status: RouteStatus = "traced") -> Route:
    return Route(status=status, line=tuple(VICHERES.to_lonlat(*corner) for corner in corners))


def a_line(*corners: tuple[float, float]) -> LineString:
    return LineString("LineString", tuple(VICHERES.to_lonlat(*corner) for corner in corners))


def a_polygon(*rings: Sequence[tuple[float, float]]) -> Polygon:
    closed = [[*ring, ring[0]] for ring in rings]
    return Polygon(
        "Polygon", tuple(tuple(VICHERES.to_lonlat(*corner) for corner in r) for r in closed)
    )


def a_fix(
    at_s: float,
    x: float,
    y: float = 0.0,
    *,
    accuracy_m: float | None = 8.0,
    speed_mps: float | None = None,
) -> Fix:
    place = VICHERES.to_lonlat(x, y)
    return Fix(START_S + at_s, place.lon, place.lat, accuracy_m, speed_mps)


def fixes_at(
    metres: Iterable[float], *, from_s: float = 0.0, every_s: float = 1.0, **fix: Any
) -> list[Fix]:
    return [a_fix(from_s + n * every_s, x, **fix) for n, x in enumerate(metres)]


def steps(start_m: float, end_m: float, pace_mps: float = 1.3) -> list[float]:
    count = math.ceil(abs(end_m - start_m) / pace_mps)
    return [start_m + (end_m - start_m) * n / count for n in range(count + 1)]


def kinds(followed: Followed | Sequence[Event], *types: str) -> list[str]:
    events = followed.events if isinstance(followed, Followed) else followed
    return [event.type for event in events if not types or event.type in types]


def stops_of(followed: Followed | Sequence[Event], kind: str) -> list[str | None]:
    events = followed.events if isinstance(followed, Followed) else followed
    return [event.stop for event in events if event.type == kind]


def in_pieces(
    trail: Trail, fixes: Sequence[Fix], cuts: Iterable[int], token: str | None = None, **said: Any
) -> tuple[list[Event], str | None]:
    """Follow with the token passed on at each cut; `fix` counts through all pieces."""
    events: list[Event] = []
    edges = sorted({0, len(fixes), *cuts})
    for begin, end in pairwise(edges):
        part = follow(trail, fixes[begin:end], token, **said)
        token = part.progress
        events += [
            event if event.fix is None else replace(event, fix=event.fix + begin)
            for event in part.events
        ]
    return events, token


@pytest.fixture(scope="session")
def tell() -> SimpleNamespace:
    """The builders of this file, by name."""
    return SimpleNamespace(
        a_stop=a_stop,
        stops_in_a_row=stops_in_a_row,
        a_trail=a_trail,
        a_line=a_line,
        a_route=a_route,
        a_polygon=a_polygon,
        a_fix=a_fix,
        fixes_at=fixes_at,
        steps=steps,
        kinds=kinds,
        stops_of=stops_of,
        in_pieces=in_pieces,
        projection=VICHERES,
        start_s=START_S,
    )
