"""The schema's history: the migrations of `migrations/`, run on an open connection."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from odyssee.domain.errors import Misconfigured

_LOCK = 7_306_017
"""Any number, always the same: servers that start together upgrade one after the other."""


def migrations_folder() -> Path:
    """Where the migrations lie: inside an installed package, beside it in a checkout."""
    inside = Path(__file__).with_name("migrations")
    return inside if inside.is_dir() else Path(__file__).parents[2] / "migrations"


def upgrade(connection: Connection, revision: str) -> None:
    """Run what is missing up to the revision, in the transaction of the connection.

    Raises:
        Misconfigured: the database is at a revision that this program does not know.
    """
    _queue(connection)
    try:
        command.upgrade(_config(connection), revision)
    except CommandError as fault:
        raise Misconfigured(
            "the database is of a newer version", setting="ODYSSEE_DATABASE_URL"
        ) from fault


def downgrade(connection: Connection, revision: str) -> None:
    """Undo what came after the revision, in the transaction of the connection."""
    _queue(connection)
    command.downgrade(_config(connection), revision)


def current(connection: Connection) -> str | None:
    """The revision that the database is at; None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def latest() -> str | None:
    """The newest revision that this program knows."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _config(connection: Connection | None) -> Config:
    config = Config(attributes={"connection": connection})
    folder = str(migrations_folder()).replace("%", "%%")  # it is a configuration file's value
    config.set_main_option("script_location", folder)
    return config


def _queue(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
