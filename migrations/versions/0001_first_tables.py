"""The first tables: territory, drafts, media, revisions, jobs, audit.

Revision: 0001
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PENDING = sa.text("state IN ('queued', 'running')")
SPATIAL = [("legends", "route"), ("stops", "location"), ("zones", "shape")]


def upgrade() -> None:
    """Go up."""
    if op.get_context().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    _create_territories()
    _create_legends()
    _create_stops()
    _create_zones()
    _create_texts()
    _create_media()
    _create_revisions()
    _create_jobs()
    _create_audit()
    if op.get_context().dialect.name == "postgresql":
        for table, column in SPATIAL:
            op.execute(f"CREATE INDEX {table}_{column}_gist ON {table} USING gist ({column})")
        _guard_on_postgresql()
    else:
        _guard_on_sqlite()


def downgrade() -> None:
    """Come back; the extension stays, for it may not be ours alone."""
    for table in (
        *("audit", "jobs", "revisions", "legend_media", "media_assets"),
        *("texts", "zones", "stops", "legends", "territories"),
    ):
        op.drop_table(table)
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


def _ground(kind: str) -> Geometry:
    return Geometry(kind, srid=4326, spatial_index=False)


def _create_territories() -> None:
    op.create_table(
        "territories",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("outline", _ground("GEOMETRY"), nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
    )


def _create_legends() -> None:
    op.create_table(
        "legends",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("slug", sa.Text(), nullable=False, unique=True),
        sa.Column("commune_insee", sa.Text(), nullable=False),
        sa.Column("start", _ground("POINT"), nullable=True),
        sa.Column("route", _ground("LINESTRING"), nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
    )


def _create_stops() -> None:
    op.create_table(
        "stops",
        _of_legend(primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("location", _ground("POINT"), nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
    )


def _create_zones() -> None:
    op.create_table(
        "zones",
        sa.Column("legend_id", KEY, primary_key=True, autoincrement=False),
        sa.Column("stop_position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("shape", _ground("GEOMETRY"), nullable=True),
        sa.Column("radius_m", sa.Double(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
        _of_stop(),
    )


def _create_texts() -> None:
    op.create_table(
        "texts",
        sa.Column("id", KEY, primary_key=True),
        _of_legend(),
        sa.Column("stop_position", sa.Integer(), nullable=True),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        _of_stop(),
    )
    of_legend = sa.text("stop_position IS NULL")
    op.create_index(
        "texts_of_legend",
        "texts",
        ["legend_id", "lang"],
        unique=True,
        postgresql_where=of_legend,
        sqlite_where=of_legend,
    )
    op.create_index("texts_of_stop", "texts", ["legend_id", "stop_position", "lang"], unique=True)


def _create_media() -> None:
    op.create_table(
        "media_assets",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    op.create_table(
        "legend_media",
        _of_legend(primary_key=True),
        sa.Column("ref", sa.Text(), primary_key=True),
        sa.Column("asset_key", sa.Text(), sa.ForeignKey("media_assets.key"), nullable=False),
    )
    op.create_index("ix_legend_media_asset_key", "legend_media", ["asset_key"])


def _create_revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("slug", sa.Text(), sa.ForeignKey("legends.slug"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("legend", sa.JSON(), nullable=False),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("manifest_sha256", sa.Text(), nullable=True),
    )


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("run_at", INSTANT, nullable=False),
        sa.Column("leased_until", INSTANT, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
    )
    for name, columns in (("jobs_key", ["key"]), ("jobs_run_at", ["run_at", "id"])):
        op.create_index(
            name,
            "jobs",
            columns,
            unique=name == "jobs_key",
            postgresql_where=PENDING,
            sqlite_where=PENDING,
        )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
    )
    op.create_index("ix_audit_what", "audit", ["what"])


def _of_legend(*, primary_key: bool = False) -> sa.Column[int]:
    owner = sa.ForeignKey("legends.id", ondelete="CASCADE")
    return sa.Column(
        "legend_id", KEY, owner, primary_key=primary_key, nullable=False, autoincrement=False
    )


def _of_stop() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["legend_id", "stop_position"],
        ["stops.legend_id", "stops.position"],
        ondelete="CASCADE",
    )


FROZEN = "slug, number, legend, media, created_at, created_by, reason"
"""What of a revision never changes: all but its state and its manifest."""


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is frozen', TG_TABLE_NAME; END $$"
    )
    for deed, table in (
        (f"UPDATE OF {FROZEN}", "revisions"),
        ("DELETE", "revisions"),
        ("UPDATE OR DELETE", "audit"),
    ):
        name = f"{table}_frozen_on_{deed.split()[0].lower()}"
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {deed} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def _guard_on_sqlite() -> None:
    for deed, table in (
        (f"UPDATE OF {FROZEN}", "revisions"),
        ("DELETE", "revisions"),
        ("UPDATE", "audit"),
        ("DELETE", "audit"),
    ):
        name = f"{table}_frozen_on_{deed.split()[0].lower()}"
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {deed} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
        )
