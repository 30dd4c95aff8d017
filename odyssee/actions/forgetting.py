"""Forgetting: what was kept for long enough goes, by itself."""

from dataclasses import astuple, dataclass
from datetime import timedelta

from odyssee.actions.tools import Tools
from odyssee.db import phone_counts, reports
from odyssee.domain.reports import CONTACT_KEPT, KEY_KEPT
from odyssee.domain.statistics import SEEN_DAYS, oldest_kept


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much of each went."""

    counts: int
    """Older than 25 months."""
    visits: int
    """Tags of visits that could not be told again anyway."""
    contacts: int
    """Of reports that were closed 90 days ago."""
    keys: int
    """By which a report told twice was known."""

    @property
    def is_any(self) -> bool:
        """Whether anything went."""
        return any(astuple(self))


def forget_old(tools: Tools) -> Forgotten:
    """Remove counts, tags, contacts and keys that were kept for long enough; twice is harmless."""
    now = tools.clock()
    today = now.date()
    with tools.desk.db.transaction() as tx:
        return Forgotten(
            counts=phone_counts.drop_counts(tx, oldest_kept(today)),
            visits=phone_counts.drop_seen(tx, today - timedelta(days=SEEN_DAYS)),
            contacts=reports.erase_contacts(tx, now - CONTACT_KEPT),
            keys=reports.forget_keys(tx, now - KEY_KEPT),
        )
