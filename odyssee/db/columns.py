"""What the columns of the curation database are: instants, counted keys, the base of all rows."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Double, Integer, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware instant, in UTC on the way in and on the way out; SQLite keeps it without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive instants with ValueError: nobody knows when they are."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant without a time zone: {value.isoformat()}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Tell UTC whatever zone the session of the server has."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def instant_of(value: Any) -> datetime:
    """An instant as the driver gives it, past `Instant`: text on SQLite, aware on PostgreSQL."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    told: datetime = value
    return told.astimezone(UTC)


BigKey = BigInteger().with_variant(Integer(), "sqlite")
"""A counted key; SQLite counts INTEGER only, which holds 64 bits there."""


class Row(DeclarativeBase):
    """A row of any table."""

    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy reads a plain class attribute
        str: Text,
        float: Double,
        datetime: Instant,
        dict[str, Any]: JSON,
    }
