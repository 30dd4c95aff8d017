"""Batches of counts, which a kiosk freezes and the server takes exactly once.

A batch is known by kiosk, epoch and number: the numbers of an epoch go 1, 2, 3
… without a gap, and a frozen batch never changes. So the server can tell what
it has from what it lacks, whatever was lost or repeated on the way.

Source: design/packs.md, section 3, "Counting, exactly once".
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from odyssee.domain.canonical import canonical
from odyssee.domain.statistics import Cell

Place = Literal["known", "next", "gap"]
"""Where a batch stands after those that were taken: among them, after the last, farther on."""

EPOCH = re.compile(r"[A-Za-z0-9_-]{1,64}")
MAX_COUNTS = 2000
"""Of a batch; some more would fit into a body of 256 KiB."""
MAX_N = 1_000_000
"""In one count of a batch; a kiosk that has more sends the rest in the next."""
MAX_SEQ = 2**53 - 1
"""The largest whole number that every reader of JSON takes as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch as it came."""

    epoch: str
    seq: int
    """From 1."""
    counts: tuple[tuple[Cell, int], ...]
    sha256: str
    """Of its bytes: two batches of one number are told apart by it."""


def place_of(seq: int, last: int) -> Place:
    """Where a batch stands when `last` was the number of the last one taken, 0 before the first."""
    if seq <= last:
        return "known"
    return "next" if seq == last + 1 else "gap"


def write_batch(epoch: str, seq: int, mark: str, counts: Iterable[tuple[Cell, int]]) -> bytes:
    """The bytes of a batch, as they are frozen, signed and sent.

    Args:
        epoch: Of the kiosk.
        seq: Within the epoch.
        mark: Made by chance for this batch alone: of two kiosks that were made from one image and
            counted the same, the bytes still differ.
        counts: What was counted.
    """
    told = [
        {
            "day": cell.day.isoformat(),
            "legend": cell.legend,
            "lang": cell.lang,
            "type": cell.type,
            "n": n,
        }
        for cell, n in counts
    ]
    return canonical({"epoch": epoch, "seq": seq, "mark": mark, "counts": told})


def read_counts(body: bytes) -> list[tuple[Cell, int]]:
    """The counts of a batch that `write_batch` wrote."""
    return [
        (Cell(date.fromisoformat(one["day"]), one["legend"], one["lang"], one["type"]), one["n"])
        for one in json.loads(body)["counts"]
    ]
