"""Uploads: what offices bring, files under way, what nothing needs; progress of jobs.

Revision: 0003
After: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go up."""
    _create_assets()
    op.create_table(
        "uploads",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("office", sa.Text(), sa.ForeignKey("offices.slug"), nullable=True),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("received_bytes", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=True),
        sa.Column("expires_at", INSTANT, nullable=False),
    )
    op.create_index("ix_uploads_expires_at", "uploads", ["expires_at"])
    op.create_table(
        "unneeded",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("since", INSTANT, nullable=False),
    )
    progress = sa.Column("progress", sa.Double(), nullable=False, server_default=sa.text("0"))
    op.add_column("jobs", progress)
    op.execute("UPDATE jobs SET progress = 1 WHERE state = 'done'")


def downgrade() -> None:
    """Come back."""
    op.drop_column("jobs", "progress")
    for table in ("unneeded", "uploads", "assets"):
        op.drop_table(table)


def _create_assets() -> None:
    op.create_table(
        "assets",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("office", sa.Text(), sa.ForeignKey("offices.slug"), nullable=True),
        sa.Column("owned_bytes", sa.Text(), nullable=False, unique=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=True),
        sa.Column("legend", sa.Text(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("medium_key", sa.Text(), sa.ForeignKey("media_assets.key"), nullable=True),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    for column in ("office", "sha256", "medium_key"):
        op.create_index(f"ix_assets_{column}", "assets", [column])
