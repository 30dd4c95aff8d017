"""The tables of the curation database; what they hold leaves `db/` as domain objects only.

Geometry columns are empty where a draft's shape cannot be drawn: then the
row's document keeps it. The rest of each noun is JSON text, in its own words
and with its own digits (PostgreSQL's `json`; `jsonb` refuses some strings).
"""

from datetime import datetime
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from odyssee.db.amenity_tables import AmenityRow, TrailSeedRow
from odyssee.db.columns import BigKey, Row
from odyssee.db.counting_tables import PhoneCountRow, ReportRow, SeenVisitRow
from odyssee.db.fleet_tables import CountBatchRow, KioskRow, SpentNonceRow, VisitCountRow
from odyssee.db.review_tables import ReviewCommentRow, ReviewRow
from odyssee.db.spatial import Ground

PENDING = text("state IN ('queued', 'running')")
"""The jobs whose keys are unique; spelled alike in the index and in what relies on it."""


class TerritoryRow(Row):
    """The territory: one row, id 1."""

    __tablename__ = "territories"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outline: Mapped[BaseGeometry | None] = mapped_column(Ground())
    document: Mapped[dict[str, Any]]
    content_sha256: Mapped[str]
    updated_at: Mapped[datetime]


class LegendRow(Row):
    """A draft's head."""

    __tablename__ = "legends"
    __table_args__ = (Index("legends_route_gist", "route", postgresql_using="gist"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    commune_insee: Mapped[str]
    start: Mapped[BaseGeometry | None] = mapped_column(Ground("POINT"))
    """The first stop again, for maps that read the table alone."""
    route: Mapped[BaseGeometry | None] = mapped_column(Ground("LINESTRING"))
    document: Mapped[dict[str, Any]]
    version: Mapped[int]
    content_sha256: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    office: Mapped[str | None] = mapped_column(ForeignKey("offices.slug"))
    """Of who made it; null for what was imported."""


class StopRow(Row):
    """A stop of a draft; `position` counts from 0 along the trail."""

    __tablename__ = "stops"
    __table_args__ = (Index("stops_location_gist", "location", postgresql_using="gist"),)

    legend_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("legends.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    location: Mapped[BaseGeometry | None] = mapped_column(Ground("POINT"))
    document: Mapped[dict[str, Any]]


class ZoneRow(Row):
    """A zone of a stop; `position` counts from 0 within the stop."""

    __tablename__ = "zones"
    __table_args__ = (
        ForeignKeyConstraint(
            ["legend_id", "stop_position"],
            ["stops.legend_id", "stops.position"],
            ondelete="CASCADE",
        ),
        Index("zones_shape_gist", "shape", postgresql_using="gist"),
    )

    legend_id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    stop_position: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    zone: Mapped[str]
    """The zone's id within its stop."""
    shape: Mapped[BaseGeometry | None] = mapped_column(Ground())
    radius_m: Mapped[float | None]
    document: Mapped[dict[str, Any]]


class TextRow(Row):
    """The words of a legend (`stop_position` is null) or of a stop, in one language."""

    __tablename__ = "texts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["legend_id", "stop_position"],
            ["stops.legend_id", "stops.position"],
            ondelete="CASCADE",
        ),
        Index(
            "texts_of_legend",
            "legend_id",
            "lang",
            unique=True,
            postgresql_where=text("stop_position IS NULL"),
            sqlite_where=text("stop_position IS NULL"),
        ),
        Index("texts_of_stop", "legend_id", "stop_position", "lang", unique=True),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    legend_id: Mapped[int] = mapped_column(BigKey, ForeignKey("legends.id", ondelete="CASCADE"))
    stop_position: Mapped[int | None]
    lang: Mapped[str]
    document: Mapped[dict[str, Any]]


class MediaAssetRow(Row):
    """A medium that is encoded and kept."""

    __tablename__ = "media_assets"

    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    document: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class LegendMediaRow(Row):
    """Where a draft uses a medium."""

    __tablename__ = "legend_media"

    legend_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("legends.id", ondelete="CASCADE"), primary_key=True
    )
    ref: Mapped[str] = mapped_column(primary_key=True)
    asset_key: Mapped[str] = mapped_column(ForeignKey("media_assets.key"), index=True)


class RevisionRow(Row):
    """A frozen revision; a trigger refuses every change but those of the state and the manifest."""

    __tablename__ = "revisions"

    slug: Mapped[str] = mapped_column(ForeignKey("legends.slug"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    legend: Mapped[dict[str, Any]]
    media: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str]
    manifest_sha256: Mapped[str | None]
    """Of its pack, once that was published."""
    content: Mapped[str | None]
    """What it says, as in the tag of the draft; null in those of before it was kept."""
    publish_at: Mapped[datetime | None]
    withdraw_at: Mapped[datetime | None]


class DraftVersionRow(Row):
    """A draft as it was before somebody changed a part of it."""

    __tablename__ = "draft_versions"

    slug: Mapped[str] = mapped_column(ForeignKey("legends.slug"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[dict[str, Any]]
    """The whole legend."""
    media: Mapped[dict[str, Any]]
    """Keys of media by the place where they were used."""
    part: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]


class ClosureRow(Row):
    """A closure of a trail, a stop or a stretch."""

    __tablename__ = "closures"

    id: Mapped[str] = mapped_column(primary_key=True)
    legend: Mapped[str] = mapped_column(ForeignKey("legends.slug"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    document: Mapped[dict[str, Any]]
    """Kind, words, stop and stretch."""
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class JobRow(Row):
    """A job; `attempts` is also the token of whoever holds the lease."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("jobs_key", "key", unique=True, postgresql_where=PENDING, sqlite_where=PENDING),
        Index("jobs_run_at", "run_at", "id", postgresql_where=PENDING, sqlite_where=PENDING),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    key: Mapped[str | None]
    state: Mapped[str]
    attempts: Mapped[int]
    max_attempts: Mapped[int]
    run_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    last_error: Mapped[str | None]
    progress: Mapped[float] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class AssetRow(Row):
    """A medium that an office brought."""

    __tablename__ = "assets"

    id: Mapped[str] = mapped_column(primary_key=True)
    office: Mapped[str | None] = mapped_column(ForeignKey("offices.slug"), index=True)
    owned_bytes: Mapped[str] = mapped_column(unique=True)
    """Whose bytes they are and which: the office and the SHA-256 of the original."""
    kind: Mapped[str]
    state: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    lang: Mapped[str | None]
    legend: Mapped[str | None]
    document: Mapped[dict[str, Any]]
    """Reasons, alternative texts, credit and licence."""
    medium_key: Mapped[str | None] = mapped_column(ForeignKey("media_assets.key"), index=True)
    job_id: Mapped[int | None] = mapped_column(BigInteger)
    uploaded_by: Mapped[str]
    created_at: Mapped[datetime]
    version: Mapped[int]


class UploadRow(Row):
    """A file that comes in by pieces."""

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(primary_key=True)
    office: Mapped[str | None] = mapped_column(ForeignKey("offices.slug"))
    person: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    received_bytes: Mapped[int] = mapped_column(BigInteger)
    document: Mapped[dict[str, Any]]
    """What was said of the file, and where its parts lie."""
    asset_id: Mapped[str | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class UnneededRow(Row):
    """What nothing needed when it was looked at, and since when: files, and encoded media."""

    __tablename__ = "unneeded"

    key: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class AuditRow(Row):
    """One deed; a trigger refuses changes and removals."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str]
    deed: Mapped[str]
    what: Mapped[str] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]]


class OfficeRow(Row):
    """An office of people."""

    __tablename__ = "offices"

    slug: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    created_at: Mapped[datetime]


class PersonRow(Row):
    """A person and what proves them; a trigger refuses removals."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    """What spellings of one address have in common."""
    name: Mapped[str]
    role: Mapped[str]
    office: Mapped[str | None] = mapped_column(ForeignKey("offices.slug"))
    password_hash: Mapped[str]
    password_expires_at: Mapped[datetime | None]
    """Of a one-time password; null for one that the person chose."""
    password_used_at: Mapped[datetime | None]
    otp_sealed: Mapped[str | None]
    otp_step: Mapped[int | None] = mapped_column(BigInteger)
    disabled: Mapped[bool]
    created_at: Mapped[datetime]
    version: Mapped[int]


class RecoveryCodeRow(Row):
    """A recovery code that was not used yet, as a tag that only the server's key makes."""

    __tablename__ = "recovery_codes"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)


class CredentialRow(Row):
    """A session or a personal token that counts; one that was revoked is removed."""

    __tablename__ = "credentials"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)
    """Of the secret."""
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    how: Mapped[str]
    """By what the person was proved: `password`, or `session` for a token."""
    name: Mapped[str]
    role: Mapped[str | None]
    signed_in_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


class DeviceRow(Row):
    """A device that a person signed in on before."""

    __tablename__ = "devices"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    expires_at: Mapped[datetime]


class TallyRow(Row):
    """Failures to sign in, under a tag that tells neither an e-mail nor an address."""

    __tablename__ = "tallies"

    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    began_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)


TOLD = (PhoneCountRow, SeenVisitRow, ReportRow)
FLEET = (KioskRow, SpentNonceRow, CountBatchRow, VisitCountRow)
"""The tables that stand in modules of their own: who loads this one knows all of them."""
PARTNERS = (AmenityRow, TrailSeedRow)
"""As well, what partners tell."""
REVIEWS = (ReviewRow, ReviewCommentRow)
"""As well, reviews."""
