"""What a run tells is written in few transactions, and no later than somebody waits for it."""

import time
from collections.abc import Generator
from contextlib import closing
from typing import Any

import pytest

from aqumen.errors import LeaseLost, RunCancelled, ShuttingDown, StoreFailed
from aqumen.events import Event, Place, StepStarted, Usage
from aqumen.models.asking import RunScope
from aqumen.models.cancel import Cancel
from aqumen.models.ledger import Ledger, Opening
from aqumen.runs.driver import Driver
from aqumen.runs.live import LiveRun
from aqumen.runs.pen import Pen
from aqumen.runs.progress import Meter
from aqumen.runs.runs import Runs
from aqumen.store.records import Stored
from aqumen.store.store import Store
from fakes.eventually import eventually
from fakes.following import OpenRuns, begin, held_at
from fakes.rows import create, queued


def written(runs: Runs) -> list[list[str]]:
    """Note what is written from now on: the types of each write's events."""
    real, writes = runs._store.log.append, []

    def append(lease: Any, told: Any, ledger: Any, read: Any = lambda _: None) -> Any:
        stored = real(lease, told, ledger, read)
        writes.append([event.type for event in told])
        return stored

    runs._store.log.append = append  # type: ignore[method-assign]
    return writes


def opening(call: int) -> Opening:
    """Return a call that is about to be made."""
    return Opening(Place(step_number=1, attempt=1, answer=1, call=call), Usage(), 0.0)


def test_a_step_the_next_ones_start_and_its_call_are_one_write(open_runs: OpenRuns) -> None:
    model = held_at(3)
    runs = open_runs(model)
    writes = written(runs)

    begin(runs)
    eventually(lambda: len(model.asked(3)) == 1)

    going_on = ["step", "progress", "step_started", "progress"]
    assert writes == [["step_started", "progress"], going_on, going_on]


def test_a_step_beside_which_another_goes_on_is_written_all_the_same(open_runs: OpenRuns) -> None:
    runs = open_runs(held_at(5))

    run_id = begin(runs)

    eventually(lambda: len(runs.told(run_id, "step")) == 4)


@pytest.mark.parametrize("stopped", [RunCancelled(), ShuttingDown(), ZeroDivisionError()])
def test_what_was_told_before_a_run_ends_too_early_is_written(url: str, stopped: Exception) -> None:
    def told() -> Generator[Event]:
        yield queued()
        yield StepStarted(run_id="run-1", step_number=2, description="", model="opus", attempt=1)
        raise stopped

    with closing(Store(url)) as store:
        store.open()
        live = LiveRun(create(store), Cancel(), Ledger(), deadline=60.0)
        scope = RunScope("run-1", live.cancel, live.ledger)
        pen = Pen(store.log, live)

        Driver(pen, live, scope, Meter("run-1", 3, live.ledger)).drive(told)

        kept = [event.type for event in store.log.read("run-1", 1)]
    assert kept[:3] == ["queued", "step_started", "progress"]
    assert kept[3:] == ([] if isinstance(stopped, ShuttingDown) else ["error"])


@pytest.mark.parametrize("committed", [False, True])
def test_a_run_cancelled_while_its_store_is_away_keeps_its_step_and_once(
    url: str, monkeypatch: pytest.MonkeyPatch, *, committed: bool
) -> None:
    step = StepStarted(run_id="run-1", step_number=2, description="", model="opus", attempt=1)
    with closing(Store(url)) as store:
        store.open()
        live = LiveRun(create(store), Cancel(), Ledger(), deadline=60.0)
        pen, do = Pen(store.log, live), store.log._batches.do

        def goes_away(*asked: Any, **more: Any) -> list[Stored]:
            if committed:
                do(*asked, **more)
            raise StoreFailed

        monkeypatch.setattr(store.log._batches, "do", goes_away)
        pen.put_off([step])
        live.cancel.throw(RunCancelled())
        with pytest.raises(RunCancelled):
            pen.catch_up(live.cancel.wait)
        monkeypatch.undo()
        pen.write([queued()], live.cancel.wait)

        kept = [event.type for event in store.log.read("run-1", 1)]
    assert kept == ["step_started", "queued"]


def test_a_call_whose_time_to_be_sent_has_run_out_is_kept_anew(url: str) -> None:
    ledger, cancel = Ledger(), Cancel()
    with closing(Store(url)) as store:
        store.open()
        live = LiveRun(create(store), cancel, ledger, deadline=60.0)
        pen = Pen(store.log, live, lease_seconds=0.02)
        ledger.open(opening(call=1))
        first = pen.keep(cancel)
        eventually(lambda: time.time() > first)

        assert pen.keep(cancel) > first


def test_a_call_that_was_opened_before_another_ones_write_was_done_is_kept_with_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, cancel = Ledger(), Cancel()
    with closing(Store(url)) as store:
        store.open()
        live = LiveRun(create(store), cancel, ledger, deadline=60.0)
        pen, do = Pen(store.log, live), store.log._batches.do
        writes = 0

        def waits(*asked: Any, **more: Any) -> list[Stored]:
            nonlocal writes
            writes += 1
            ledger.open(opening(call=2))
            return do(*asked, **more)

        monkeypatch.setattr(store.log._batches, "do", waits)
        ledger.open(opening(call=1))
        pen.keep(cancel)
        pen.keep(cancel)

        assert store.log.spent("run-1").open == (opening(1), opening(2))
    assert writes == 1


def test_a_call_whose_keeping_was_stored_before_the_run_was_taken_over_is_not_made(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = StepStarted(run_id="run-1", step_number=2, description="", model="opus", attempt=1)
    ledger, cancel = Ledger(), Cancel()
    with closing(Store(url, 0.05)) as store:
        store.open()
        live = LiveRun(create(store), cancel, ledger, deadline=60.0)
        pen, do = Pen(store.log, live), store.log._batches.do

        def answers_too_late(*asked: Any, **more: Any) -> list[Stored]:
            monkeypatch.undo()
            do(*asked, **more)
            eventually(lambda: store.leases.take_over("run-1") is not None)
            raise StoreFailed

        monkeypatch.setattr(store.log._batches, "do", answers_too_late)
        pen.put_off([step])
        ledger.open(opening(call=1))

        with pytest.raises(LeaseLost):
            pen.keep(cancel)
