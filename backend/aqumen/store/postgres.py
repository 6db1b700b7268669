"""How a PostgreSQL database is opened: no wait without a limit, on either side of the network."""

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import NullPool

_SCHEMA_LOCK = 7_305_184_271
"""Any number that nobody else on the same PostgreSQL uses for an advisory lock."""

_LOCK_SCHEMA = (
    # Whoever makes the tables may take longer than one who writes an event.
    "SET LOCAL lock_timeout = '60s'",
    "SET LOCAL statement_timeout = '300s'",
    "SET LOCAL idle_in_transaction_session_timeout = '60s'",
    f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})",
)
_MIGRATION_SECONDS = 310.0
"""A little more than the server's own limit, as below."""

_ANSWER_SECONDS = 20.0
"""How long the server may take to answer anything.

A little more than its own limit to a statement. It keeps none of its limits when it stands still,
and neither does the network then: the machine goes on to say that it is there.
"""

_TIMEOUTS = {
    "statement_timeout": "15s",
    # Well below a usual lease (15 s): a renewal that waits in vain can be tried again in time.
    # A lease shorter than about 8 s can run out while another process holds a run's row.
    "lock_timeout": "3s",
    # A process that stops in the middle of a transaction keeps rows that others wait for.
    "idle_in_transaction_session_timeout": "5s",
}

_CONNECTING = {
    "connect_timeout": "5",
    # A network that swallows everything is noticed within a minute.
    "keepalives": "1",
    "keepalives_idle": "20",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}


def postgres_engine(
    url: str, size: int, wait_seconds: float, *, autocommit: bool = False
) -> Engine:
    """Return at most so many connections; with `autocommit` each statement is a transaction."""
    engine = create_engine(
        url,
        hide_parameters=True,  # as for SQLite
        pool_size=size,
        max_overflow=0,
        pool_timeout=wait_seconds,
        pool_pre_ping=True,
        connect_args=_arguments(make_url(url), "aqumen"),
        # A read is one statement; BEGIN and ROLLBACK would be two more trips over the network.
        isolation_level="AUTOCOMMIT" if autocommit else "READ COMMITTED",
    )
    _limit_waits(engine)
    return engine


def queue_engine(url: str, size: int) -> Engine:
    """Return at most so many connections for a library that keeps a queue in the database."""
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=size,
        max_overflow=0,
        pool_timeout=_ANSWER_SECONDS,
        pool_pre_ping=True,
        connect_args=_arguments(make_url(url), "aqumen-queue"),
    )
    _limit_waits(engine)
    return engine


def listening_engine(url: str) -> Engine:
    """Return what opens one connection at a time, outside of any pool."""
    engine = create_engine(
        url,
        hide_parameters=True,
        poolclass=NullPool,
        connect_args=_arguments(make_url(url), "aqumen-listener"),
        isolation_level="AUTOCOMMIT",
    )
    _limit_waits(engine)
    return engine


def lock_schema(connection: Connection) -> None:
    """Keep other processes from migrating until the connection's transaction ends."""
    connection.detach()  # its limits are longer than others may have
    driver: Any = connection.connection.dbapi_connection
    driver.wait.seconds = _MIGRATION_SECONDS
    for statement in _LOCK_SCHEMA:
        connection.exec_driver_sql(statement)


class _LimitedWait:
    """A driver's wait for its server, after which, when it was in vain, the connection is closed.

    Left open, it would be waited for again: for the end of what it was asked.
    """

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self._wait = driver.wait
        self.seconds = _ANSWER_SECONDS

    def __call__(self, answer: Any, *args: Any, timeout: float | None = None, **more: Any) -> Any:
        """Wait as the driver does; raises its OperationalError when the time is over."""
        if timeout is not None:
            return self._wait(answer, *args, timeout=timeout, **more)
        try:
            return self._wait(answer, *args, timeout=self.seconds, **more)
        except self._driver.OperationalError:
            if self._driver.info.transaction_status.name == "ACTIVE":
                self._driver.close()
            raise


def _limit_waits(engine: Engine) -> None:
    """Have no connection wait for an answer longer than the server may take."""

    def limit(driver: Any, _record: object) -> None:
        driver.wait = _LimitedWait(driver)

    event.listen(engine, "connect", limit, insert=True)


def _arguments(url: URL, name: str) -> dict[str, str]:
    """What libpq is told besides the URL, which has the last word."""
    options = " ".join(f"-c {name}={value}" for name, value in _TIMEOUTS.items())
    theirs = url.query.get("options", "")
    ours = {"application_name": name, **_CONNECTING}
    kept = {name: value for name, value in ours.items() if name not in url.query}
    return {**kept, "options": f"{options} {theirs}".strip()}
