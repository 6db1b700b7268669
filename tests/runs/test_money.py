"""A run's money counts every call that was made, also those that ended with their worker."""

import threading

import pytest

from aqumen.events import AnyEvent, Failed, Final, Queued, Step
from aqumen.models.estimate import tokens
from aqumen.models.request import Request
from aqumen.runs.limits import Limits
from aqumen.runs.runs import Runs
from fakes.eventually import eventually
from fakes.following import OpenRuns, begin, events, held_model
from fakes.models import Held, ScriptedModel
from fakes.pipelines import offline_model


def lost(runs: Runs, other: Runs, run_id: str) -> None:
    """Have another worker take a run over from one that does not know it yet."""

    def taken_over() -> bool:
        # Again where its worker has just renewed the lease.
        runs._store.leases.release()
        other._recovery.sweep()
        return other._live.get(run_id) is not None or other.find(run_id).over

    eventually(taken_over)


def final_of(told: list[AnyEvent]) -> Final:
    return next(event for event in told if isinstance(event, Final))


def calls_told(told: list[AnyEvent]) -> int:
    return sum(len(event.calls) for event in told if isinstance(event, Step))


def test_a_call_that_ended_with_its_worker_is_charged_at_its_prompt(open_runs: OpenRuns) -> None:
    model = held_model()
    runs, other = open_runs(model), open_runs()
    run_id = begin(runs)
    eventually(lambda: len(model.asked(2)) == 1)

    lost(runs, other, run_id)
    told = events(other, run_id)

    metadata, (cut,) = final_of(told).metadata, model.asked(2)
    answered = [call for event in told if isinstance(event, Step) for call in event.calls]
    assert metadata.model_calls == len(answered) + 1
    assert metadata.cost_estimated
    input_tokens = sum(call.usage.input_tokens for call in answered)
    assert metadata.usage.input_tokens == input_tokens + tokens(cut.prompt)
    row = other.find(run_id)
    assert (row.usage, row.model_calls) == (metadata.usage, metadata.model_calls)
    assert row.cost_usd == pytest.approx(metadata.cost_usd)


def test_calls_side_by_side_are_both_counted(open_runs: OpenRuns) -> None:
    model = offline_model(lambda asked: Held("so far") if asked.metadata["step"] == "6" else None)
    runs, other = open_runs(model), open_runs()
    run_id = begin(runs)
    eventually(lambda: len(model.asked(6)) == 2)

    lost(runs, other, run_id)
    told = events(other, run_id)

    assert final_of(told).metadata.model_calls == calls_told(told) + 2


def test_a_call_is_counted_once_however_many_workers_the_run_has(open_runs: OpenRuns) -> None:
    model = held_model()
    runs = open_runs(model)
    run_id = begin(runs)
    for next_model in (held_model(), offline_model()):
        eventually(lambda: len(model.asked(2)) == 1)  # noqa: B023 - called before the next
        other = open_runs(next_model)
        lost(runs, other, run_id)
        runs.close(2.0)
        runs, model = other, next_model

    told = events(runs, run_id)

    assert final_of(told).metadata.model_calls == calls_told(told) + 2


def test_a_worker_that_lost_its_run_makes_no_more_calls(open_runs: OpenRuns) -> None:
    answer = threading.Event()

    def instead(request: Request) -> None:
        if request.metadata["step"] == "1":
            assert answer.wait(5)

    model = offline_model(instead)
    runs, other = open_runs(model), open_runs()
    run_id = begin(runs)
    eventually(lambda: len(model.asked(1)) == 1)

    lost(runs, other, run_id)
    told = events(other, run_id)
    answer.set()

    eventually(lambda: runs._live.get(run_id) is None)
    assert len(model.history) == 1
    assert final_of(told).metadata.model_calls == calls_told(told) + 1
    assert len(runs.log(run_id, 0)) == len(told)


def test_a_call_that_is_cancelled_before_it_is_made_costs_nothing(open_runs: OpenRuns) -> None:
    model = offline_model()
    runs = open_runs(model)
    real = runs._store.log.append

    def append(lease, told, ledger, *read):  # type: ignore[no-untyped-def]
        stored = real(lease, told, ledger, *read)
        if ledger.spent.open:
            runs.cancel(lease.run_id)
        return stored

    runs._store.log.append = append  # type: ignore[method-assign]
    *_, last = events(runs, begin(runs))

    assert isinstance(last, Failed)
    assert (last.code, last.model_calls, last.cost_usd) == ("cancelled", 0, 0.0)
    assert model.history == []


def test_a_place_in_the_queue_leaves_the_money_of_a_run_that_was_taken_over(
    open_runs: OpenRuns,
) -> None:
    busy, model = ScriptedModel(lambda _: Held("busy")), held_model()
    runs, other = open_runs(model), open_runs(busy, Limits(concurrent_runs=1, queued_runs=5))
    begin(other, "Something else")
    eventually(lambda: len(busy.history) == 1)
    run_id = begin(runs)
    eventually(lambda: len(model.asked(2)) == 1)

    lost(runs, other, run_id)

    eventually(lambda: bool(other.told(run_id, "queued")))
    row = other.find(run_id)
    assert (row.model_calls, row.cost_estimated) == (2, True)
    assert row.cost_usd > 0
    other.cancel(run_id)
    told = events(other, run_id)
    assert [event.position for event in told if isinstance(event, Queued)] == [1]
