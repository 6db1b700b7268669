"""What one process does to a run, others hear of."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from aqumen.errors import LeaseLost
from aqumen.models.ledger import Ledger
from aqumen.store.notices import Notice
from aqumen.store.store import Store
from fakes.eventually import eventually
from fakes.postgres import Postgres
from fakes.rows import create, failed, queued


class Ear:
    """A process that listens, on a store of its own."""

    def __init__(self, url: str) -> None:
        self.store = Store(url)
        self.heard: list[Notice] = []
        self.changes: list[bool] = []

    def changed(self) -> None:
        self.changes.append(self.store.listener.listening)


@contextmanager
def listening(url: str) -> Iterator[Ear]:
    ear = Ear(url)
    ear.store.listener.open(ear.heard.append, ear.changed)
    eventually(lambda: ear.store.listener.listening)
    try:
        yield ear
    finally:
        ear.store.close()


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    store = Store(postgres_url)
    store.open()
    yield store
    store.close()


def test_who_listens_hears_how_far_a_log_has_grown(store: Store, postgres_url: str) -> None:
    lease = create(store)
    with listening(postgres_url) as ear:
        store.log.append(lease, [queued(), queued()], Ledger())
        store.log.append(lease, [failed()], Ledger())

        eventually(lambda: len(ear.heard) == 2)
    assert ear.heard == [("run-1", 3), ("run-1", 4)]


def test_who_listens_hears_once_that_a_run_is_to_stop(store: Store, postgres_url: str) -> None:
    create(store)
    with listening(postgres_url) as ear:
        assert store.leases.request_cancel("run-1")
        assert not store.leases.request_cancel("run-1")
        assert not store.leases.request_cancel("run-2")
        store.log.append(create(store, "run-3"), [queued("run-3")], Ledger())

        eventually(lambda: len(ear.heard) == 2)
    assert ear.heard == [("run-1", None), ("run-3", 2)]


def say_and_fail(connection: Connection) -> None:
    connection.execute(text("SELECT pg_notify('aqumen', 'run-1:9')"))
    raise ZeroDivisionError


def test_what_was_not_stored_is_not_heard_of(store: Store, postgres_url: str) -> None:
    lease = create(store)
    with listening(postgres_url) as ear:
        with pytest.raises(LeaseLost):
            store.log.append(lease._replace(epoch=7), [queued()], Ledger())
        with pytest.raises(ZeroDivisionError):
            store.log._batches.do(say_and_fail)
        store.log.append(lease, [queued()], Ledger())

        eventually(lambda: bool(ear.heard))
    assert ear.heard == [("run-1", 2)]


def test_a_listener_that_was_cut_off_says_so_and_comes_back(
    postgres: Postgres, store: Store, postgres_url: str
) -> None:
    lease = create(store)
    with listening(postgres_url) as ear:
        postgres.go_away(postgres_url)
        eventually(lambda: not ear.store.listener.listening)
        postgres.come_back(postgres_url)
        eventually(lambda: ear.store.listener.listening, 10)
        store.log.append(lease, [queued()], Ledger())

        eventually(lambda: bool(ear.heard))
    assert ear.changes == [True, False, True, False]


def test_words_of_strangers_on_the_channel_are_ignored(store: Store, postgres_url: str) -> None:
    lease = create(store)
    with listening(postgres_url) as ear:
        with store._database.write() as connection:
            for words in ("", "no number:x", "one", ":1"):
                connection.execute(text("SELECT pg_notify('aqumen', :words)"), {"words": words})
        store.log.append(lease, [queued()], Ledger())

        eventually(lambda: bool(ear.heard))
    assert ear.heard == [("run-1", 2)]


def test_closing_does_not_wait(postgres_url: str) -> None:
    with listening(postgres_url) as ear:
        began = time.monotonic()
        ear.store.listener.close()
        assert time.monotonic() - began < 1.0
        assert not ear.store.listener.listening


def test_on_sqlite_nobody_listens(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    store.open()
    store.listener.open(lambda _notice: None, lambda: None)
    store.log.append(create(store), [queued()], Ledger())

    assert not store.listener.listening
    store.close()
