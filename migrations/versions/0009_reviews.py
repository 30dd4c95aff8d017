"""Reviews: who vouches for a draft, what was remarked, when a revision comes and goes.

Revision: 0009
After: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
PLANNED = ("withdraw_at", "publish_at", "content")


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "reviews",
        sa.Column("legend", sa.Text(), sa.ForeignKey("legends.slug"), primary_key=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("draft_etag", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=True),
        sa.Column("reviewed_by", sa.Text(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_table(
        "review_comments",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("legend", sa.Text(), sa.ForeignKey("legends.slug"), nullable=False),
        sa.Column("draft_etag", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("resolved_by", sa.Text(), nullable=True),
        sa.Column("resolved_at", INSTANT, nullable=True),
    )
    op.create_index("ix_review_comments_legend", "review_comments", ["legend"])
    op.add_column("revisions", sa.Column("content", sa.Text(), nullable=True))
    op.add_column("revisions", sa.Column("publish_at", INSTANT, nullable=True))
    op.add_column("revisions", sa.Column("withdraw_at", INSTANT, nullable=True))


def downgrade() -> None:
    """Come back; revisions that waited for their day are given up."""
    op.execute(
        "UPDATE revisions SET state = 'superseded' WHERE state IN ('scheduled', 'cancelled')"
    )
    for column in PLANNED:
        op.drop_column("revisions", column)
    op.drop_table("review_comments")
    op.drop_table("reviews")
