"""The tables of the fleet: kiosks, the nonces that they spent, the batches and counts they sent."""

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from odyssee.db.columns import Row


class KioskRow(Row):
    """A kiosk; it is revoked, and never removed."""

    __tablename__ = "kiosks"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    office: Mapped[str | None] = mapped_column(ForeignKey("offices.slug"))
    profile: Mapped[dict[str, Any]]
    machine: Mapped[str]
    public_key: Mapped[str | None] = mapped_column(unique=True)
    code_sha256: Mapped[str | None] = mapped_column(unique=True)
    """Of the last one-time code; it stays when it was used, so that a repeated call is known."""
    code_expires_at: Mapped[dt.datetime | None]
    code_used_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    enrolled_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]
    last_seen_at: Mapped[dt.datetime | None]
    health: Mapped[dict[str, Any] | None]
    health_at: Mapped[dt.datetime | None]
    refused: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int]


class SpentNonceRow(Row):
    """A nonce that a kiosk signed with, kept until it has expired anyway."""

    __tablename__ = "spent_nonces"

    nonce: Mapped[str] = mapped_column(primary_key=True)
    kiosk_id: Mapped[str] = mapped_column(ForeignKey("kiosks.id"), index=True)
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)


class CountBatchRow(Row):
    """A batch of counts that was taken."""

    __tablename__ = "count_batches"

    kiosk_id: Mapped[str] = mapped_column(ForeignKey("kiosks.id"), primary_key=True)
    epoch: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    sha256: Mapped[str]
    """Of its bytes."""
    taken_at: Mapped[dt.datetime]


class VisitCountRow(Row):
    """How often something was counted; nothing in it is finer than the day."""

    __tablename__ = "visit_counts"

    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    legend: Mapped[str] = mapped_column(primary_key=True)
    lang: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    """The id of a kiosk."""
    n: Mapped[int] = mapped_column(BigInteger)
