"""The shared vectors: the browser's engine runs the same files and must agree to the bit.

`ODYSSEE_WRITE_VECTORS=1` writes what the engine says now into the files, for
a new version of the trigger; read the difference before it is kept.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from odyssee.domain.errors import OdysseeError
from odyssee.domain.geo import LonLat, Projection
from odyssee.domain.legends import Route
from odyssee.domain.proximity import Closed, Fix, Followed, Trail, TrailStop, build_trail, follow
from odyssee.domain.zones import Zone

FOLDER = Path(__file__).parents[2] / "vectors" / "proximity"
FILES = sorted(FOLDER.glob("*.json"))
ZONE = TypeAdapter(Zone)
PROJECTION = TypeAdapter(Projection)
ROUTE = TypeAdapter(Route)


def read_trail(told: dict[str, Any]) -> Trail:
    stops = [
        TrailStop(
            slug=stop["slug"],
            position=stop["position"],
            zones=tuple(ZONE.validate_python(zone) for zone in stop["zones"]),
            location=LonLat(*stop["location"]),
            narration_s=stop["narration_s"],
        )
        for stop in told["stops"]
    ]
    projection = PROJECTION.validate_python(told["projection"])
    rest = {key: told[key] for key in ("slug", "revision", "order", "window")}
    route = ROUTE.validate_python(told["route"]) if "route" in told else None
    return build_trail(stops=stops, projection=projection, route=route, **rest)


def play(case: dict[str, Any]) -> list[dict[str, Any]]:
    """What the engine answers to each request of a case."""
    trails = {"trail": read_trail(case["trail"])}
    if "other_trail" in case:
        trails["other_trail"] = read_trail(case["other_trail"])
    token, answers = None, []
    for request in case["requests"]:
        trail = trails[request.get("on", "trail")]
        given = request.get("given", _spoil(token, request.get("spoil")))
        try:
            told = follow(
                trail,
                [Fix(*row) for row in request["fixes"]],
                given,
                here=request.get("here"),
                heard=request.get("heard", ()),
                closed=_closed(request),
                now_s=request.get("now_s", 0.0),
            )
        except OdysseeError as error:
            answers.append({"error": error.code})
        else:
            token = told.progress
            answers.append(_answer(told))
    return answers


def _closed(request: dict[str, Any]) -> Closed:
    if "closed_during" not in request:
        return frozenset(request.get("closed", ()))

    def at(at_s: float) -> frozenset[str]:
        return frozenset(
            slug
            for slug, begin, end in request["closed_during"]
            if begin <= at_s and (end is None or at_s < end)
        )

    return at


def _spoil(token: str | None, at: int | None) -> str | None:
    if token is None or at is None:
        return token
    return token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]


def _answer(told: Followed) -> dict[str, Any]:
    return {
        "events": [
            {name: getattr(event, name) for name in event.__slots__} | {"skipped": [*event.skipped]}
            for event in told.events
        ],
        "next": told.next and {name: getattr(told.next, name) for name in told.next.__slots__},
        "next_check": {"after_m": told.next_check_m, "after_s": told.next_check_s},
        "steps": told.steps,
        "progress": told.progress,
    }


def write(path: Path, case: dict[str, Any]) -> None:
    """One line a fix and an event, so that a difference can be read."""
    lines: dict[str, str] = {}

    def folded(value: Any) -> str:
        mark = f"@{len(lines)}@"
        lines[f'"{mark}"'] = json.dumps(value, ensure_ascii=False)
        return mark

    def fold(value: Any, depth: int) -> Any:
        if isinstance(value, dict) and depth:
            return {key: fold(part, depth - 1) for key, part in value.items()}
        if isinstance(value, list) and depth:
            return [fold(part, depth - 1) for part in value]
        return folded(value) if isinstance(value, (dict, list)) else value

    text = json.dumps(fold(case, 4), ensure_ascii=False, indent=1)
    for mark, line in lines.items():
        text = text.replace(mark, line)
    path.write_text(text + "\n", encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_engine_answers_as_the_vector_says(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    answers = play(case)
    if os.environ.get("ODYSSEE_WRITE_VECTORS"):
        for request, answer in zip(case["requests"], answers, strict=True):
            request["expect"] = answer
        write(path, case)
        return
    for request, answer in zip(case["requests"], answers, strict=True):
        expected = request["expect"]
        way, expected_way = answer.get("next") or {}, expected.get("next") or {}
        bearing = expected_way.pop("bearing_deg", None)
        assert way.pop("bearing_deg", None) == pytest.approx(bearing, abs=1e-9)
        assert answer == expected


def test_there_are_vectors() -> None:
    assert len(FILES) >= 8
