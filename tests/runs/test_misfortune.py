"""What happens to runs when their worker, their machine or their readers fail."""

import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from aqumen.errors import (
    AccessDenied,
    AqumenError,
    ModelBroke,
    ServerFull,
    StoreFailed,
    StoreRefused,
)
from aqumen.events import Done, Failed, Retry, Step
from aqumen.models.request import Request
from aqumen.order import Order
from aqumen.runs.limits import Limits
from aqumen.store.records import Filter, Lease, Pinned, Stored
from aqumen.templates import Prompts
from fakes.eventually import eventually
from fakes.following import (
    OpenRuns,
    begin,
    events,
    heard,
    held_at,
    held_model,
    wait_for_step,
)
from fakes.models import Held
from fakes.pipelines import CAST, FIRST_TIME, offline_model
from fakes.postgres import on_both


def test_a_failure_names_the_step_it_happened_in(open_runs: OpenRuns) -> None:
    runs = open_runs(
        offline_model(lambda request: AccessDenied() if request.metadata["step"] == "4" else None)
    )

    *_, last = events(runs, begin(runs))

    assert isinstance(last, Failed)
    assert last.step_number == 4


@pytest.mark.parametrize("calls", [1, 2])
def test_a_run_that_is_late_names_the_step_it_waits_for(open_runs: OpenRuns, calls: int) -> None:
    """With two calls at once step 5 has begun later, and is over."""
    runs = open_runs(held_at(4), Limits(calls_per_run=calls, deadline_seconds=1.5))

    *before, last = events(runs, begin(runs))

    assert isinstance(last, Failed)
    assert (last.code, last.step_number) == ("deadline_exceeded", 4)
    assert (5 in {e.step_number for e in before if isinstance(e, Step)}) is (calls == 2)


def test_a_failure_that_stops_a_call_beside_it_keeps_its_own_step(open_runs: OpenRuns) -> None:
    beside = threading.Event()

    def instead(request: Request) -> AqumenError | Held | None:
        if request.metadata["step"] == "4":
            assert beside.wait(5)
            return ModelBroke()
        if request.metadata["step"] == "5":
            beside.set()
            return Held("so far")
        return None

    runs = open_runs(offline_model(instead))

    told = events(runs, begin(runs))

    assert isinstance(told[-1], Failed)
    assert told[-1].step_number == 4
    assert {event.step_number for event in told if isinstance(event, Retry)} == {4}


@pytest.mark.parametrize("fails", [1, 30])
def test_a_run_that_was_stopped_has_its_last_word_when_the_store_answers_again(
    open_runs: OpenRuns, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    monkeypatch.setattr("aqumen.runs.pen._PAUSES", (0.01, 0.01, 0.01))
    runs = open_runs(held_model())
    run_id = begin(runs)
    wait_for_step(runs, run_id, 2)
    real = runs._store.log.append
    failed: list[tuple[Any, ...]] = []

    def append(*told: Any) -> list[Stored]:
        if len(failed) < fails:
            failed.append(told)
            raise StoreFailed
        return real(*told)

    monkeypatch.setattr(runs._store.log, "append", append)
    runs.cancel(run_id)

    *_, last = events(runs, run_id)
    assert isinstance(last, Failed)
    assert last.code == "cancelled"
    assert len(failed) == fails


def test_what_the_store_refuses_is_not_tried_again(
    open_runs: OpenRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = open_runs()
    real = runs._store.log.append
    refused: list[tuple[Any, ...]] = []

    def append(*told: Any) -> list[Stored]:
        if not refused:
            refused.append(told)
            raise StoreRefused
        return real(*told)

    monkeypatch.setattr(runs._store.log, "append", append)

    *_, last = events(runs, begin(runs))
    assert isinstance(last, Failed)
    assert (last.code, last.retryable) == ("store_failed", False)


def test_a_store_that_is_away_when_a_run_begins_costs_no_run(
    open_runs: OpenRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aqumen.runs.pen._PAUSES", (0.01, 0.01, 0.01))
    runs = open_runs()
    real = runs._store.runs.started
    failed: list[Lease] = []

    def started(lease: Lease) -> None:
        if not failed:
            failed.append(lease)
            raise StoreFailed
        real(lease)

    monkeypatch.setattr(runs._store.runs, "started", started)

    assert isinstance(events(runs, begin(runs))[-1], Done)
    assert failed


@on_both
def test_a_run_left_behind_whose_end_was_asked_for_is_cancelled(open_runs: OpenRuns) -> None:
    runs, other = open_runs(held_model()), open_runs()
    run_id = begin(runs)
    wait_for_step(runs, run_id, 2)

    asked = [other.cancel(run_id), other.cancel(run_id)]
    runs._store.leases.release()
    other._recovery.sweep()

    assert asked == [True, False]
    eventually(lambda: other.find(run_id).status == "cancelled")


@on_both
def test_a_clock_put_forward_ends_no_run_that_is_driven_here(
    open_runs: OpenRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = open_runs(held_model())
    run_id = begin(runs)
    wait_for_step(runs, run_id, 2)

    real = time.time
    monkeypatch.setattr("aqumen.store.leases.time.time", lambda: real() + 3600)
    runs._recovery.sweep()

    assert not runs.find(run_id).over


@on_both
def test_a_worker_that_lost_its_lease_cuts_its_model_call(open_runs: OpenRuns) -> None:
    model = held_model()
    runs, other = open_runs(model, lease_seconds=2.0), open_runs()
    run_id = begin(runs)
    eventually(lambda: len(model.asked(2)) == 1)
    live = runs._live.get(run_id)
    assert live is not None

    def is_ended_by_the_other() -> bool:
        # Again each time: its worker may take the run back itself between the two.
        runs._store.leases.release()
        other._recovery.sweep()
        return not runs._store.log.is_open(run_id)

    eventually(is_ended_by_the_other)
    eventually(lambda: live.cancel.error is not None)
    assert live.cancel.error is not None
    assert live.cancel.error.code == "lease_lost"
    told = events(runs, run_id)
    assert [event.seq for event in told] == list(range(1, len(told) + 1))
    assert isinstance(told[-1], Done)


def test_a_machine_without_threads_refuses_and_keeps_its_places(
    open_runs: OpenRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = open_runs(limits=Limits(concurrent_runs=2, queued_runs=0))

    class NoThread:
        def __init__(self, **_anything: object) -> None:
            pass

        def start(self) -> None:
            raise RuntimeError("can't start new thread")

    with monkeypatch.context() as without:
        without.setattr("aqumen.runs.pool.threading.Thread", NoThread)
        for _ in range(3):
            with pytest.raises(ServerFull):
                begin(runs)

    for run in runs.page(Filter(("full",)), limit=9, cursor=None).runs:
        assert (run.status, run.error_code) == ("failed", "server_full")
    assert isinstance(events(runs, begin(runs))[-1], Done)


def test_a_stream_that_became_a_script_needs_no_watcher_any_more(open_runs: OpenRuns) -> None:
    runs = open_runs(held_model(), Limits(grace_seconds=1.0))
    run_id = begin(runs, request_id="request-1", needs_watcher=True)

    assert begin(runs, request_id="request-1") == run_id

    time.sleep(1.5)  # longer than the grace time: what must not happen has no condition
    assert not runs.find(run_id).over


@on_both
def test_a_reader_of_a_deleted_run_is_let_go(open_runs: OpenRuns) -> None:
    runs, other = open_runs(held_model()), open_runs()
    run_id = begin(runs)
    wait_for_step(runs, run_id, 2)
    runs.cancel(run_id)
    eventually(lambda: runs.find(run_id).over)
    last = runs.find(run_id).last_seq
    runs.delete(run_id)

    assert heard(other, run_id, after=last, seconds=3) == []


def test_a_simulated_step_1_is_not_told_in_a_real_run(open_runs: OpenRuns) -> None:
    runs = open_runs()
    events(runs, begin(runs))
    order, prompts = Order(topic=FIRST_TIME), Prompts.shipped()
    real = Pinned("full", order, CAST.ids(), prompts, simulated=False)

    assert runs._store.runs.categories(real, since=0.0) is None
    assert runs._store.runs.categories(replace(real, simulated=True), since=0.0) is not None
