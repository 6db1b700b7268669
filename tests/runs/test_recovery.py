"""A run whose worker is gone is gone on with from its log: nothing is asked or told twice."""

import time
from collections import Counter

import pytest

from aqumen.errors import StoreFailed
from aqumen.events import AnyEvent, Check, Done, Failed, Final, Progress, Step, StepStarted
from aqumen.models.request import Request
from aqumen.pipeline.cast import Cast
from aqumen.runs.driver import Driver
from aqumen.runs.keeper import _TICK_SECONDS
from aqumen.runs.limits import Limits
from aqumen.runs.recovery import _PATIENCE_SECONDS
from aqumen.runs.runs import Runs
from aqumen.settings import Settings
from aqumen.steps.contract import Outcome
from aqumen.steps.error_catalog import ErrorCatalog
from aqumen.store.records import Edit, Pinned
from aqumen.store.runs import RunTable
from aqumen.templates import Prompts
from fakes.eventually import eventually
from fakes.following import OpenRuns, begin, events
from fakes.models import Held, ScriptedModel
from fakes.pipelines import CAST, FIRST_TIME, NEVER, REJECTED_AT_7, SECOND_TIME, offline_model
from fakes.postgres import on_both

OTHERS = Cast(strong=CAST.weak, mid=CAST.strong, weak=CAST.mid, judge=CAST.weak)


def held_at(step: int, attempt: int = 1, answer: int = 1) -> ScriptedModel:
    """Answers all that comes before one answer, which hangs until it is cancelled."""
    where = {"step": str(step), "attempt": str(attempt), "answer": str(answer)}

    def instead(request: Request) -> Held | None:
        here = {name: request.metadata[name] for name in where} == where
        return Held("So far") if here else None

    return offline_model(instead)


def left_at(runs: Runs, model: ScriptedModel, topic: str, step: int, times: int = 1) -> str:
    """Start a run, wait until it hangs at a step, and close its worker."""
    run_id = begin(runs, topic)
    eventually(lambda: len(model.asked(step)) >= times)
    if step in (4, 5):
        eventually(lambda: len(steps_told(runs, run_id)) == 4)
    runs.close(2.0)
    return run_id


def steps_told(runs: Runs, run_id: str) -> list[str]:
    return runs.told(run_id, "step")


def check_whole(told: list[AnyEvent]) -> None:
    """Fail unless a run was told once, without gaps, to one end."""
    assert [event.seq for event in told] == list(range(1, len(told) + 1))
    assert [isinstance(event, Done | Failed) for event in told].index(True) == len(told) - 1
    steps = Counter((e.step_number, e.attempt, e.answer) for e in told if isinstance(e, Step))
    starts = Counter((e.step_number, e.attempt) for e in told if isinstance(e, StepStarted))
    assert set(steps.values()) | set(starts.values()) == {1}
    percents = [event.percent for event in told if isinstance(event, Progress)]
    assert percents == sorted(percents)


@pytest.mark.parametrize("step", [1, 2, 3, 4, 5, 6, 7])
def test_a_run_goes_on_in_the_step_it_was_left_in(open_runs: OpenRuns, step: int) -> None:
    first, second = held_at(step), offline_model()
    run_id = left_at(open_runs(first), first, FIRST_TIME, step)

    told = events(open_runs(second), run_id)

    check_whole(told)
    assert isinstance(told[-1], Done)
    answered = {number for number in range(1, step) if number != 4 or step > 5}
    assert not {int(asked.metadata["step"]) for asked in second.history} & answered
    final = next(event for event in told if isinstance(event, Final))
    assert final.success
    assert final.metadata.model_calls >= 8


def test_it_ends_as_it_would_have_without_the_change_of_workers(open_runs: OpenRuns) -> None:
    first, second = held_at(5, attempt=2), offline_model()
    runs = open_runs(first)
    run_id = begin(runs, SECOND_TIME)
    eventually(lambda: len(first.asked(5)) == 2)
    runs.close(2.0)

    told = events(open_runs(second), run_id)

    check_whole(told)
    final = next(event for event in told if isinstance(event, Final))
    assert (final.success, final.total_attempts) == (True, 2)
    assert not second.asked(3)


def test_a_run_keeps_to_its_prompts_and_models_when_others_are_deployed(
    open_runs: OpenRuns,
) -> None:
    first, second = held_at(2), offline_model()
    runs = open_runs(first)
    run_id = begin(runs)
    eventually(lambda: bool(first.asked(2)))
    for name, text in Prompts.shipped().texts.items():
        runs.prompt_book.save(Edit(name, f"{text} Be brief.", None, None), based_on=None)
    runs.close(2.0)

    told = events(open_runs(second, cast=OTHERS), run_id)

    assert isinstance(told[-1], Done)
    assert second.asked(2)[0].prompt == first.asked(2)[0].prompt
    models = [second.asked(step)[0].model for step in (2, 4, 5, 6)]
    assert models == [CAST.strong, CAST.mid, CAST.weak, CAST.judge]
    assert not [asked for asked in second.history if "Be brief." in asked.prompt]


def test_a_run_keeps_to_what_was_ordered_when_other_limits_are_deployed(
    open_runs: OpenRuns,
) -> None:
    first, second = held_at(5, attempt=2), offline_model()
    runs = open_runs(first)
    run_id = begin(runs, NEVER, max_attempts=2)
    eventually(lambda: len(first.asked(5)) == 2)
    runs.close(2.0)

    other = Limits(concurrent_runs=1, queued_runs=0, calls_per_run=1, deadline_seconds=300)
    told = events(open_runs(second, other), run_id)

    check_whole(told)
    final = next(event for event in told if isinstance(event, Final))
    assert (final.success, final.total_attempts) == (False, 2)
    assert {asked.metadata["attempt"] for asked in second.history} == {"2"}


def test_a_rejected_answer_is_remembered_with_what_was_wrong(open_runs: OpenRuns) -> None:
    first, second = held_at(7, answer=2), offline_model()
    run_id = left_at(open_runs(first), first, REJECTED_AT_7, 7, times=2)

    told = events(open_runs(second), run_id)

    check_whole(told)
    (again,) = second.asked(7)
    assert again.prompt == first.asked(7)[1].prompt
    assert [e.success for e in told if isinstance(e, Step) and e.step_number == 7] == [False, True]


def test_what_was_spent_before_is_part_of_the_sum(open_runs: OpenRuns) -> None:
    first = held_at(7)
    run_id = left_at(open_runs(first), first, FIRST_TIME, 7)

    told = events(open_runs(), run_id)

    final = next(event for event in told if isinstance(event, Final))
    of_steps = sum(event.cost_usd for event in told if isinstance(event, Step))
    assert final.metadata.cost_usd > of_steps  # the call that was cut off was paid for too
    assert final.metadata.cost_estimated


@on_both
def test_it_may_change_workers_at_every_step(open_runs: OpenRuns) -> None:
    models = {step: held_at(step) for step in (1, 2, 3, 5, 6, 7)}
    run_id = ""
    for step, model in models.items():
        runs = open_runs(model)
        run_id = run_id or begin(runs)
        eventually(lambda: bool(model.asked(step)), 10)  # noqa: B023 - called before the next
        runs.close(2.0)

    told = events(open_runs(), run_id)

    check_whole(told)
    assert isinstance(told[-1], Done)


@on_both
def test_a_worker_that_is_not_heard_of_is_replaced(
    open_runs: OpenRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = held_at(2), offline_model()
    runs, other = open_runs(first), open_runs(second)
    run_id = begin(runs)
    eventually(lambda: len(first.asked(2)) == 1)
    monkeypatch.setattr(runs._keeper, "_renew", lambda _driven: None)
    real = time.time
    monkeypatch.setattr("aqumen.store.leases.time.time", lambda: real() + 60)
    other._recovery.sweep()
    other._recovery.sweep()

    told = events(other, run_id)

    check_whole(told)
    final = next(event for event in told if isinstance(event, Final))
    assert final.metadata.cost_estimated
    assert not second.asked(1)


def test_a_run_that_nobody_can_go_on_with_ends_in_worker_lost(
    open_runs: OpenRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = held_at(2)
    run_id = left_at(open_runs(first), first, FIRST_TIME, 2)
    monkeypatch.setattr("aqumen.runs.recovery._MOST_WORKERS", 1)

    *_, last = events(open_runs(), run_id)

    assert isinstance(last, Failed)
    assert (last.code, last.step_number) == ("worker_lost", 2)
    assert (last.model_calls, last.cost_estimated) == (2, True)
    assert last.cost_usd > 0


def test_a_simulated_run_is_not_gone_on_with_on_real_models(open_runs: OpenRuns) -> None:
    first, second = held_at(2), offline_model()
    run_id = left_at(open_runs(first), first, FIRST_TIME, 2)

    *_, last = events(open_runs(second, simulated=False), run_id)

    assert isinstance(last, Failed)
    assert (last.code, last.model_calls) == ("worker_lost", 2)
    assert second.history == []


def test_a_run_is_given_up_within_90_seconds_of_its_workers_last_word(open_runs: OpenRuns) -> None:
    lease_seconds = Settings.model_fields["lease_seconds"].default
    pause = open_runs(lease_seconds=lease_seconds)._recovery.pause_seconds

    # Stale; seen twice; then out of patience at a third look; each up to a tick late.
    assert lease_seconds + 2 * pause + _PATIENCE_SECONDS + pause + 4 * _TICK_SECONDS <= 90


def test_a_takeover_that_fails_half_way_costs_neither_the_run_nor_a_place(
    open_runs: OpenRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = held_at(2)
    run_id = left_at(open_runs(first), first, FIRST_TIME, 2)
    real = RunTable.pinned
    failed: list[str] = []

    def pinned(table: RunTable, wanted: str) -> Pinned:
        if not failed:
            failed.append(wanted)
            raise StoreFailed
        return real(table, wanted)

    monkeypatch.setattr(RunTable, "pinned", pinned)
    other = open_runs(limits=Limits(concurrent_runs=1, queued_runs=0), lease_seconds=1.0)
    eventually(lambda: bool(failed))
    for _ in range(3):  # two to believe it, and the sweep of its own may come between
        eventually(lambda: run_id in other._store.leases.stale() or other.find(run_id).over)
        other._recovery.sweep()

    told = events(other, run_id)

    check_whole(told)
    assert isinstance(told[-1], Done)


def test_a_run_waits_for_a_worker_with_room_and_not_for_ever(
    open_runs: OpenRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = held_at(2)
    run_id = left_at(open_runs(first), first, FIRST_TIME, 2)
    busy = held_at(1)
    full = open_runs(busy, Limits(concurrent_runs=1, queued_runs=0))
    begin(full, "Something else")
    full._recovery.sweep()
    assert not full.find(run_id).over

    monkeypatch.setattr("aqumen.runs.recovery._PATIENCE_SECONDS", 0.0)
    full._recovery.sweep()

    eventually(lambda: full.find(run_id).error_code == "worker_lost")


@on_both
def test_a_cancel_outlives_the_process_that_was_asked(
    open_runs: OpenRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = held_at(2)
    runs = open_runs(first)
    run_id = begin(runs)
    eventually(lambda: len(first.asked(2)) == 1)
    monkeypatch.setattr(Driver, "fail", lambda _driver, _error: None)  # as if it died just then
    assert runs.cancel(run_id)
    runs.close(2.0)
    monkeypatch.undo()

    *_, last = events(open_runs(), run_id)

    assert isinstance(last, Failed)
    assert last.code == "cancelled"


def test_an_answer_that_counts_differently_now_ends_the_run(
    open_runs: OpenRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = held_at(3), offline_model()
    run_id = left_at(open_runs(first), first, FIRST_TIME, 3)
    monkeypatch.setattr(
        ErrorCatalog,
        "accept",
        lambda _step, _reply: Outcome((Check(name="new", passed=False),), None),
    )

    told = events(open_runs(second), run_id)

    assert isinstance(told[-1], Failed)
    assert told[-1].code == "worker_lost"
    assert not second.history


def test_an_attempt_that_was_over_is_not_asked_again_beside_its_end(open_runs: OpenRuns) -> None:
    def useless(request: Request) -> str | Held | None:
        where = (request.metadata["step"], request.metadata["attempt"])
        if where == ("4", "1"):
            return Held("So far")
        if where == ("3", "2"):
            return Held("So far")
        return "nothing" if where == ("5", "1") else None

    first, second = offline_model(useless), offline_model()
    runs = open_runs(first)
    run_id = begin(runs)
    eventually(lambda: len(first.asked(3)) == 2)
    runs.close(2.0)

    told = events(open_runs(second), run_id)

    check_whole(told)
    assert {asked.metadata["attempt"] for asked in second.asked(4)} == {"2"}
    final = next(event for event in told if isinstance(event, Final))
    assert (final.success, final.total_attempts) == (True, 2)
