"""The tables of what partners tell: amenities, and the treks that drafts were begun from."""

import datetime as dt
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from odyssee.db.columns import Row
from odyssee.db.spatial import Ground


class AmenityRow(Row):
    """An amenity; a partner that sends it no more does not remove it."""

    __tablename__ = "services"
    __table_args__ = (
        Index("services_natural_key", "partner_kind", "partner", "external_id", unique=True),
        Index("services_place_gist", "place", postgresql_using="gist"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    partner_kind: Mapped[str]
    partner: Mapped[str]
    external_id: Mapped[str]
    kind: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    """In French, for lists."""
    place: Mapped[BaseGeometry] = mapped_column(Ground("POINT"))
    """Where it is; as an office corrected it, where one did."""
    is_corrected: Mapped[bool]
    hidden: Mapped[bool]
    document: Mapped[dict[str, Any]]
    """Everything that the partner tells, its own place among it."""
    content_sha256: Mapped[str]
    version: Mapped[int]
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]


class TrailSeedRow(Row):
    """A trek that a draft was begun from, so that it is never begun twice."""

    __tablename__ = "trail_seeds"

    partner: Mapped[str] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    legend: Mapped[str] = mapped_column(unique=True)
    """The slug of the draft; it may have been renamed or archived since."""
    content_sha256: Mapped[str]
    """Of the draft as it was begun."""
    created_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]
