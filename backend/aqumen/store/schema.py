"""Whether the database's tables are the ones this version needs."""

import importlib
import time
from typing import Protocol, cast

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from aqumen.errors import StoreFailed

from .engine import Database

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011")
"""The migrations, oldest first."""
HEAD = REVISIONS[-1]

_BUSY_SECONDS = 5.0
"""How long others may take to make a new file what it has to be."""
_PAUSE_SECONDS = 0.02


class _Migrate(Protocol):
    def upgrade(self, connection: Connection) -> None: ...


def bring_up_to_date(database: Database) -> None:
    """Create or migrate the tables; several processes may call this at once.

    The writer's transaction is the lock: whoever comes second finds the work done.

    Raises StoreFailed, also if a newer version has migrated them already.
    """
    if _first_look(database) == HEAD:
        return
    with database.write() as connection:
        database.lock_schema(connection)
        if _revision(connection) != HEAD:
            # Alembic takes 150 ms to import and is needed once in a database's life.
            migrate = cast("_Migrate", importlib.import_module("aqumen.store.migrate"))
            migrate.upgrade(connection)


def _first_look(database: Database) -> str | None:
    """Return the tables' revision, on the first connection to what may be a new file.

    Where several processes make a new file WAL at once, SQLite refuses all but one of them
    without waiting, whatever its time-out.
    """
    end = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            with database.read() as connection:
                return _revision(connection)
        except StoreFailed as failed:
            if not _locked(failed) or time.monotonic() > end:
                raise
        time.sleep(_PAUSE_SECONDS)


def _locked(failed: StoreFailed) -> bool:
    cause = failed.__cause__
    return isinstance(cause, DBAPIError) and "locked" in str(cause.orig)


def _revision(connection: Connection) -> str | None:
    """Return the tables' revision, None where there is none yet; raises StoreFailed if unknown."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if version is not None and version not in REVISIONS:
        raise StoreFailed("The database was made by a newer version of Aqumen.")
    return version
