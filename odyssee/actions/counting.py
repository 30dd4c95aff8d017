"""Counting, on a kiosk: what phones and its own screen tell is added to its counts."""

from collections.abc import Collection, Container, Sequence
from datetime import date

from odyssee.db.counter import Counter
from odyssee.domain.statistics import Counted, Visit, sift


def count_visits(
    counter: Counter,
    visits: Sequence[Visit],
    *,
    today: date | None,
    legends: Collection[str],
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
    taken, refused = sift(visits, today, dict.fromkeys(legends), langs)
    known = counter.add_visits(taken)
    return Counted(len(taken) - known, known, refused)
