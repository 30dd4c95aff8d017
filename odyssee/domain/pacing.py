"""How often one address may tell something: a few at once, and then at a steady pace."""

from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Pace:
    """What an address may do."""

    at_once: int
    every_s: float
    """One more after so long."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What an address has done."""

    owed_s: float
    """The seconds after which it would have done nothing."""
    at_s: float
    """When that was so, by any clock that only goes forward."""


def spend(pace: Pace, spent: Spent | None, now_s: float) -> tuple[Spent, int]:
    """Take one more.

    Returns:
        What is spent now, and how many whole seconds are missing: 0 when it may be done.
    """
    owed_s = 0.0 if spent is None else max(0.0, spent.owed_s - (now_s - spent.at_s))
    over_s = owed_s + pace.every_s - pace.at_once * pace.every_s
    if over_s > 0:
        return Spent(owed_s, now_s), max(1, ceil(over_s))
    return Spent(owed_s + pace.every_s, now_s), 0
