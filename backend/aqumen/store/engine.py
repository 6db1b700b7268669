"""The database, with one way to write and one way to read."""

import logging
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from aqumen.errors import StoreFailed, StoreRefused

from .postgres import lock_schema, postgres_engine
from .sqlite import Identity, identity, sqlite_engine
from .turns import Turns

logger = logging.getLogger(__name__)

WAIT_SECONDS = 15.0
"""How long a writer or reader waits for its turn before it gives up."""

CONNECTIONS = 10
"""To PostgreSQL, of one process, unless said otherwise."""

_SQLITE_READERS = 4

_TURN_SECONDS = 60.0
"""How long a writer waits for the others of this process, each of whom is bound by the above."""

_GONE = (
    "The server's database was deleted or replaced while it was open. "
    "Nothing new is kept until the server is started again."
)


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
        self._file: Identity | None = None
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
    def write(self, *, first: bool = False, new: bool = False) -> Generator[Connection]:
        """One transaction, committed at the end of the block; with `first`, before all others.

        With `new` something is begun that did not exist: it would be gone at the next start if
        the file that is open is no longer the one at its path. What goes on in such a file may
        come to its end there, and be read and exported.

        Raises StoreFailed if the database does not answer in time, or for such a file, and
        StoreRefused if it does not take what it is given.
        """
        with self._turn(first=first), _translated(), self.writer.begin() as connection:
            if new:
                # Only now: the file may go away while others have their turns.
                self._check_file()
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
        if not self.is_sqlite:
            lock_schema(connection)

    def note_file(self) -> None:
        """Remember which file is open, now that it is there."""
        self._file = identity(self.url)

    def close(self) -> None:
        """Close every connection."""
        self.writer.dispose()
        self.reader.dispose()

    def _check_file(self) -> None:
        if self._file is not None and identity(self.url) != self._file:
            logger.error("the file of the database was deleted or replaced; start the server again")
            raise StoreFailed(_GONE)

    def _turn(self, *, first: bool) -> AbstractContextManager[None]:
        return self._turns.taken(first=first) if self.is_sqlite else nullcontext()


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except (DataError, IntegrityError, ProgrammingError) as refusal:
        raise StoreRefused from refusal
    except (DBAPIError, PoolTimeout) as failure:
        raise StoreFailed from failure
