"""Recorded walks: the fixes of a trace, made ready for following."""

from collections.abc import Iterable
from dataclasses import dataclass

from odyssee.domain.proximity import Fix


@dataclass(frozen=True, slots=True)
class Trace:
    """A recorded walk."""

    fixes: tuple[Fix, ...]
    """By time; no two of the same instant."""
    untimed: int = 0
    """Points without a time, left out."""
    repeated: int = 0
    """Points at an instant that another one has already, left out."""


def trace_of(fixes: Iterable[Fix], untimed: int = 0) -> Trace:
    """Put fixes in order; of those at one instant the first in the file stays."""
    known: dict[float, Fix] = {}
    total = 0
    for fix in fixes:
        total += 1
        known.setdefault(fix.at_s, fix)
    ordered = sorted(known.values(), key=lambda fix: fix.at_s)
    return Trace(tuple(ordered), untimed, total - len(ordered))
