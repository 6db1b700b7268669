"""The database, with one way to write and one way to read."""

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from aqumen.errors import StoreFailed

from .postgres import LOCK_SCHEMA, postgres_engine
from .sqlite import sqlite_engine
from .turns import Turns

WAIT_SECONDS = 15.0
"""How long a writer or reader waits for its turn before it gives up."""

CONNECTIONS = 10
"""To PostgreSQL, of one process, unless said otherwise."""

_SQLITE_READERS = 4

_TURN_SECONDS = 60.0
"""How long a writer waits for the others of this process, each of whom is bound by the above."""


class Database:
    """A SQL database: SQLite or PostgreSQL, by its URL.

    SQLite takes one writer at a time: here the writers of this process queue on a lock and share
    one connection, and `BEGIN IMMEDIATE` makes those of other processes queue in the file.

    PostgreSQL takes many, at READ COMMITTED: whoever changes a row waits for those who did
    before, and then sees what they made of it. Those who change several change them in the
    order of their ids, so that no two wait for each other.
    """

    def __init__(self, url: str, connections: int = CONNECTIONS) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._turns = Turns(_TURN_SECONDS)
        if self.is_sqlite:
            self.writer = sqlite_engine(url, 1, WAIT_SECONDS, immediate=True)
            self.reader = sqlite_engine(url, _SQLITE_READERS, WAIT_SECONDS)
        else:
            # One more listens.
            writers = max(1, (connections - 1) // 2)
            readers = max(1, connections - 1 - writers)
            self.writer = postgres_engine(url, writers, WAIT_SECONDS)
            self.reader = postgres_engine(url, readers, WAIT_SECONDS, autocommit=True)

    @contextmanager
    def write(self, *, first: bool = False) -> Generator[Connection]:
        """One transaction, committed at the end of the block; with `first`, before all others.

        Raises StoreFailed if the database does not answer in time.
        """
        with self._turn(first=first), _translated(), self.writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Generator[Connection]:
        """What to read from: each statement sees all that was committed before it, or more.

        Raises StoreFailed if the database does not answer in time.
        """
        with _translated(), self.reader.connect() as connection:
            yield connection

    def lock_schema(self, connection: Connection) -> None:
        """Keep other processes from migrating until the connection's transaction ends."""
        for statement in () if self.is_sqlite else LOCK_SCHEMA:
            connection.exec_driver_sql(statement)

    def close(self) -> None:
        """Close every connection."""
        self.writer.dispose()
        self.reader.dispose()

    def _turn(self, *, first: bool) -> AbstractContextManager[None]:
        return self._turns.taken(first=first) if self.is_sqlite else nullcontext()


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout) as failure:
        raise StoreFailed from failure
