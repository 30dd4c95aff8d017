"""Counting, on a kiosk: what phones and its own screen tell is added to its counts."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date

from odyssee.db.counter import Counter
from odyssee.domain.statistics import Visit, is_countable


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of visits that were told."""

    accepted: int
    duplicates: int
    """Told before."""
    refused: tuple[tuple[str, str], ...]
    """The id of each other, and why: `unknown_legend`, `unknown_language`, `out_of_range`."""


def count_visits(
    counter: Counter,
    visits: Sequence[Visit],
    *,
    today: date | None,
    legends: Container[str],
    langs: Container[str],
) -> Counted:
    """Add what phones and the kiosk's own screen tell to its counts, each visit once.

    Args:
        counter: The kiosk's.
        visits: As they were told.
        today: By the kiosk's clock; null where it is not trusted: the server looks at the days
            of every batch anyway.
        legends: The slugs that the kiosk serves, so that nobody fills it with others.
        langs: The languages that it serves.

    Raises:
        Unavailable: nothing was counted; told again, it will be.
    """
    taken, refused = [], []
    for visit in visits:
        fault = _fault_of(visit, today, legends, langs)
        if fault is None:
            taken.append(visit)
        else:
            refused.append((visit.id, fault))
    known = counter.add_visits(taken)
    return Counted(len(taken) - known, known, tuple(refused))


def _fault_of(
    visit: Visit, today: date | None, legends: Container[str], langs: Container[str]
) -> str | None:
    cell = visit.cell
    if cell.legend not in legends:
        return "unknown_legend"
    if cell.lang not in langs:
        return "unknown_language"
    if today is not None and not is_countable(cell.day, today):
        return "out_of_range"
    return None
