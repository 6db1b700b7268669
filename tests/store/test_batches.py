"""Jobs of several threads share a transaction, and nothing of each other's fate."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, event, insert

from aqumen.errors import LeaseLost, StoreFailed
from aqumen.store.batches import Batches
from aqumen.store.store import Store
from aqumen.store.tables import prompts
from fakes.eventually import eventually

Work = Callable[[Connection], object]


def write(name: str) -> Work:
    def work(connection: Connection) -> str:
        connection.execute(insert(prompts).values(version=name, name="n", text="t"))
        return name

    return work


def kept(store: Store) -> set[str]:
    with store._database.read() as connection:
        return set(connection.exec_driver_sql("SELECT version FROM prompts").scalars())


def refuse(_connection: Connection) -> None:
    raise LeaseLost


def fails() -> None:
    raise StoreFailed


def together(store: Store, *works: Work) -> list[Future[object]]:
    """Have jobs done that came while another one was under way, so that they share a batch."""
    batches, begun, go_on = Batches(store._database), threading.Event(), threading.Event()

    def slow(_connection: Connection) -> None:
        begun.set()
        assert go_on.wait(5)

    with ThreadPoolExecutor(len(works) + 1) as threads:
        first = threads.submit(batches.do, slow)
        assert begun.wait(5)
        done = [threads.submit(batches.do, work) for work in works]
        eventually(lambda: len(batches._waiting) == len(works))
        go_on.set()
        first.result(5)
    assert not batches._led
    return done


def test_jobs_that_came_meanwhile_share_one_commit(store: Store) -> None:
    commits: list[Connection] = []
    event.listen(store._database.writer, "commit", commits.append)

    done = together(store, *(write(f"p{number}") for number in range(20)))

    assert [each.result() for each in done] == [f"p{number}" for number in range(20)]
    assert kept(store) == {f"p{number}" for number in range(20)}
    assert len(commits) == 2


def test_a_job_that_is_refused_costs_the_others_nothing(store: Store) -> None:
    before, refused, after = together(store, write("before"), refuse, write("after"))

    assert (before.result(), after.result()) == ("before", "after")
    with pytest.raises(LeaseLost):
        refused.result()
    assert kept(store) == {"before", "after"}


def test_a_defect_in_one_job_costs_the_others_nothing(store: Store) -> None:
    def defective(connection: Connection) -> None:
        write("half")(connection)
        raise ZeroDivisionError

    before, broken, after = together(store, write("before"), defective, write("after"))

    assert (before.result(), after.result()) == ("before", "after")
    with pytest.raises(ZeroDivisionError):
        broken.result()
    assert kept(store) == {"before", "after"}


def test_what_the_database_will_not_take_costs_the_others_nothing(store: Store) -> None:
    def twice(connection: Connection) -> None:
        write("same")(connection)
        write("same")(connection)

    before, refused, after = together(store, write("before"), twice, write("after"))

    assert (before.result(), after.result()) == ("before", "after")
    with pytest.raises(StoreFailed):
        refused.result()
    assert kept(store) == {"before", "after"}


def test_a_database_that_goes_away_is_not_waited_for_by_each_in_turn(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def away() -> None:
        tries.append("write")
        raise StoreFailed

    def broken(_connection: Connection) -> None:
        monkeypatch.setattr(store._database, "write", away)
        raise ZeroDivisionError

    done = together(store, write("before"), broken, *(write(f"p{n}") for n in range(9)))

    for each in done:
        with pytest.raises((StoreFailed, ZeroDivisionError)):
            each.result()
    assert len(tries) == 1


def test_when_the_database_fails_every_job_hears_of_it_and_the_next_ones_are_done(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = Batches(store._database)
    with monkeypatch.context() as broken:
        broken.setattr(store._database, "write", fails)
        with pytest.raises(StoreFailed):
            batches.do(write("lost"))

    assert batches.do(write("next")) == "next"
    assert kept(store) == {"next"}


def test_a_job_that_waits_too_long_is_taken_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aqumen.store.batches._WAIT_SECONDS", 0.2)
    batches, begun, go_on = Batches(store._database), threading.Event(), threading.Event()

    def slow(_connection: Connection) -> None:
        begun.set()
        assert go_on.wait(5)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(batches.do, slow)
        assert begun.wait(5)
        late = threads.submit(batches.do, write("late"))
        with pytest.raises(StoreFailed):
            late.result(5)
        go_on.set()
        first.result(5)

    assert batches.do(write("next")) == "next"
    assert kept(store) == {"next"}


def test_many_threads_are_all_served(store: Store) -> None:
    batches = Batches(store._database)
    with ThreadPoolExecutor(32) as threads:
        names = list(threads.map(lambda n: batches.do(write(f"p{n}")), range(500)))

    assert kept(store) == set(names)
    assert not batches._led
