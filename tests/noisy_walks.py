"""Walks of every kind as vectors without answers: chance alone decides, a seed gives one again.

The format is that of `tests/vectors/proximity/README.md`. What a walk is made
of: `_Trail` lays stops of every shape, `_Phone` says where somebody is who
walks past them, `_requests` cuts what it says into posts.
"""

import base64
import hashlib
import math
import random
import struct
from collections.abc import Iterator
from typing import Any

from odyssee.domain.geo import LonLat, Projection, projection_at
from odyssee.domain.walks import Noise, Pause, observe, pace_out

Xy = tuple[float, float]
Row = list[float | None]
Document = dict[str, Any]

_ORIGINS = ((0.91361, 48.26944), (1.0107, 48.3222), (0.8167, 48.3214), (-179.9, -89.0))
"""Three of our villages, and a place where degrees are narrow."""
_SLUGS = ("porte-murée", "arrêt", "étang-œuvré", "dragon-🐉", "l’if", "Ωmega")
_UNREADABLE: tuple[Row, ...] = (
    [-5.0, 0.9, 48.3, 5.0, None, None],
    [1e13, 0.9, 48.3, 5.0, None, None],
    [1_792_000_050.0, 0.0, 0.0, 5.0, None, None],
    [1_792_000_050.0, 200.0, 48.3, 5.0, None, None],
    [1_792_000_050.0, 0.9, -91.0, 5.0, None, None],
)


def a_noisy_walk(seed: int) -> Document:
    """One vector without `expect`; at most some hundred fixes in up to a dozen requests."""
    dice = random.Random(seed)  # noqa: S311 - a walk that repeats, no secret
    trail = _Trail(dice)
    rows = _Phone(dice, trail).rows()
    case: Document = {"shows": f"seed {seed}", "trail": trail.document(1)}
    revised = dice.random() < 0.2
    if revised:
        case["other_trail"] = trail.document(2)
    case["requests"] = list(_requests(dice, trail, rows, revised=revised))
    return case


def forged_requests(case: Document, tokens: list[str], seed: int) -> Document:
    """The same trail, asked with tokens that are none, or changed and sealed anew."""
    dice = random.Random(seed)  # noqa: S311 - as above
    fixes = case["requests"][-2]["fixes"][:5]
    slug = case["trail"]["slug"]
    given = [_forged(dice, dice.choice(tokens), slug) for _ in range(8)]
    given += [
        dice.choice(["", "A", "é" * 9, "\ud800", "A" * 3000, tokens[-1] + "=", tokens[-1][1:]])
    ]
    requests = [{"fixes": fixes, "given": token} for token in given]
    return {"shows": f"seed {seed}, forged", "trail": case["trail"], "requests": requests}


def _forged(dice: random.Random, token: str, slug: str) -> str:
    """The token with other bytes in one place and a right digest."""
    body = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))[:-8])
    number = dice.choice([math.nan, math.inf, -math.inf, -0.0, 1e300, 1e13, -1.0, 1.7e9])
    change = dice.choice([struct.pack("<d", number), dice.randbytes(1), b"\xff\xff", b"\0"])
    place = dice.choice([*range(22), *(dice.randrange(len(body)) for _ in range(40))])
    body[place : place + len(change)] = change
    if dice.random() < 0.1:
        del body[-1]
    whole = bytes(body) + hashlib.sha256(body + slug.encode()).digest()[:8]
    return base64.urlsafe_b64encode(whole).rstrip(b"=").decode()


class _Trail:
    """A trail that chance laid, and the way along its stops in local metres."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.projection: Projection = projection_at(LonLat(*dice.choice(_ORIGINS)))
        self.crowded = dice.random() < 0.15
        self.order = "free" if self.crowded else dice.choice(["window", "window", "strict", "free"])
        self.apart_m = 4.0 if self.crowded else dice.choice([40.0, 90.0, 130.0])
        self.count = 24 if self.crowded else dice.randint(1, 7)
        self.each_entry = dice.random() < 0.3
        self.places = [self._place(n) for n in range(self.count)]
        self.slugs = [f"{dice.choice(_SLUGS)}-{n}" for n in range(self.count)]
        self.window = dice.choice([0, 1, 2, 3, 5])
        self.slug = f"légende-{dice.choice(_SLUGS)}"
        self.stops = [self._stop(n) for n in range(self.count)]
        self.route = self._route()

    def document(self, revision: int) -> Document:
        """The trail at a revision; the second has lost a stop and turned its order round."""
        stops = self.stops if revision == 1 else self.stops[1:][::-1] or self.stops
        numbered = [stop | {"position": n} for n, stop in enumerate(stops, 1)]
        self.dice.shuffle(numbered)  # whoever reads them puts them in order
        document = {
            "slug": self.slug,
            "revision": revision,
            "projection": {
                "origin": list(self.projection.origin),
                "m_per_deg_lon": self.projection.m_per_deg_lon,
                "m_per_deg_lat": self.projection.m_per_deg_lat,
            },
            "order": self.order,
            "window": self.window,
            "stops": numbered,
        }
        return document | ({"route": self.route} if self.route else {})

    def lonlat(self, x: float, y: float) -> list[float]:
        """The place in degrees, as files have it: 7 decimals."""
        place = self.projection.to_lonlat(x, y)
        return [round(place.lon, 7), round(place.lat, 7)]

    def _place(self, number: int) -> Xy:
        return (number * self.apart_m, self.dice.uniform(-20.0, 20.0))

    def _route(self) -> Document | None:
        """A line along the stops, past some of them; every second one was traced or walked."""
        status = self.dice.choice(["traced", "walked", "sketch", None])
        corners = [(x, y + self.dice.gauss(0, 15)) for x, y in self.places]
        (first, south), (last, north) = corners[0], corners[-1]
        corners = [(first - 70.0, south - 30.0), *corners, (last + 60.0, north + 50.0)]
        line = [self.lonlat(*corner) for corner in [*corners, corners[-1]]]
        return {"status": status, "line": line} if status else None

    def _stop(self, number: int) -> Document:
        zones = [self._zone(number, n) for n in range(self.dice.choice([1, 1, 1, 2, 0]))]
        return {
            "slug": self.slugs[number],
            "location": self.lonlat(*self.places[number]),
            "narration_s": self.dice.choice([0, 12.5, 40, 300.25]),
            "zones": zones,
        }

    def _zone(self, stop: int, number: int) -> Document:
        dice = self.dice
        kind = dice.choice(["Point", "Point", "LineString", "Polygon"])
        radius_m = dice.choice([60, 150] if self.crowded else [8, 20.5, 30, 60, 150])
        return {
            "id": f"z{number}",
            "shape": {"type": kind, "coordinates": self._coordinates(kind, *self.places[stop])},
            "radius_m": None if kind == "Polygon" else radius_m,
            "dwell_s": dice.choice([0, 15]),
            "prefetch_m": dice.choice([0, 50, 150]),
            "layer": f"couche-{stop % 16}"
            if self.crowded
            else dice.choice(["main", "main", "fond"]),
            "priority": dice.choice([0, 0, 2, -1]),
            "cooldown_s": dice.choice([0, 45]) if self.each_entry else 0,
            "repeat": "each_entry" if self.each_entry and dice.random() < 0.7 else "once",
        }

    def _coordinates(self, kind: str, x: float, y: float) -> Any:
        if kind == "Point":
            return self.lonlat(x, y)
        if kind == "LineString":
            corners = [(x + self.dice.gauss(0, 30), y + self.dice.gauss(0, 30)) for _ in range(3)]
            return [self.lonlat(*corner) for corner in [*corners, corners[-1]]]
        rings = [self._ring(x, y, 10.0, 60.0)]
        if self.dice.random() < 0.4:
            rings.append(self._ring(x, y, 3.0, 9.0))
        return [[self.lonlat(*corner) for corner in [*ring, ring[0]]] for ring in rings]

    def _ring(self, x: float, y: float, least_m: float, most_m: float) -> list[Xy]:
        corners = self.dice.randint(3, 8)
        turns = sorted(self.dice.uniform(0, 2 * math.pi) for _ in range(corners))
        reach = [self.dice.uniform(least_m, most_m) for _ in turns]
        pairs = zip(turns, reach, strict=True)
        return [(x + far * math.cos(turn), y + far * math.sin(turn)) for turn, far in pairs]


class _Phone:
    """Somebody who walks past the stops, and what their phone makes of it."""

    def __init__(self, dice: random.Random, trail: _Trail) -> None:
        self.dice, self.trail = dice, trail
        self.start_s = 1_792_000_000.0 + dice.choice([0.0, dice.random()])
        self.speaks = dice.choice(["never", "always", "sometimes"])

    def rows(self) -> list[Row]:
        """The fixes in the order in which the phone took them, with all its faults."""
        dice = self.dice
        moments = pace_out(
            self._way(),
            pace_mps=dice.choice([0.8, 1.3, 1.3, 2.0, 6.0]),
            sampling_s=dice.choice([1.0, 1.0, 2.5, 5.0, 17.0, 61.0]),
            start_s=self.start_s,
            pauses=[Pause(dice.uniform(0, 300), 45.0)],
        )
        noise = Noise(dice.choice([1.0, 5.0, 10.0, 20.0]), 27.0, dice.choice([0.0, 0.05]))
        fixes = list(observe(moments, self.trail.projection, noise, dice))[:350]
        rows = [self._row(fix.at_s, fix.lon, fix.lat, fix.accuracy_m or 0.0) for fix in fixes]
        self._go_astray(rows)
        self._set_clock(rows)
        return self._repeat(rows)

    def _way(self) -> list[Xy]:
        goals = [(x + self.dice.gauss(0, 12), y) for x, y in self.trail.places]
        if self.dice.random() < 0.4:
            goals += goals[::-1]
        if self.dice.random() < 0.3:
            self.dice.shuffle(goals)
        if self.dice.random() < 0.4:  # off the route for a while
            at = self.dice.randrange(len(goals) + 1)
            x, y = goals[at - 1]
            goals[at:at] = [(x + 5.0, y + 160.0), (x + 50.0, y + 160.0)]
        return [(goals[0][0] - 70.0, goals[0][1] - 30.0), *goals, (goals[-1][0] + 60.0, 50.0)]

    def _row(self, at_s: float, lon: float, lat: float, accuracy_m: float) -> Row:
        dice = self.dice
        odd = dice.random() < 0.08
        accuracy = dice.choice([None, 0, -1.0, 3, 100, 100.1, 1e9]) if odd else accuracy_m
        speaks = self.speaks == "always" or (self.speaks == "sometimes" and dice.random() < 0.5)
        speed = dice.choice([-1.0, 0, 1.3, 1.3, 4.0, 4.1]) if speaks else None
        at_s += dice.choice([0.0, 0.0, dice.uniform(-0.2, 0.2)])
        return [at_s, lon, lat, accuracy, speed, dice.choice([None, 90.0])]

    def _go_astray(self, rows: list[Row]) -> None:
        """Once in a while the phone is elsewhere for a time."""
        if self.dice.random() < 0.3 and len(rows) > 40:
            begin = self.dice.randrange(len(rows) - 30)
            for row in rows[begin : begin + self.dice.choice([2, 8, 25])]:
                row[2] = (row[2] or 0.0) + 0.004

    def _set_clock(self, rows: list[Row]) -> None:
        """Once in a while somebody sets the clock: back by an hour, or on by a day."""
        if self.dice.random() < 0.25:
            by_s = self.dice.choice([-3600.0, 90_000.0, -100.0, 300.0])
            for row in rows[self.dice.randrange(len(rows)) :]:
                row[0] = max(0.0, (row[0] or 0.0) + by_s)

    def _repeat(self, rows: list[Row]) -> list[Row]:
        dice = self.dice
        told = []
        for row in rows:
            told += [row] * (2 if dice.random() < 0.02 else 1)
            if dice.random() < 0.01:
                told.append(list(dice.choice(_UNREADABLE)))
            if dice.random() < 0.01:
                told.append([(row[0] or 0.0) - dice.choice([119.0, 3600.0]), *row[1:]])
        return told


def _requests(
    dice: random.Random, trail: _Trail, rows: list[Row], *, revised: bool
) -> Iterator[Document]:
    """The rows cut at random, some late, some shuffled, with all that a visitor may say."""
    cuts = sorted(dice.sample(range(1, len(rows)), min(len(rows) - 1, dice.randint(0, 10))))
    turns_at = dice.randrange(len(cuts) + 1) if revised else len(cuts) + 1
    closings = _closings(dice, trail, rows)
    late: list[Row] = []
    for number, (begin, end) in enumerate(zip([0, *cuts], [*cuts, len(rows)], strict=True)):
        fixes = rows[begin:end] + late
        late = fixes[: dice.choice([0, 0, 0, 2])]
        if dice.random() < 0.2:
            dice.shuffle(fixes)
        request = {"fixes": fixes} | _said(dice, trail) | closings
        yield request | ({"on": "other_trail"} if number >= turns_at else {})
    yield {"fixes": []}


def _said(dice: random.Random, trail: _Trail) -> Document:
    said: Document = {}
    if dice.random() < 0.15:
        said["here"] = dice.choice([*trail.slugs, "nulle-part"])
    if dice.random() < 0.15:
        said["heard"] = [dice.choice([*trail.slugs, "inconnu"]) for _ in range(2)]
    if dice.random() < 0.05:
        said["spoil"] = dice.randrange(100)
    if dice.random() < 0.5:
        said["now_s"] = 1_791_999_000.5
    return said


def _closings(dice: random.Random, trail: _Trail, rows: list[Row]) -> Document:
    shut = [slug for slug in trail.slugs if dice.random() < 0.2]
    kind = dice.choice(["none", "all the time", "for a while"])
    if kind == "none":
        return {}
    if kind == "all the time":
        return {"closed": shut}
    times = sorted(row[0] or 0.0 for row in rows)
    spans = [sorted(dice.choices(times, k=2)) for _ in shut]
    return {
        "closed_during": [
            [slug, begin, end if dice.random() < 0.7 else None]
            for slug, (begin, end) in zip(shut, spans, strict=True)
        ]
    }
