"""Run migrations on the connection that `odyssee.db.schema` hands over, in its transaction."""

from alembic import context

# The transaction is begun and ended where the connection comes from: on
# SQLite too, a migration that fails half way leaves nothing.
context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
