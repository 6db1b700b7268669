"""How an SQLite file is opened."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event


def sqlite_engine(url: str, size: int, wait_seconds: float, *, immediate: bool = False) -> Engine:
    """Return so many connections; with `immediate` a transaction is a writer's from its start."""
    engine = create_engine(
        url,
        # What a statement carries belongs to users: topics and answers stay out of logged errors.
        hide_parameters=True,
        pool_size=size,
        max_overflow=0,
        pool_timeout=wait_seconds,
        connect_args={"timeout": wait_seconds, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin_immediate if immediate else _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
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
