"""Tracing: a recorded trace brought to the desk."""

from pathlib import Path

from odyssee.content.trace_points import refusal
from odyssee.content.traces import MAX_TRACE_BYTES, parse_trace
from odyssee.domain.traces import Trace


def read_trace(path: Path, *, gpx_only: bool = False) -> Trace:
    """The fixes of a recorded trace: GPX, GeoJSON or CSV.

    Raises:
        InputInvalid: too large, not readable, or without times; as `take_trace`.
        OSError: the file cannot be read.
    """
    if path.stat().st_size > MAX_TRACE_BYTES:
        raise refusal(f"{path.name}:1", "trace_too_large")
    return take_trace(path.name, path.read_bytes(), gpx_only=gpx_only)


def take_trace(name: str, raw: bytes, *, gpx_only: bool = False) -> Trace:
    """The fixes of a trace that came as bytes, such as an upload; `name` is for what is told.

    Raises:
        InputInvalid: over 32 MB or 100,000 points, not readable, places off the
            earth, or fewer than two different times.
    """
    return parse_trace(name, raw, gpx_only=gpx_only)
