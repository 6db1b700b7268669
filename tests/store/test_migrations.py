"""The tables are made once, by whoever comes first, and can be unmade."""

import sys
from contextlib import ExitStack
from subprocess import PIPE, Popen

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from aqumen.store.migrate import downgrade, upgrade
from aqumen.store.schema import HEAD
from aqumen.store.store import Store
from aqumen.store.tables import metadata
from fakes.processes import BACKEND

OPENER = """
import sys; from aqumen.store.store import Store; store = Store(sys.argv[1])
print("ready", flush=True); input(); store.open(); print("open"); store.close()
"""


def test_several_processes_may_open_a_new_database_at_once(new_url: str) -> None:
    command = [sys.executable, "-c", OPENER, new_url]
    with ExitStack() as running:
        processes = [
            running.enter_context(Popen(command, cwd=BACKEND, stdin=PIPE, stdout=PIPE, text=True))
            for _ in range(4)
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            print("go", file=process.stdin, flush=True)

        assert [process.communicate(timeout=60)[0] for process in processes] == ["open\n"] * 4


def test_migrations_lead_there_and_back(store: Store) -> None:
    with store._database.write() as connection:
        downgrade(connection)
        assert inspect(connection).get_table_names() == ["alembic_version"]
        upgrade(connection)
        assert connection.exec_driver_sql("SELECT * FROM alembic_version").scalar() == HEAD


def test_the_migrations_make_the_tables_the_code_expects(store: Store) -> None:
    with store._database.write() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
