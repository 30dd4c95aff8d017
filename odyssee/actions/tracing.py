"""Tracing: a recorded trace brought to the desk."""

from pathlib import Path

from odyssee.content.traces import read_gpx
from odyssee.domain.proximity import Fix


def read_trace(path: Path) -> list[Fix]:
    """The fixes of a recorded GPX trace.

    Raises:
        ContentInvalid: too large, not GPX, or without a single timed point.
    """
    return read_gpx(path)
