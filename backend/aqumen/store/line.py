"""A connection to PostgreSQL on which notices come in."""

import selectors
import socket
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from typing import Protocol, cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from aqumen.errors import StoreFailed

from .notices import CHANNEL, Notice
from .postgres import listening_engine

_CHECK_SECONDS = 15.0
"""How long a connection may be silent until it is asked whether it still is one."""

Heard = Callable[[Notice], None]


class _Notification(Protocol):
    payload: str


class _Psycopg(Protocol):
    """What is used of the driver's connection that SQLAlchemy does not pass on."""

    def fileno(self) -> int: ...
    def notifies(self, *, timeout: float) -> Iterable[_Notification]: ...


class Line:
    """Used by one thread, again when it has broken; cut for good by another."""

    def __init__(self, url: str) -> None:
        self._engine = listening_engine(url)
        self._scissors, self._cut = socket.socketpair()

    def cut(self) -> None:
        """End `hear`, now and whenever it is called again."""
        self._scissors.close()

    def close(self) -> None:
        """Close what is left of a line that was cut, when nobody uses it any more."""
        self._cut.close()

    def hear(self, begun: Callable[[], None], heard: Heard) -> None:
        """Connect, say so, and hand over every notice until the line is cut.

        Raises StoreFailed if there is no connection, or when it breaks.
        """
        with self._translated(), self._engine.connect() as connection:
            connection.exec_driver_sql(f"LISTEN {CHANNEL}")
            begun()
            driver = cast("_Psycopg", connection.connection.driver_connection)
            with selectors.DefaultSelector() as selector:
                selector.register(driver.fileno(), selectors.EVENT_READ)
                cut = selector.register(self._cut, selectors.EVENT_READ)
                while cut not in [key for key, _ in self._ready(selector, connection)]:
                    _hand_over(driver, heard)

    def _ready(
        self, selector: selectors.BaseSelector, connection: Connection
    ) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for something to read; from time to time see that there still can be."""
        ready = selector.select(_CHECK_SECONDS)
        if not ready:
            connection.exec_driver_sql("SELECT 1")
        return ready

    @contextmanager
    def _translated(self) -> Generator[None]:
        try:
            yield
        except (DBAPIError, self._engine.dialect.loaded_dbapi.Error) as failure:
            raise StoreFailed from failure


def _hand_over(driver: _Psycopg, heard: Heard) -> None:
    for notification in driver.notifies(timeout=0.0):
        # Somebody else's words on our channel are none of our business.
        with suppress(ValueError):
            heard(Notice.read(notification.payload))
