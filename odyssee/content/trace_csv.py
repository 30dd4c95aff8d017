"""Traces from CSV: a header row, then a position a line.

Columns, in any order and case: `t`, `time`, `timestamp` or `at` (RFC 3339, or Unix
seconds or milliseconds); `lon`, `lng` or `longitude`; `lat` or `latitude`; where
known `accuracy_m` or `accuracy`, `speed_mps` or `speed`, `heading_deg`, `heading`
or `bearing`. Separated by commas, semicolons (then a comma may be the decimal
sign) or tabs; other columns are passed over.
"""

import csv
import io
from collections.abc import Collection, Mapping
from itertools import islice

from odyssee.content.trace_points import (
    MAX_TOLD,
    MAX_TRACE_POINTS,
    TracePoint,
    instant_of,
    number_of,
    refusal,
)
from odyssee.domain.errors import InputInvalid, Problem

_COLUMNS = {
    "at": ("t", "time", "timestamp", "at"),
    "lon": ("lon", "lng", "longitude"),
    "lat": ("lat", "latitude"),
    "accuracy_m": ("accuracy_m", "accuracy"),
    "speed_mps": ("speed_mps", "speed"),
    "heading_deg": ("heading_deg", "heading", "bearing"),
}
_NEEDED = ("at", "lon", "lat")


def read_csv(name: str, raw: bytes, needed: Collection[str] = _NEEDED) -> list[TracePoint]:
    """The points in the order of the file; empty lines are passed over.

    Args:
        name: Of the file, for what is told of it.
        raw: Its bytes.
        needed: Which of `at`, `lon` and `lat` the file must have.

    Raises:
        InputInvalid: no such columns, or values that are no time or place, each told by line.
    """
    try:
        text = raw.decode("utf-8-sig")
        header = text.partition("\n")[0]
        separator = max(",;\t", key=header.count)
        reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
        columns = _columns(name, next(reader, []), needed)
        filled = (row for row in reader if any(cell.strip() for cell in row))
        rows = [
            _point(f"{name}:{reader.line_num}", row, columns, separator)
            for row in islice(filled, MAX_TRACE_POINTS + 1)
        ]
    except (UnicodeDecodeError, csv.Error):
        raise refusal(f"{name}:1", "trace_unreadable", format="CSV") from None
    problems = [row for row in rows if isinstance(row, Problem)]
    if problems:
        raise InputInvalid(problems[:MAX_TOLD])
    return [row for row in rows if isinstance(row, TracePoint)]


def _columns(name: str, header: list[str], needed: Collection[str]) -> dict[str, int]:
    known = [cell.strip().lower() for cell in header]
    found = {
        what: next(known.index(column) for column in names if column in known)
        for what, names in _COLUMNS.items()
        if any(column in known for column in names)
    }
    missing = [_COLUMNS[what][0] for what in needed if what not in found]
    if missing:
        raise refusal(f"{name}:1", "trace_columns_missing", columns=", ".join(missing))
    return found


def _point(
    where: str, row: list[str], columns: Mapping[str, int], separator: str
) -> TracePoint | Problem:
    cells = {what: row[at].strip() if at < len(row) else "" for what, at in columns.items()}
    if separator == ";":
        cells |= {what: cell.replace(",", ".") for what, cell in cells.items() if what != "at"}
    lon, lat = number_of(cells["lon"]), number_of(cells["lat"])
    told_at = cells.get("at", "")
    at_s = instant_of(told_at)
    if lon is None or lat is None:
        return Problem(where, "trace_bad_place")
    if at_s is None and told_at:
        return Problem(where, "trace_bad_time")
    known = {what: number_of(cell) for what, cell in cells.items() if what not in _NEEDED}
    return TracePoint(where, lon, lat, at_s, **known)
