"""Closures: what of a trail nobody may use for a time.

Revision: 0005
After: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "closures",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("legend", sa.Text(), sa.ForeignKey("legends.slug"), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    op.create_index("ix_closures_legend", "closures", ["legend"])


def downgrade() -> None:
    """Come back."""
    op.drop_table("closures")
