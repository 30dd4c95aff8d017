"""`POST /v1/legends/{slug}/proximity`: a list of fixes in, events out, nothing kept."""

import json
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope

from odyssee.actions import tracking
from odyssee.actions.tools import Tools
from odyssee.api.answers import lang_of
from odyssee.api.public.aside import aside
from odyssee.api.public.bodies import NOT_KEPT, take_body
from odyssee.api.schemas.proximity import FixIn, ProximityIn
from odyssee.domain.errors import InputInvalid, Problem, TooManySteps
from odyssee.domain.proximity import (
    MAX_STEPS,
    OFFLOAD_STEPS,
    Event,
    Fix,
    Followed,
    count_steps,
)


async def answer_proximity(scope: Scope, receive: Receive, tools: Tools, slug: str) -> Response:
    """Read the body, follow the walk, shape the answer.

    Raises:
        InputInvalid: values out of their bounds; every pointer is told.
        TooManySteps: the fixes ask for more than 4,000 evidence steps.
        OdysseeError: as `actions.tracking.follow`.
    """
    tools.shelf.current().get_legend(slug)  # an unknown legend is told before its body is read
    asked = await take_body(scope, receive, ProximityIn)
    if isinstance(asked, Response):
        return asked
    if asked.lang is not None:
        scope["odyssee.lang"] = asked.lang  # errors too are told in the language asked for
    fixes = [_fix(fix) for fix in asked.fixes]
    steps = count_steps(fixes, begins=asked.progress is None)
    if steps > MAX_STEPS:
        raise TooManySteps

    def follow() -> tuple[Followed, int]:
        return _follow(scope, tools, slug, asked, fixes)

    followed, revision = follow() if steps <= _IN_LOOP else await aside(follow)
    return Response(_body(followed, revision), 200, NOT_KEPT, "application/json")


_IN_LOOP = OFFLOAD_STEPS + 30
"""`count_steps` counts the gap to the token's fix at its longest, 30 steps."""


def _follow(
    scope: Scope, tools: Tools, slug: str, asked: ProximityIn, fixes: list[Fix]
) -> tuple[Followed, int]:
    legend = tools.shelf.current().get_legend(slug)
    if asked.here is not None and not legend.has_stop(asked.here):
        raise InputInvalid([Problem("here", "unknown_stop")])
    spoken = lang_of(scope, tuple(legend.contents))
    return tracking.follow(
        tools,
        slug,
        fixes,
        asked.progress,
        here=asked.here,
        heard=asked.heard,
        lang=spoken,
    )


def _fix(fix: FixIn) -> Fix:
    return Fix(fix.at.timestamp(), fix.lon, fix.lat, fix.accuracy_m, fix.speed_mps, fix.heading_deg)


_to_json = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode


def _body(followed: Followed, revision: int) -> bytes:
    ahead = followed.next
    answer = {
        "events": [_event(event) for event in followed.events],
        "next": None
        if ahead is None
        else {
            "stop": ahead.stop,
            "distance_m": _round(ahead.distance_m),
            "bearing_deg": _round(ahead.bearing_deg),
        },
        "next_check": {
            "after_m": round(followed.next_check_m, 1),
            "after_s": round(followed.next_check_s, 1),
        },
        "progress": followed.progress,
        "revision": revision,
    }
    return _to_json(answer).encode()


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _event(event: Event) -> dict[str, Any]:
    at = datetime.fromtimestamp(event.at_s, UTC).isoformat().replace("+00:00", "Z")
    shape: dict[str, Any] = {"id": event.id, "type": event.type, "at": at, "fix": event.fix}
    if event.stop is not None:
        shape["stop"] = event.stop
    if event.zone is not None:
        shape["zone"] = event.zone
    if event.type == "enter":
        shape["skipped"] = list(event.skipped)
        shape["manual"] = event.manual
    if event.after is not None:
        shape["after"] = event.after
    return shape
