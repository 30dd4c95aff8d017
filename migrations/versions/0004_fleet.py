"""The fleet: kiosks, nonces that were spent, batches that were taken, counts.

Revision: 0004
After: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go up."""
    _create_kiosks()
    op.create_table(
        "spent_nonces",
        sa.Column("nonce", sa.Text(), primary_key=True),
        sa.Column("kiosk_id", sa.Text(), sa.ForeignKey("kiosks.id"), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
    )
    for column in ("kiosk_id", "expires_at"):
        op.create_index(f"ix_spent_nonces_{column}", "spent_nonces", [column])
    op.create_table(
        "count_batches",
        sa.Column("kiosk_id", sa.Text(), sa.ForeignKey("kiosks.id"), primary_key=True),
        sa.Column("epoch", sa.Text(), primary_key=True),
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
    )
    op.create_table(
        "visit_counts",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("legend", sa.Text(), primary_key=True),
        sa.Column("lang", sa.Text(), primary_key=True),
        sa.Column("type", sa.Text(), primary_key=True),
        sa.Column("source", sa.Text(), primary_key=True),
        sa.Column("n", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    """Come back."""
    for table in ("visit_counts", "count_batches", "spent_nonces", "kiosks"):
        op.drop_table(table)


def _create_kiosks() -> None:
    op.create_table(
        "kiosks",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), sa.ForeignKey("offices.slug"), nullable=True),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=True, unique=True),
        sa.Column("code_sha256", sa.Text(), nullable=True, unique=True),
        sa.Column("code_expires_at", INSTANT, nullable=True),
        sa.Column("code_used_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("enrolled_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("last_seen_at", INSTANT, nullable=True),
        sa.Column("health", sa.JSON(), nullable=True),
        sa.Column("health_at", INSTANT, nullable=True),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
