"""What is kept, and what goes."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import delete, event, func, insert, select, update
from sqlalchemy.engine import Connection

from aqumen.store.retention import BATCH, Keep
from aqumen.store.store import Store
from aqumen.store.tables import events, prompts, request_ids, runs
from aqumen.templates import Prompts
from fakes.rows import create, new_run
from fakes.wholes import story, whole

DAY = 24 * 3600.0


def run_id(number: int) -> str:
    return f"01M87XW3AM339R5T2RE28{number:05}"


def put(store: Store, number: int, days_ago: float = 0.0, text: str = "") -> str:
    """Keep a run that ended so many days ago; the higher the number, the newer its id."""
    told = story(run_id(number))
    told.start()
    told.fail("cancelled")
    run = whole(told.told, ended=time.time() - days_ago * DAY)
    if text:
        run = type(run)(run.run, Prompts({"error_catalog": text}), run.events)
    assert store.shelf.put(run)
    return run.run.id


def left(store: Store) -> set[str]:
    return set(store.shelf.ids())


def count(store: Store, table: object) -> int:
    with store._database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


def test_runs_go_by_age(store: Store) -> None:
    put(store, 1, days_ago=91)
    young = put(store, 2, days_ago=89)

    assert store.retention.prune(Keep.of(90, None)) == 1

    assert left(store) == {young}
    assert count(store, events) == 2


def test_runs_go_by_number_the_oldest_first(store: Store) -> None:
    ids = [put(store, number) for number in range(5)]

    assert [run.run_id for run in store.retention.old(Keep.of(None, 2))] == ids[:3]
    assert store.retention.prune(Keep.of(None, 2)) == 3
    assert left(store) == set(ids[3:])


def test_a_run_goes_when_it_is_past_either_limit(store: Store) -> None:
    put(store, 1, days_ago=1)
    put(store, 2, days_ago=10)
    newest = put(store, 3, days_ago=1)

    store.retention.prune(Keep.of(5, 2))

    assert left(store) == {newest}


def test_nothing_goes_without_a_limit(store: Store) -> None:
    put(store, 1, days_ago=10_000)

    assert store.retention.old(Keep()) == []
    assert store.retention.prune(Keep()) == 0


def test_what_fits_both_limits_stays(store: Store) -> None:
    put(store, 1, days_ago=89)

    assert store.retention.prune(Keep.of(90, 1)) == 0


def test_open_runs_stay_however_old_and_many(store: Store) -> None:
    create(store, "00AAAAAAAAAAAAAAAAAAAAAAAA")
    with store._database.write() as connection:
        connection.execute(update(runs).values(created_at=0.0))
    put(store, 1, days_ago=100)

    assert store.retention.prune(Keep.of(90, 1)) == 1

    assert store.shelf.going_on() == 1
    assert store.retention.delete(["00AAAAAAAAAAAAAAAAAAAAAAAA"]) == 0


def test_a_batch_is_bounded(store: Store) -> None:
    for number in range(BATCH + 3):
        put(store, number, days_ago=100)

    assert [store.retention.prune(Keep.of(90, None)) for _ in range(3)] == [BATCH, 3, 0]


def test_looking_deletes_nothing(store: Store) -> None:
    put(store, 1, days_ago=100)

    (old,) = store.retention.old(Keep.of(90, None))

    assert (old.run_id, old.status, old.topic) == (run_id(1), "cancelled", "Reading files")
    assert left(store) == {run_id(1)}


def test_request_ids_go_after_a_day(store: Store) -> None:
    create(store, request_id="old-request")
    with store._database.write() as connection:
        connection.execute(update(request_ids).values(created_at=time.time() - DAY - 1))
    create(store, "run-2", request_id="new-request")

    store.retention.tidy()

    with store._database.read() as connection:
        assert list(connection.scalars(select(request_ids.c.id))) == ["new-request"]
    assert store.runs.attached(new_run(store, request_id="new-request")) == "run-2"


def test_many_request_ids_go_bit_by_bit(store: Store) -> None:
    create(store)
    old = {"fingerprint": "x", "run_id": "run-1", "created_at": 0.0}
    with store._database.write() as connection:
        connection.execute(insert(request_ids), [{"id": f"r{n}", **old} for n in range(2500)])

    assert [store.retention.tidy() for _ in range(3)] == [True, True, False]

    assert count(store, request_ids) == 0


def test_prompt_texts_nobody_uses_go_and_the_others_stay(store: Store) -> None:
    put(store, 1, days_ago=100, text="An old text")
    young = put(store, 2, text="A new text")

    store.retention.tidy()
    assert count(store, prompts) == 2

    store.retention.prune(Keep.of(90, None))
    store.retention.tidy()

    assert count(store, prompts) == 1
    assert store.shelf.take(young).prompts.texts == {"error_catalog": "A new text"}


def test_a_text_that_went_is_kept_again_for_the_next_run(store: Store) -> None:
    create(store)
    with store._database.write() as connection:
        connection.execute(update(runs).values(status="failed", ended_at=1.0))
    store.retention.prune(Keep.of(1, None))
    store.retention.tidy()
    assert count(store, prompts) == 0

    create(store, "run-2")

    assert store.runs.pinned("run-2").prompts.texts


@contextmanager
def transactions(store: Store) -> Iterator[list[float]]:
    """Note how long the writer is held, each time."""
    began: list[float] = []
    held: list[float] = []

    def begin(_connection: Connection) -> None:
        began.append(time.perf_counter())

    def commit(_connection: Connection) -> None:
        held.append(time.perf_counter() - began[-1])

    event.listen(store._database.writer, "begin", begin)
    event.listen(store._database.writer, "commit", commit)
    yield held
    event.remove(store._database.writer, "begin", begin)
    event.remove(store._database.writer, "commit", commit)


def test_each_batch_is_a_transaction_of_its_own(store: Store) -> None:
    """Of runs as long as real ones: the writer is let go between them."""
    for number in range(2 * BATCH):
        told = story(run_id(number))
        told.start()
        for _ in range(60):
            told.answer(3, text="x" * 2000)
        told.fail("cancelled")
        store.shelf.put(whole(told.told, ended=1000.0))

    with transactions(store) as held:
        while store.retention.prune(Keep.of(90, None)):
            pass

    assert len(held) == 2
    assert max(held) < 2.0


def test_no_run_loses_its_prompts_to_a_process_that_tidies_up(store: Store, url: str) -> None:
    other, over = Store(url), threading.Event()

    def tidy() -> None:
        while not over.is_set():
            other.retention.tidy()

    tidying = threading.Thread(target=tidy)
    tidying.start()
    try:
        for number in range(15):
            create(store, f"run-{number}")
            assert store.runs.pinned(f"run-{number}").prompts.texts
            with store._database.write() as connection:
                connection.execute(delete(runs))
    finally:
        over.set()
        tidying.join(20)
        other.close()
