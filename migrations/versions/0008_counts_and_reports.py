"""What phones tell: counts by stop, the visits that were counted lately, reports.

Revision: 0008
After: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "phone_counts",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("legend", sa.Text(), primary_key=True),
        sa.Column("stop", sa.Text(), primary_key=True),
        sa.Column("lang", sa.Text(), primary_key=True),
        sa.Column("type", sa.Text(), primary_key=True),
        sa.Column("n", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "seen_visits",
        sa.Column("tag", sa.Text(), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_seen_visits_day", "seen_visits", ["day"])
    _create_reports()


def downgrade() -> None:
    """Come back."""
    for table in ("reports", "seen_visits", "phone_counts"):
        op.drop_table(table)


def _create_reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("reference", sa.Text(), nullable=False, unique=True),
        sa.Column("legend", sa.Text(), nullable=False),
        sa.Column("stop", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key_tag", sa.Text(), nullable=True, unique=True),
        sa.Column("told_tag", sa.Text(), nullable=False),
    )
    op.create_index("ix_reports_created_at", "reports", ["created_at"])
    op.create_index("ix_reports_legend", "reports", ["legend"])
