"""Drafts: the office that each belongs to, and the versions before the present one.

Revision: 0007
After: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    # Alembic would rebuild the table on SQLite, which its geometries do not survive.
    op.execute("ALTER TABLE legends ADD COLUMN office TEXT REFERENCES offices (slug)")
    op.create_table(
        "draft_versions",
        sa.Column("slug", sa.Text(), sa.ForeignKey("legends.slug"), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Come back."""
    op.drop_table("draft_versions")
    op.execute("ALTER TABLE legends DROP COLUMN office")
