"""How the database is opened."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from aqumen.errors import StoreFailed

from .turns import Turns

WAIT_SECONDS = 15.0
"""How long a writer or reader waits for its turn before it gives up."""

_TURN_SECONDS = 60.0
"""How long a writer waits for the others of this process, each of whom is bound by the above."""

_SCHEMA_LOCK = 7_305_184_271
"""Any number that nobody else on the same PostgreSQL uses for an advisory lock."""


class Database:
    """A SQL database with one way to write and one way to read.

    SQLite takes one writer at a time: here the writers of this process queue on a lock and share
    one connection, and `BEGIN IMMEDIATE` makes those of other processes queue in the file.
    """

    def __init__(self, url: str, readers: int = 4) -> None:
        self._sqlite = url.startswith("sqlite")
        self._turns = Turns(_TURN_SECONDS)
        self.writer = _engine(url, 1, immediate=True) if self._sqlite else _engine(url, readers)
        self.reader = _engine(url, readers)

    @contextmanager
    def write(self, *, first: bool = False) -> Generator[Connection]:
        """One transaction, committed at the end of the block; with `first`, before all others.

        Raises StoreFailed if the database does not answer in time.
        """
        with self._turns.taken(first=first), _translated(), self.writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Generator[Connection]:
        """A snapshot to read from; raises StoreFailed if the database does not answer in time."""
        with _translated(), self.reader.connect() as connection:
            yield connection

    def lock_schema(self, connection: Connection) -> None:
        """Keep other processes from migrating until the connection's transaction ends."""
        if not self._sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})")

    def close(self) -> None:
        """Close every connection."""
        self.writer.dispose()
        self.reader.dispose()


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout) as failure:
        raise StoreFailed from failure


def _engine(url: str, size: int, *, immediate: bool = False) -> Engine:
    # What a statement carries belongs to users: topics and answers stay out of logged errors.
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=size, pool_timeout=WAIT_SECONDS, hide_parameters=True)
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=size,
        max_overflow=0,
        pool_timeout=WAIT_SECONDS,
        connect_args={"timeout": WAIT_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate if immediate else _begin)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's `begin` event says BEGIN, not the driver
    for pragma in (
        "journal_mode = WAL",
        # A crash of the process loses nothing; a crash of the machine may lose the last moments.
        "synchronous = NORMAL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
