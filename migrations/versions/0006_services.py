"""Services near a trail, as partners tell them, and the treks that drafts were begun from.

Revision: 0006
After: 0005
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "services",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("partner_kind", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("is_corrected", sa.Boolean(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
    )
    key = ["partner_kind", "partner", "external_id"]
    op.create_index("services_natural_key", "services", key, unique=True)
    op.create_index("ix_services_kind", "services", ["kind"])
    if op.get_context().dialect.name == "postgresql":
        op.execute("CREATE INDEX services_place_gist ON services USING gist (place)")
    op.create_table(
        "trail_seeds",
        sa.Column("partner", sa.Text(), primary_key=True),
        sa.Column("external_id", sa.Text(), primary_key=True),
        sa.Column("legend", sa.Text(), nullable=False, unique=True),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
    )


def downgrade() -> None:
    """Come back."""
    op.drop_table("trail_seeds")
    op.drop_table("services")
