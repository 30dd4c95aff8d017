"""Recorded traces: GPX, GeoJSON or CSV, told apart by their beginning and read with care."""

from collections.abc import Callable

from odyssee.content.trace_csv import read_csv
from odyssee.content.trace_geojson import read_geojson
from odyssee.content.trace_gpx import read_gpx
from odyssee.content.trace_points import TracePoint, refusal, to_trace
from odyssee.domain.traces import Trace

MAX_TRACE_BYTES = 32 * 1024 * 1024
_READERS: dict[bytes, Callable[[str, bytes], list[TracePoint]]] = {
    b"<": read_gpx,
    b"{": read_geojson,
    b"[": read_geojson,
}
"""By the first character that is no blank; anything else is CSV."""


def parse_trace(name: str, raw: bytes, *, gpx_only: bool = False) -> Trace:
    """The fixes of a recorded walk.

    Points without a time are left out and counted, as are all but the first at
    the same instant; the rest are put in order.

    Args:
        name: of the file, for what is told of it.
        raw: its bytes.
        gpx_only: whether any other format is refused.

    Raises:
        InputInvalid: over 32 MB or 100,000 points, not readable, places off the
            earth, or fewer than two different times.
    """
    if len(raw) > MAX_TRACE_BYTES:
        raise refusal(f"{name}:1", "trace_too_large")
    start = raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    reader = read_gpx if gpx_only else _READERS.get(start, read_csv)
    return to_trace(name, reader(name, raw))
