"""Forks and rejudgements whose worker is gone, and what is remembered of them by others."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from aqumen.errors import Conflict, InvalidOrder, RunNotFound, ServerFull
from aqumen.events import Check, Done, Failed, Final, Step, StepStarted
from aqumen.models.request import Request
from aqumen.runs.branches import Fork
from aqumen.runs.limits import Limits
from aqumen.runs.pool import Pool
from aqumen.runs.runs import Runs
from aqumen.steps.contract import Outcome
from aqumen.steps.error_catalog import ErrorCatalog
from aqumen.store.records import Filter, Pinned
from fakes.eventually import eventually
from fakes.following import OpenRuns, begin, events, held_at
from fakes.pipelines import CAST, FIRST_TIME, SECOND_TIME, offline_model

OTHER = "us.anthropic.claude-sonnet-4-6"


def finished(runs: Runs, topic: str = FIRST_TIME, **more: object) -> str:
    run_id = begin(runs, topic, **more)
    events(runs, run_id)
    return run_id


def left_behind(open_runs: OpenRuns, topic: str = FIRST_TIME) -> str:
    """Return a finished run whose worker is gone: it does not take over what others leave."""
    runs = open_runs()
    run_id = finished(runs, topic)
    runs.close(2.0)
    return run_id


def fork(runs: Runs, run_id: str, step: int, **more: object) -> str:
    return runs.branches.fork(run_id, Fork(step, **more), request_id=None)  # type: ignore[arg-type]


def rejudge(runs: Runs, run_id: str) -> str:
    return runs.branches.rejudge(run_id, models={}, prompt=None, request_id=None)


@pytest.mark.parametrize(("step", "held"), [(3, 3), (3, 6), (5, 5), (6, 6), (7, 7)])
def test_a_fork_goes_on_in_the_step_it_was_left_in(
    open_runs: OpenRuns, step: int, held: int
) -> None:
    parent = left_behind(open_runs, SECOND_TIME)
    first, second = held_at(held), offline_model()
    runs = open_runs(first)
    forked = fork(runs, parent, step)
    eventually(lambda: bool(first.asked(held)))
    if held == 5:
        eventually(lambda: len(runs.told(forked, "step_started")) == 9)
    runs.close(2.0)

    told = events(open_runs(second), forked)

    assert [event.seq for event in told] == list(range(1, len(told) + 1))
    assert isinstance(told[-1], Done)
    steps = [event for event in told if isinstance(event, Step)]
    assert len({(e.step_number, e.attempt, e.answer) for e in steps}) == len(steps)
    starts = [(e.step_number, e.attempt) for e in told if isinstance(e, StepStarted)]
    assert len(set(starts)) == len(starts)
    asked = {(int(r.metadata["step"]), r.metadata["attempt"]) for r in second.history}
    assert asked == {(number, "2") for number in range(held, 8)}
    reused = [event for event in steps if event.reused_from]
    assert {event.reused_from for event in reused} == {parent}
    assert not any(event.cost_usd for event in reused)


def test_a_rejudgement_goes_on_too(open_runs: OpenRuns) -> None:
    parent = left_behind(open_runs, SECOND_TIME)
    first, second = held_at(6), offline_model()
    runs = open_runs(first)
    judged = rejudge(runs, parent)
    eventually(lambda: len(first.asked(6)) == 2)
    runs.close(2.0)

    told = events(open_runs(second), judged)

    final = next(event for event in told if isinstance(event, Final))
    assert (final.stopped_at_step, final.total_attempts) == (6, 2)
    assert {request.metadata["step"] for request in second.history} == {"6"}


def test_a_fork_that_waits_for_room_is_gone_on_with_by_the_next_worker(open_runs: OpenRuns) -> None:
    parent = left_behind(open_runs)
    busy, second = held_at(1), offline_model()
    runs = open_runs(busy, Limits(concurrent_runs=1))
    blocking = begin(runs)
    eventually(lambda: bool(busy.asked(1)))
    forked = fork(runs, parent, 7, models={"strong": OTHER})
    runs.close(2.0)

    told = events(open_runs(second), forked)

    assert isinstance(told[-1], Done)
    mine = [request for request in second.history if request.metadata["run"] == forked]
    assert [(request.metadata["step"], request.model) for request in mine] == [("7", OTHER)]
    assert blocking != forked


def test_answers_that_count_differently_now_end_a_fork_and_say_so(
    open_runs: OpenRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = offline_model()
    runs = open_runs(model)
    parent = finished(runs)
    asked = len(model.history)
    monkeypatch.setattr(
        ErrorCatalog,
        "accept",
        lambda _step, _reply: Outcome((Check(name="new", passed=False),), None),
    )

    *_, last = events(runs, fork(runs, parent, 6))

    assert isinstance(last, Failed)
    assert (last.code, last.cost_usd) == ("worker_lost", 0)
    assert "version" in last.error
    assert len(model.history) == asked


def test_step_1_is_not_told_again_from_a_fork_that_reused_it(open_runs: OpenRuns) -> None:
    runs = open_runs()
    parent = finished(runs)
    forked = fork(runs, parent, 7)
    events(runs, forked)
    runs.delete(parent)
    order = {"subtopic": "Lost updates", "difficulty": "Advanced"}

    told = events(runs, begin(runs, **order))

    first = next(event for event in told if isinstance(event, Step))
    assert (first.step_number, first.reused_from, len(first.calls)) == (1, None, 1)


def test_step_1_is_told_again_from_a_fork_that_asked_for_it(open_runs: OpenRuns) -> None:
    runs = open_runs()
    parent = finished(runs)
    forked = fork(runs, parent, 1)
    events(runs, forked)

    told = events(runs, begin(runs, subtopic="Lost updates"))

    first = next(event for event in told if isinstance(event, Step))
    assert (first.reused_from, first.calls, first.cost_usd) == (forked, (), 0)


def test_step_1_of_another_model_is_not_told_again(open_runs: OpenRuns) -> None:
    runs = open_runs()
    forked = fork(runs, finished(runs, "A topic of its own"), 1, models={"strong": OTHER})
    events(runs, forked)
    pinned = runs._store.runs.pinned(forked)

    def recalled(model: str) -> bool:
        models = {**CAST.ids(), "strong": model}
        wanted = Pinned("full", pinned.order, models, pinned.prompts, simulated=True)
        found = runs._store.runs.categories(wanted, since=0.0) or ""
        return f'"run_id":"{forked}"' in found

    assert recalled(OTHER)
    assert not recalled(CAST.strong)


def test_a_fork_from_step_1_asks_for_it_although_it_might_be_told_again(
    open_runs: OpenRuns,
) -> None:
    model = offline_model()
    runs = open_runs(model)
    parent = finished(runs, subtopic="Lost updates")
    before = len(model.asked(1))

    events(runs, fork(runs, parent, 1))

    assert len(model.asked(1)) == before + 1


def test_a_step_1_that_was_told_again_is_reused_without_a_call(open_runs: OpenRuns) -> None:
    model = offline_model()
    runs = open_runs(model)
    origin = finished(runs)
    parent = finished(runs, subtopic="Lost updates")

    told = events(runs, fork(runs, parent, 2))

    first = next(event for event in told if isinstance(event, Step))
    assert (first.reused_from, first.calls) == (origin, ())
    assert len(model.asked(1)) == 1


@pytest.mark.parametrize(
    "ask", [lambda runs, run_id: fork(runs, run_id, 7), rejudge], ids=["fork", "rejudge"]
)
def test_a_parent_that_goes_before_its_log_is_read_is_not_found(
    open_runs: OpenRuns,
    monkeypatch: pytest.MonkeyPatch,
    ask: Callable[[Runs, str], str],
) -> None:
    runs = open_runs()
    parent = finished(runs)
    read = runs._store.log.of_type

    def of_what_is_left(run_id: str, *types: str) -> list[str]:
        runs.delete(run_id)
        return read(run_id, *types)

    monkeypatch.setattr(runs._store.log, "of_type", of_what_is_left)

    with pytest.raises(RunNotFound):
        ask(runs, parent)


def test_a_parent_that_goes_while_it_is_forked_leaves_nothing_behind(
    open_runs: OpenRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = open_runs()
    parent = finished(runs)
    read = runs._store.log.of_type

    def then_deleted(run_id: str, *types: str) -> list[str]:
        told = read(run_id, *types)
        runs.delete(run_id)
        return told

    monkeypatch.setattr(runs._store.log, "of_type", then_deleted)

    with pytest.raises(RunNotFound):
        fork(runs, parent, 7)

    assert isinstance(runs._dispatch, Pool)
    assert runs._dispatch._taken == 0


def test_a_simulated_answer_does_not_come_into_a_real_run(open_runs: OpenRuns) -> None:
    runs = open_runs()
    parent = finished(runs)
    runs.branches._house = replace(runs.branches._house, simulated=False)

    with pytest.raises(Conflict, match="simulated"):
        fork(runs, parent, 7)


def test_a_full_server_makes_no_fork(open_runs: OpenRuns) -> None:
    parent = left_behind(open_runs)
    busy = held_at(1)
    runs = open_runs(busy, Limits(concurrent_runs=1, queued_runs=0))
    begin(runs)

    with pytest.raises(ServerFull):
        fork(runs, parent, 7)

    assert runs.page(Filter(parent=parent), limit=9, cursor=None).runs == ()


def test_a_fork_past_its_deadline_asks_nobody(open_runs: OpenRuns) -> None:
    model = offline_model()
    runs = open_runs(model)
    parent = finished(runs)
    asked = len(model.history)
    late = open_runs(model, Limits(deadline_seconds=0.0))

    *_, last = events(late, fork(late, parent, 6))

    assert isinstance(last, Failed)
    assert (last.code, last.model_calls) == ("deadline_exceeded", 0)
    assert len(model.history) == asked


def useless(request: Request) -> str | None:
    """Leave step 4 of the first attempt without an answer that is of use."""
    here = (request.metadata["step"], request.metadata["attempt"])
    return "nothing" if here == ("4", "1") else None


def test_an_attempt_that_was_rejected_is_told_again_as_such(open_runs: OpenRuns) -> None:
    model = offline_model(useless)
    runs = open_runs(model)
    parent = finished(runs)
    asked = len(model.history)

    told = events(runs, fork(runs, parent, 6))

    final = next(event for event in told if isinstance(event, Final))
    assert (final.success, final.total_attempts) == (True, 2)
    assert len(model.history) - asked == 3


def test_a_step_without_an_answer_cannot_be_reused(open_runs: OpenRuns) -> None:
    runs = open_runs(held_at(4))
    parent = begin(runs)
    eventually(lambda: len(runs.told(parent, "step")) == 4)
    runs.cancel(parent)
    events(runs, parent)

    with pytest.raises(InvalidOrder, match="Step 4 has no accepted answer there"):
        fork(runs, parent, 5)


def imported(runs: Runs, strong: str) -> str:
    """Keep a finished run as one from another database, whose models were ARNs; return its id."""
    run_id = finished(runs)
    whole = runs.whole(run_id)
    models = {role: f"inference-profile/{id_}" for role, id_ in whole.run.models.items()}
    record = whole.run.model_copy(update={"models": models | {"strong": strong}})
    runs.delete(run_id)
    assert runs._store.shelf.put(replace(whole, run=record))
    return run_id


def test_a_fork_of_an_import_asks_by_ids_that_can_be_asked(open_runs: OpenRuns) -> None:
    model = offline_model()
    runs = open_runs(model)
    told = runs.branches.fork(imported(runs, f"foundation-model/{OTHER}"), Fork(7), request_id=None)
    events(runs, told)

    assert model.asked(7)[-1].model == OTHER
    assert runs.find(told).models["weak"] == CAST.weak


def test_a_fork_of_an_import_needs_a_model_in_place_of_another_accounts(
    open_runs: OpenRuns,
) -> None:
    runs = open_runs()
    parent = imported(runs, "application-inference-profile/a1b2c3")

    with pytest.raises(InvalidOrder, match="imported without the AWS account") as refused:
        fork(runs, parent, 7)

    assert refused.value.field == "models.strong"
    assert isinstance(events(runs, fork(runs, parent, 7, models={"strong": OTHER}))[-1], Done)
    assert isinstance(events(runs, rejudge(runs, parent))[-1], Done)
