"""The points of a recorded trace, whatever its file format: what each may say, what is refused."""

from collections.abc import Sequence
from datetime import UTC, datetime
from math import isfinite
from typing import NamedTuple

from odyssee.domain.errors import InputInvalid, Problem
from odyssee.domain.geo import LonLat
from odyssee.domain.proximity import Fix
from odyssee.domain.traces import Trace, trace_of

MAX_TRACE_POINTS = 100_000
"""About 28 hours at one fix a second."""
MAX_TOLD = 20
"""Bad points are told one by one, so many at most."""
_LATEST_S = 253_402_128_000.0
"""30 December 9999, as for a phone's fixes; before 1970 there were none."""
_MILLISECONDS_FROM = 1e11
"""A larger number of a clock counts milliseconds: in seconds it would be the year 5138."""


class TracePoint(NamedTuple):
    """One point as its file says it."""

    where: str
    """`file:line`, or `file:number of the point` where the format has no lines."""
    lon: float
    lat: float
    at_s: float | None = None
    """Unix seconds; None: the file does not say."""
    accuracy_m: float | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None


def to_trace(name: str, points: Sequence[TracePoint]) -> Trace:
    """The points as a trace: by time, without those that have none, one for each instant.

    Raises:
        InputInvalid: too many points, places off the earth, times before 1970, or fewer
            than two different times.
    """
    if len(points) > MAX_TRACE_POINTS:
        raise refusal(f"{name}:1", "trace_too_large")
    problems = [problem for point in points if (problem := _problem(point)) is not None]
    if problems:
        raise InputInvalid(problems[:MAX_TOLD])
    fixes = [
        Fix(p.at_s, p.lon, p.lat, p.accuracy_m, p.speed_mps, p.heading_deg)
        for p in points
        if p.at_s is not None
    ]
    if not fixes:
        raise refusal(f"{name}:1", "trace_without_times")
    trace = trace_of(fixes, untimed=len(points) - len(fixes))
    if len(trace.fixes) < 2:
        raise refusal(f"{name}:1", "trace_without_course")
    return trace


def refusal(where: str, code: str, **values: str) -> InputInvalid:
    """One reason why a trace is refused."""
    return InputInvalid([Problem(where, code, values=values)])


def instant_of(told: object) -> float | None:
    """Unix seconds of an instant: RFC 3339 text, or a number of seconds or milliseconds.

    A text without an offset is taken as UTC. None where it is no instant.
    """
    if isinstance(told, bool) or not isinstance(told, str | int | float):
        return None
    number = number_of(told)
    if number is not None:
        return number / 1000.0 if number > _MILLISECONDS_FROM else number
    try:
        at = datetime.fromisoformat(str(told).strip())
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def number_of(told: object) -> float | None:
    """A finite number; None for anything else, empty text included."""
    if isinstance(told, bool) or not isinstance(told, str | int | float):
        return None
    try:
        number = float(told)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def _problem(point: TracePoint) -> Problem | None:
    if not LonLat(point.lon, point.lat).is_on_earth:
        return Problem(point.where, "trace_bad_place")
    if point.at_s is not None and not 0.0 <= point.at_s <= _LATEST_S:
        return Problem(point.where, "trace_bad_time")
    return None
