"""The tables of reviews: who vouches for a draft, and what was remarked."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from odyssee.db.columns import Row


class ReviewRow(Row):
    """Where the review of a legend stands; one row a legend, the last word."""

    __tablename__ = "reviews"

    legend: Mapped[str] = mapped_column(ForeignKey("legends.slug"), primary_key=True)
    state: Mapped[str]
    draft_etag: Mapped[str]
    submitted_by: Mapped[str | None]
    reviewed_by: Mapped[str | None]
    at: Mapped[datetime]


class ReviewCommentRow(Row):
    """A remark on a draft, or on a place in it."""

    __tablename__ = "review_comments"

    id: Mapped[str] = mapped_column(primary_key=True)
    legend: Mapped[str] = mapped_column(ForeignKey("legends.slug"), index=True)
    draft_etag: Mapped[str]
    place: Mapped[str | None]
    text: Mapped[str]
    written_by: Mapped[str]
    created_at: Mapped[datetime]
    resolved_by: Mapped[str | None]
    resolved_at: Mapped[datetime | None]
