"""How an SQLite file is opened."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url

Identity = tuple[int, int]
"""Which file it is, whatever its path: device and inode."""


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
    # As a listener it would be a statement to SQLAlchemy, at twice the cost.
    begin = _begin_immediate if immediate else _begin
    engine.dialect.do_begin = begin  # type: ignore[method-assign]
    return engine


def identity(url: str) -> Identity | None:
    """Return which file is at a database's path; None if there is none, or the URL names none."""
    parsed = make_url(url)
    if not parsed.drivername.startswith("sqlite") or not parsed.database:
        return None
    try:
        found = Path(parsed.database).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the dialect says BEGIN, not the driver
    for pragma in (
        "journal_mode = WAL",
        # A crash of the process loses nothing; a crash of the machine may lose the last moments.
        "synchronous = NORMAL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(dbapi_connection: Any) -> None:
    dbapi_connection.execute("BEGIN").close()


def _begin_immediate(dbapi_connection: Any) -> None:
    dbapi_connection.execute("BEGIN IMMEDIATE").close()
