"""What several processes do to one database at the same moment; each is a store of its own here."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from aqumen.errors import LeaseLost
from aqumen.models.ledger import Ledger
from aqumen.store import request_ids
from aqumen.store.records import Filter, Lease
from aqumen.store.store import Store
from fakes.eventually import eventually
from fakes.rows import PROMPTS, create, new_run, queued, start_of

PROCESSES = 3
TURNS = 8


@pytest.fixture
def stores(url: str) -> Iterator[list[Store]]:
    with ExitStack() as opened:
        found = [Store(url) for _ in range(PROCESSES)]
        for store in found:
            opened.callback(store.close)
            store.open()
        yield found


def at_once(stores: list[Store], work: Callable[[Store, int], object]) -> list[object]:
    """Do the work in every store at the same instant; raises what any of it raises."""
    meeting = threading.Barrier(len(stores), timeout=30)

    def do(number: int) -> object:
        meeting.wait()
        return work(stores[number], number)

    with ThreadPoolExecutor(len(stores)) as threads:
        return list(threads.map(do, range(len(stores))))


def begun(store: Store, run_id: str, request_id: str) -> str:
    """Start a run, or find the one its request id stands for."""
    new = new_run(store, run_id, request_id=request_id)
    created = store.runs.create(new, start_of(new), store.leases.until())
    return created if isinstance(created, str) else created[0].run_id


def all_runs(store: Store) -> list[str]:
    page = store.runs.page(Filter(), limit=99, cursor=None)
    return [run.run_id for run in page.runs]


def test_a_request_id_makes_one_run_whoever_is_asked(stores: list[Store]) -> None:
    for turn in range(TURNS):
        ids = at_once(stores, lambda store, n, t=turn: begun(store, f"run-{t}-{n}", f"request-{t}"))  # type: ignore[misc]
        assert len(set(ids)) == 1

    assert len(all_runs(stores[0])) == TURNS


def test_a_request_id_that_is_free_again_makes_one_run(
    stores: list[Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    for turn in range(TURNS):
        begun(stores[0], f"run-{turn}-old", f"request-{turn}")
    real = request_ids.time.time  # type: ignore[attr-defined]
    monkeypatch.setattr("aqumen.store.request_ids.time.time", lambda: real() + request_ids.SECONDS)

    for turn in range(TURNS):
        ids = at_once(stores, lambda store, n, t=turn: begun(store, f"run-{t}-{n}", f"request-{t}"))  # type: ignore[misc]
        assert len(set(ids)) == 1

    assert len(all_runs(stores[0])) == 2 * TURNS


def test_a_run_is_taken_over_by_one(stores: list[Store]) -> None:
    for turn in range(TURNS):
        create(stores[0], f"run-{turn}", needs_watcher=False)
    stores[0].leases.release()

    for turn in range(TURNS):
        leases = at_once(stores, lambda store, _, t=turn: store.leases.take_over(f"run-{t}"))  # type: ignore[misc]
        assert sorted(leases, key=str) == [Lease(f"run-{turn}", 2), None, None]


def test_nobody_writes_after_another_took_over(stores: list[Store]) -> None:
    lease = create(stores[0])
    writing = threading.Event()

    def write(store: Store, number: int) -> list[int]:
        """Write until somebody else has the run, or as much as the one who takes it may."""
        mine, seqs = lease, list[int]()
        if number == 1:
            assert writing.wait(10)
            store.leases.release()
            stores[0].leases.release()
            mine = taken_over(store)
        for _ in range(20 if number else 10_000):
            try:
                seqs += [each.seq for each in store.log.append(mine, [queued()], Ledger())]
            except LeaseLost:
                break
            writing.set()
            time.sleep(0.002)  # SQLite's lock goes to whoever asks first
        return seqs

    old, new = at_once(stores[:2], write)

    assert isinstance(old, list)
    assert isinstance(new, list)
    assert [*old, *new] == list(range(2, len(old) + len(new) + 2))
    assert len(new) == 20


def taken_over(store: Store) -> Lease:
    """Take the run over; a row that is being written is passed over, and tried again."""
    found: list[Lease] = []

    def taken() -> bool:
        lease = store.leases.take_over("run-1")
        found.extend([] if lease is None else [lease])
        return bool(found)

    eventually(taken, 10.0)
    return found[0]


def test_those_who_change_many_runs_do_not_wait_for_each_other(stores: list[Store]) -> None:
    leases = [create(stores[0], f"run-{number:02}") for number in range(20)]
    ids = [lease.run_id for lease in leases]

    def change(store: Store, number: int) -> None:
        with ThreadPoolExecutor(10) as threads:
            for turn in range(TURNS):
                told = [
                    threads.submit(store.log.append, each, [queued()], Ledger()) for each in leases
                ]
                store.leases.watched(ids[::-1] if (turn + number) % 2 else ids)
                store.leases.renew(ids)
                for each in told:
                    each.result(20)

    at_once(stores, change)

    assert {stores[0].runs.find(run_id).last_seq for run_id in ids} == {1 + PROCESSES * TURNS}


def test_texts_that_all_keep_for_the_first_time_are_kept_once(stores: list[Store]) -> None:
    at_once(stores, lambda store, number: create(store, f"run-{number}"))

    for number in range(PROCESSES):
        assert stores[0].runs.pinned(f"run-{number}").prompts.versions == PROMPTS.versions
