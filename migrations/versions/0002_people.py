"""People: offices, accounts, sessions and tokens, devices, failures to sign in.

Revision: 0002
After: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "offices",
        sa.Column("slug", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    _create_people()
    _create_credentials()
    op.create_table(
        "tallies",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
    )
    op.create_index("ix_tallies_last_at", "tallies", ["last_at"])
    _guard()


def downgrade() -> None:
    """Come back."""
    for table in ("tallies", "devices", "credentials", "recovery_codes", "people", "offices"):
        op.drop_table(table)


def _create_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False, unique=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), sa.ForeignKey("offices.slug"), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("password_expires_at", INSTANT, nullable=True),
        sa.Column("password_used_at", INSTANT, nullable=True),
        sa.Column("otp_sealed", sa.Text(), nullable=True),
        sa.Column("otp_step", sa.BigInteger(), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "recovery_codes",
        _of_person(primary_key=True),
        sa.Column("tag", sa.Text(), primary_key=True),
    )


def _create_credentials() -> None:
    op.create_table(
        "credentials",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False, unique=True),
        _of_person(),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("signed_in_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
    )
    op.create_table(
        "devices",
        sa.Column("sha256", sa.Text(), primary_key=True),
        _of_person(),
        sa.Column("expires_at", INSTANT, nullable=False),
    )
    for table in ("credentials", "devices"):
        op.create_index(f"ix_{table}_person_id", table, ["person_id"])


def _of_person(*, primary_key: bool = False) -> sa.Column[str]:
    owner = sa.ForeignKey("people.id")
    return sa.Column("person_id", sa.Text(), owner, primary_key=primary_key, nullable=False)


def _guard() -> None:
    """Refuse to remove people: the audit names them."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER people_frozen_on_delete BEFORE DELETE ON people "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    else:
        op.execute(
            "CREATE TRIGGER people_frozen_on_delete BEFORE DELETE ON people "
            "BEGIN SELECT RAISE(ABORT, 'people is frozen'); END"
        )
