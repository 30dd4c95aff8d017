"""The offices that people belong to."""

from datetime import datetime

from sqlalchemy import select

from odyssee.db.inserting import insert_unless_kept
from odyssee.db.session import Tx
from odyssee.db.tables import OfficeRow
from odyssee.domain.errors import NotFound
from odyssee.domain.people import Office


def add_office(tx: Tx, office: Office, now: datetime) -> bool:
    """Keep the office; False, and nothing is written, when its slug is taken."""
    row = {"slug": office.slug, "name": office.name, "created_at": now}
    return insert_unless_kept(tx, row, gives=OfficeRow.slug, unique=OfficeRow.slug) is not None


def has_office(tx: Tx, slug: str) -> bool:
    """Whether there is an office of that slug."""
    return tx.scalar(select(OfficeRow.slug).where(OfficeRow.slug == slug)) is not None


def get_office(tx: Tx, slug: str) -> Office:
    """The office of that slug.

    Raises:
        NotFound: there is none.
    """
    name = tx.scalar(select(OfficeRow.name).where(OfficeRow.slug == slug))
    if name is None:
        raise NotFound(office=slug)
    return Office(slug, name)


def list_offices(tx: Tx, limit: int, after: str | None = None) -> list[Office]:
    """Offices in the order of their slugs.

    Args:
        tx: Any transaction.
        limit: At most so many.
        after: Only those that come after this slug.
    """
    wanted = select(OfficeRow.slug, OfficeRow.name).order_by(OfficeRow.slug).limit(limit)
    if after is not None:
        wanted = wanted.where(OfficeRow.slug > after)
    return [Office(row.slug, row.name) for row in tx.execute(wanted)]
