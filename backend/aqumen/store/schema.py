"""Whether the database's tables are the ones this version needs."""

import importlib
from typing import Protocol, cast

from sqlalchemy import Connection, inspect, text

from .engine import Database

HEAD = "0001"
"""The newest migration."""


class _Migrate(Protocol):
    def upgrade(self, connection: Connection) -> None: ...


def bring_up_to_date(database: Database) -> None:
    """Create or migrate the tables; several processes may call this at once.

    The writer's transaction is the lock: whoever comes second finds the work done.
    """
    with database.read() as connection:
        if _revision(connection) == HEAD:
            return
    with database.write() as connection:
        database.lock_schema(connection)
        if _revision(connection) != HEAD:
            # Alembic takes 150 ms to import and is needed once in a database's life.
            migrate = cast("_Migrate", importlib.import_module("aqumen.store.migrate"))
            migrate.upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version
