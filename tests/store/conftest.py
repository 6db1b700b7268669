"""A store on a database of its own: each test runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from aqumen.store.store import Store
from fakes.postgres import DATABASES, Postgres
from fakes.sqlite import with_tables


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield with_tables(tmp_path / "store.db")
    else:
        yield request.getfixturevalue("postgres_url")


@pytest.fixture(params=DATABASES)
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables."""
    with ExitStack() as opened:
        if request.param == "sqlite":
            yield f"sqlite:///{tmp_path / 'new.db'}"
        else:
            postgres: Postgres = request.getfixturevalue("postgres")
            yield opened.enter_context(postgres.database(empty=True))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store(url)
    store.open()
    yield store
    store.close()
