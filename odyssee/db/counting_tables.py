"""The tables of what phones tell: counts by stop, visits that were counted lately, reports."""

import datetime as dt

from sqlalchemy import BigInteger, Date
from sqlalchemy.orm import Mapped, mapped_column

from odyssee.db.columns import Row


class PhoneCountRow(Row):
    """How often phones told something; nothing in it is finer than the day."""

    __tablename__ = "phone_counts"

    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    legend: Mapped[str] = mapped_column(primary_key=True)
    stop: Mapped[str] = mapped_column(primary_key=True)
    """Empty for what is of the whole trail."""
    lang: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)


class SeenVisitRow(Row):
    """A visit that was counted, under a tag that tells neither its id nor what it was."""

    __tablename__ = "seen_visits"
    # Rows lie by their tags, so that not even their order tells which came together.
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads a plain class attribute

    tag: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[dt.date] = mapped_column(Date, index=True)
    """Of the visit, so that it is known when the tag is needed no more."""


class ReportRow(Row):
    """What somebody reported of a trail."""

    __tablename__ = "reports"

    id: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    legend: Mapped[str] = mapped_column(index=True)
    stop: Mapped[str | None]
    kind: Mapped[str]
    text: Mapped[str | None]
    lang: Mapped[str]
    contact: Mapped[str | None]
    """Erased 90 days after closing."""
    created_at: Mapped[dt.datetime] = mapped_column(index=True)
    state: Mapped[str]
    note: Mapped[str]
    closed_at: Mapped[dt.datetime | None]
    version: Mapped[int]
    key_tag: Mapped[str | None] = mapped_column(unique=True)
    """Of the key that the sender may have given, so that a report told twice is one."""
    told_tag: Mapped[str]
    """Of what was told under that key; empty without one."""
