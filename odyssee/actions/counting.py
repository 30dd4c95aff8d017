"""Counting, on a kiosk: what phones and its own screen tell is added to its counts."""

from collections.abc import Collection, Container, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from odyssee.actions.tools import Tools
from odyssee.db.counter import Counter, open_counter
from odyssee.domain.errors import Unavailable
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


def count_here(tools: Tools, counts: Path, visits: Sequence[Visit]) -> Counted:
    """As `count_visits`, by what this kiosk serves now.

    The file is opened each time, for who brings its counts to the office may put it aside.

    Args:
        tools: The kiosk's.
        counts: The file of its counts.
        visits: As they were told.

    Raises:
        Unavailable: nothing was counted; told again, it will be.
    """
    if tools.shelf.pointer is None:
        raise Unavailable("it is not known yet what is published")
    catalogue, now = tools.shelf.current(), tools.clock()
    published = (legend.published_at for legend in catalogue.legends.values())
    is_behind = any(now < datetime.fromisoformat(at) for at in published)
    with closing(open_counter(counts)) as counter:
        return count_visits(
            counter,
            visits,
            today=None if is_behind else now.date(),
            legends=catalogue.legends.keys(),
            langs=catalogue.languages,
        )
