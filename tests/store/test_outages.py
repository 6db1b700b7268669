"""A database that fails is an error of ours while it lasts, and costs nothing afterwards."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import OperationalError

from aqumen.errors import LeaseLost, StoreFailed
from aqumen.models.ledger import Ledger
from aqumen.store.engine import CONNECTIONS
from aqumen.store.postgres import queue_engine
from aqumen.store.store import Store
from fakes.eventually import eventually
from fakes.postgres import Postgres
from fakes.rows import create, ended, new_run, queued, start_of
from fakes.sqlite import with_tables


@contextmanager
def opened(url: str, connections: int = CONNECTIONS) -> Iterator[Store]:
    with closing(Store(url, connections=connections)) as store:
        store.open()
        yield store


@contextmanager
def disposing(engine: Engine) -> Iterator[Engine]:
    try:
        yield engine
    finally:
        engine.dispose()


def wait_of(connection: Connection) -> Any:
    driver: Any = connection.connection.dbapi_connection
    return driver.wait


def test_a_database_that_comes_back_works_again(postgres: Postgres, postgres_url: str) -> None:
    with opened(postgres_url) as store:
        lease = create(store)
        postgres.go_away(postgres_url)
        for work in (
            lambda: store.log.append(lease, [queued()], Ledger()),
            lambda: store.log.read("run-1", 0),
            lambda: store.leases.renew(["run-1"]),
            lambda: create(store, "run-2"),
        ):
            with pytest.raises(StoreFailed):
                work()
        postgres.come_back(postgres_url)

        store.log.append(lease, [queued()], Ledger())

        assert [each.seq for each in store.log.read("run-1", 0)] == [1, 2]
        assert store.leases.renew(["run-1"]) == {"run-1"}


def test_connections_that_were_cut_are_not_noticed(postgres: Postgres, postgres_url: str) -> None:
    with opened(postgres_url) as store:
        lease = create(store)
        postgres.break_connections(postgres_url)

        store.log.append(lease, [queued()], Ledger())
        postgres.break_connections(postgres_url)

        assert store.runs.find("run-1").last_seq == 2


def test_a_server_that_is_not_there_is_an_error_of_ours() -> None:
    with (
        closing(Store("postgresql+psycopg://nobody@127.0.0.1:1/nothing")) as store,
        pytest.raises(StoreFailed),
    ):
        store.open()


@pytest.mark.parametrize("ending", [False, True], ids=["in the middle", "at the end"])
def test_an_append_whose_answer_was_lost_is_stored_once(store: Store, ending: bool) -> None:
    lease = create(store)
    told = [*ended()] if ending else [queued(), queued()]
    lost: list[Connection] = []

    def lose_the_answer(connection: Connection) -> None:
        connection.connection.commit()
        lost.append(connection)
        raise StoreFailed

    event.listen(store._database.writer, "commit", lose_the_answer, once=True)
    with pytest.raises(StoreFailed):
        store.log.append(lease, told, Ledger())

    stored = store.log.append(lease, told, Ledger())

    assert lost
    assert [each.seq for each in stored] == [2, 3]
    assert store.log.read("run-1", 1) == stored
    assert store.runs.find("run-1").last_seq == 3
    if ending:
        with pytest.raises(LeaseLost):
            store.log.append(lease, [queued()], Ledger())
    else:
        assert store.log.append(lease, told[:1], Ledger())[0].seq == 4


@pytest.mark.parametrize("replaced", [False, True])
def test_nothing_new_is_put_into_a_file_that_was_deleted(tmp_path: Path, replaced: bool) -> None:
    file = tmp_path / "runs.db"
    with opened(f"sqlite:///{file}") as store:
        lease = create(store)
        file.unlink()
        if replaced:
            file.touch()

        with pytest.raises(StoreFailed, match="deleted or replaced"):
            create(store, "run-2")

        # What goes on comes to its end, for those who watch it.
        assert store.log.append(lease, ended(), Ledger())[-1].terminal


def test_a_file_that_is_deleted_while_others_have_their_turns_takes_nothing_new(
    tmp_path: Path,
) -> None:
    file = tmp_path / "runs.db"
    with opened(with_tables(file)) as store, ThreadPoolExecutor(1) as threads:
        turns = store._database._turns
        with turns.taken(first=True):
            waiting = threads.submit(create, store)
            eventually(lambda: len(turns._others._waiters) == 1)  # type: ignore[attr-defined]
            file.unlink()

        with pytest.raises(StoreFailed, match="deleted or replaced"):
            waiting.result(10)


def test_why_a_database_takes_nothing_is_said_for_logs_alone(tmp_path: Path) -> None:
    file = tmp_path / "runs.db"
    with opened(f"sqlite:///{file}"):
        pass

    read_only = f"sqlite:///file:{file}?mode=ro&uri=true"
    with opened(read_only) as store, pytest.raises(StoreFailed) as refused:
        create(store)

    assert refused.value.why == "attempt to write a readonly database"
    assert "readonly" not in refused.value.text


def test_a_full_disk_takes_nothing_half_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    def most_pages(store: Store, number: int) -> None:
        with store._database.write() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {number}")

    with opened(with_tables(tmp_path / "runs.db")) as store:
        lease, told = create(store), [queued(position=place) for place in range(500)]
        most_pages(store, 1)  # as many as there are

        with pytest.raises(StoreFailed) as full:
            store.log.append(lease, told, Ledger())
        most_pages(store, 10**6)

        assert full.value.why == "database or disk is full"
        assert store.runs.find("run-1").last_seq == 1
        assert store.log.append(lease, told[:1], Ledger())[0].seq == 2


def test_who_holds_a_row_for_ever_makes_nobody_wait_for_ever(postgres_url: str) -> None:
    hurried = f"{postgres_url}&options=-c%20lock_timeout=100"
    with opened(hurried) as store, psycopg.connect(plain(postgres_url)) as other:
        lease = create(store)
        other.execute("SELECT * FROM runs FOR UPDATE")

        with pytest.raises(StoreFailed):
            store.log.append(lease, [queued()], Ledger())
        other.rollback()

        assert store.log.append(lease, [queued()], Ledger())[0].seq == 2


def test_a_row_that_somebody_holds_delays_neither_watchers_nor_a_take_over(
    postgres_url: str,
) -> None:
    hurried = f"{postgres_url}&options=-c%20lock_timeout=100"
    with opened(hurried) as store, psycopg.connect(plain(postgres_url)) as other:
        create(store)
        store.leases.release()
        other.execute("SELECT * FROM runs FOR UPDATE")

        store.leases.watched(["run-1"])
        assert store.leases.take_over("run-1") is None
        other.rollback()

        assert store.leases.take_over("run-1") is not None


def test_every_wait_of_a_connection_has_a_limit(postgres_url: str) -> None:
    with opened(postgres_url) as store, disposing(queue_engine(postgres_url, 2)) as queue:
        for engine in (store._database.reader, store._database.writer, queue):
            with engine.connect() as connection:
                limits = {
                    name: connection.scalar(text(f"SHOW {name}"))
                    for name in (
                        "statement_timeout",
                        "lock_timeout",
                        "idle_in_transaction_session_timeout",
                    )
                }
            assert limits == {
                "statement_timeout": "15s",
                "lock_timeout": "3s",
                "idle_in_transaction_session_timeout": "5s",
            }


def test_a_server_that_stands_still_is_waited_for_no_longer_than_it_may_take(
    postgres_url: str,
) -> None:
    def ask_while_it_stands_still(engine: Engine) -> None:
        with engine.connect() as connection:
            backend = connection.scalar(text("SELECT pg_backend_pid()"))
            wait_of(connection).seconds = 0.3
            os.kill(backend, signal.SIGSTOP)
            try:
                connection.execute(text("SELECT 1"))
            finally:
                os.kill(backend, signal.SIGCONT)

    with opened(postgres_url) as store, disposing(queue_engine(postgres_url, 2)) as queue:
        create(store)

        for engine in (store._database.reader, queue):
            with pytest.raises(OperationalError, match="timeout"):
                ask_while_it_stands_still(engine)

            with engine.connect() as connection:
                assert connection.scalar(text("SELECT id FROM runs")) == "run-1"


def test_who_migrates_may_take_longer_and_leaves_others_their_limit(postgres_url: str) -> None:
    with opened(postgres_url) as store:
        with store._database.write() as connection:
            usual = wait_of(connection).seconds
            store._database.lock_schema(connection)
            assert wait_of(connection).seconds > usual
        with store._database.write() as connection:
            assert wait_of(connection).seconds == usual


def test_a_process_opens_no_more_connections_than_it_may(postgres_url: str) -> None:
    most: list[int] = []
    with opened(postgres_url, connections=5) as store:
        store.listener.open(lambda _notice: None, lambda: None)

        def work(number: int) -> None:
            new = new_run(store, f"run-{number}")
            store.runs.create(new, start_of(new), store.leases.until())
            with store._database.read() as connection:
                most.append(connection.scalar(text(COUNT)) or 0)

        with ThreadPoolExecutor(20) as threads:
            list(threads.map(work, range(100)))

    assert 2 < max(most) <= 5


COUNT = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND application_name LIKE 'aqumen%'"
)


def plain(url: str) -> str:
    return url.replace("+psycopg", "")
