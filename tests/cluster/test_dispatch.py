"""Runs that one process holds until another takes them, whatever becomes of the offer."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from aqumen.cluster.dispatch import Cluster
from aqumen.errors import QueueFailed, ServerFull
from aqumen.runs.house import House
from aqumen.runs.limits import Limits
from aqumen.runs.runs import Runs
from aqumen.store.records import Filter, Lease
from aqumen.store.store import Store
from aqumen.templates import Prompts
from fakes.eventually import eventually
from fakes.following import begin, events, held_model, made_earlier, wait_for_step
from fakes.models import ScriptedModel
from fakes.pipelines import CAST, offline_model, pipeline_on
from fakes.queue import MemoryQueue
from fakes.sqlite import with_tables

LIMIT = 30.0

OpenProcess = Callable[..., tuple[Runs, MemoryQueue]]


@pytest.fixture
def process(tmp_path: Path) -> Iterator[OpenProcess]:
    """Opens a process of a cluster, whose queue says what the test wants."""
    with ExitStack() as opened:

        def open_(
            model: ScriptedModel | None = None, room: int = 3, limits: Limits | None = None
        ) -> tuple[Runs, MemoryQueue]:
            store = Store(with_tables(tmp_path / "runs.db"), 2.0)
            pipeline, queue = pipeline_on(model or offline_model()), MemoryQueue()
            house = House(CAST, Prompts.shipped(), simulated=True)
            cluster = Cluster(queue, store.claims, room)
            runs = Runs(store, lambda _cancel: pipeline, house, limits or Limits(), cluster)
            runs.open()
            opened.callback(store.close)
            opened.callback(runs.close, 2.0)
            return runs, queue

        yield open_


def statuses(runs: Runs, *run_ids: str) -> list[str]:
    return [runs.find(run_id).status for run_id in run_ids]


def test_a_run_is_held_until_its_turn_and_driven_from_its_log(process: OpenProcess) -> None:
    runs, queue = process()
    run_id = begin(runs)

    assert queue.waiting == [Lease(run_id, 1)]
    assert statuses(runs, run_id) == ["queued"]

    queue.take_next()

    assert statuses(runs, run_id) == ["succeeded"]
    assert [event.seq for event in events(runs, run_id)] == list(
        range(1, runs.find(run_id).last_seq + 1)
    )


def test_another_process_takes_a_run_and_the_reader_of_the_first_sees_it_all(
    process: OpenProcess,
) -> None:
    (first, queue), (_, other_queue) = process(), process()
    run_id = begin(first)
    other_queue.waiting, queue.waiting = queue.waiting, other_queue.waiting

    other_queue.take_next()

    assert events(first, run_id)[-1].type == "done"
    assert queue.withdrawn == []


def test_an_offer_that_is_taken_twice_comes_to_nothing_the_second_time(
    process: OpenProcess,
) -> None:
    runs, queue = process()
    run_id = begin(runs)
    queue.waiting *= 2

    queue.take_next()
    last = runs.find(run_id).last_seq
    queue.take_next()

    assert runs.find(run_id).last_seq == last


def test_a_lost_offer_is_made_again_under_a_new_lease(process: OpenProcess) -> None:
    runs, queue = process()
    run_id = begin(runs)
    queue.waiting.clear()

    eventually(lambda: queue.waiting == [Lease(run_id, 2)], LIMIT)
    queue.take_next()

    assert statuses(runs, run_id) == ["succeeded"]


def test_an_offer_whose_taker_died_before_it_began_is_made_again(process: OpenProcess) -> None:
    runs, queue = process()
    run_id = begin(runs)
    queue.at_work.add(queue.waiting.pop())

    eventually(lambda: queue.waiting == [Lease(run_id, 2)], LIMIT)

    assert queue.at_work == set()


def test_the_room_of_a_process_that_died_after_its_runs_end_is_freed(process: OpenProcess) -> None:
    runs, queue = process()
    run_id = begin(runs)
    queue.take_next()
    queue.at_work.add(Lease(run_id, 1))

    eventually(lambda: queue.at_work == set(), LIMIT)


def test_a_cancelled_run_ends_where_it_is_held_and_its_offer_is_withdrawn(
    process: OpenProcess,
) -> None:
    runs, queue = process()
    run_id = begin(runs)

    assert runs.cancel(run_id)

    eventually(lambda: statuses(runs, run_id) == ["cancelled"])
    eventually(lambda: queue.waiting == [])


def test_a_process_that_holds_as_much_as_it_may_is_full(process: OpenProcess) -> None:
    runs, queue = process()
    for _ in range(3):
        begin(runs)

    with pytest.raises(ServerFull):
        begin(runs)

    queue.take_next()
    eventually(lambda: bool(begins(runs)))


def test_a_queue_that_is_away_refuses_starts_until_it_is_back(process: OpenProcess) -> None:
    runs, queue = process()
    queue.away = True

    for _ in range(2):
        with pytest.raises(QueueFailed):
            begin(runs)
    page = runs.page(Filter(), limit=9, cursor=None)
    assert [run.error_code for run in page.runs][-1:] == ["store_failed"]

    queue.away = False
    eventually(lambda: bool(begins(runs)))


def test_what_had_begun_goes_first_and_what_had_not_keeps_its_turn(process: OpenProcess) -> None:
    first, offers = process(held_model())
    begun, held = begin(first), begin(first)
    taken = taking(offers)
    wait_for_step(first, begun, 2)
    second, queue = process()
    waits = begin(second)
    first.close(LIMIT)
    taken.join(LIMIT)

    eventually(lambda: len(queue.waiting) == 3, LIMIT)

    assert [lease.run_id for lease in queue.waiting] == [begun, held, waits]


def test_each_owner_has_a_run_begun_in_turn_whatever_process_they_ask(
    process: OpenProcess,
) -> None:
    (first, queue), (second, other) = process(room=9), process(room=9)
    alices = [begin(first, owner="alice") for _ in range(4)]
    queue.take_next()
    nobodys = [begin(first) for _ in range(2)]
    bobs = [begin(second, owner="bob") for _ in range(2)]
    fair = [alices[1], nobodys[0], bobs[0], alices[2], nobodys[1], bobs[1], alices[3]]

    told = first._dispatch.waiting() | second._dispatch.waiting()

    assert sorted(told, key=lambda run_id: told[run_id]) == fair
    assert sorted(told.values()) == list(range(1, 8))
    offered = {lease.run_id: turn for lease, turn in (queue.turns | other.turns).items()}
    # Of the same turn, the one that was offered first is taken first.
    assert sorted(fair, key=lambda run_id: (offered[run_id], run_id)) == fair


@pytest.mark.parametrize("away", [False, True])
def test_a_queued_run_of_a_stopped_process_is_given_up_by_none(
    process: OpenProcess, monkeypatch: pytest.MonkeyPatch, away: bool
) -> None:
    monkeypatch.setattr("aqumen.runs.recovery._PATIENCE_SECONDS", 0.0)
    first, offers = process()
    run_id = begin(first)
    second, queue = process(room=1 if away else 0)
    queue.away = away
    assert begins(second) is None
    first.close(LIMIT)

    sweep(second)
    queue.away = False
    queue.waiting = offers.waiting
    queue.take_next()

    assert statuses(second, run_id) == ["succeeded"]


def test_a_run_that_no_process_holds_ends_when_it_is_cancelled(
    process: OpenProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aqumen.runs.recovery._PATIENCE_SECONDS", 0.0)
    first, _ = process()
    run_id = begin(first)
    first.close(LIMIT)
    second, _ = process(room=0)

    assert second.cancel(run_id)
    sweep(second)

    eventually(lambda: second.find(run_id).error_code == "cancelled")


def test_a_run_that_no_process_holds_ends_when_it_is_late(
    process: OpenProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aqumen.runs.recovery._PATIENCE_SECONDS", 0.0)
    first, _ = process()
    run_id = begin(first)
    first.close(LIMIT)
    made_earlier(first, run_id, Limits().deadline_seconds)
    second, _ = process(room=0)

    sweep(second)

    eventually(lambda: second.find(run_id).error_code == "deadline_exceeded")


def test_a_run_that_is_taken_while_the_process_leaves_is_left(
    process: OpenProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, queue = process(held_model())
    run_id = begin(runs)
    claim, claimed, left = runs._store.claims.claim, threading.Event(), threading.Event()

    def slow(offered: Lease) -> Lease | None:
        lease = claim(offered)
        claimed.set()
        left.wait(LIMIT)
        return lease

    monkeypatch.setattr(runs._store.claims, "claim", slow)
    taken = taking(queue)
    assert claimed.wait(LIMIT)
    runs.close(0.0)
    left.set()
    taken.join(LIMIT)

    assert not taken.is_alive()
    assert runs._store.leases.stale() == {run_id: 0.0}


def test_runs_are_handed_over_even_when_the_queue_ends_badly(
    process: OpenProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, queue = process()
    run_id = begin(runs)

    def badly(_seconds: float) -> bool:
        raise QueueFailed

    monkeypatch.setattr(queue, "close", badly)
    runs.close(0.0)

    assert runs._store.leases.stale() == {run_id: 0.0}


def taking(queue: MemoryQueue) -> threading.Thread:
    """Have the first offer taken in a thread of its own, as a queue does."""
    thread = threading.Thread(target=queue.take_next, daemon=True)
    thread.start()
    return thread


def sweep(runs: Runs) -> None:
    """Look for runs without a worker: to see them first, and to have seen them for a while."""
    for _ in range(2):
        runs._recovery.sweep()


def begins(runs: Runs) -> str | None:
    try:
        return begin(runs)
    except (ServerFull, QueueFailed):
        return None
