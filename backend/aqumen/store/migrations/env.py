"""Runs migrations on the connection it is handed; the caller owns transaction and lock."""

from alembic import context

from aqumen.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
