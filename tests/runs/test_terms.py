"""A run is held to the limits it was made with, whoever goes on with it and under what settings."""

import json
import threading

import pytest
from sqlalchemy import text

from aqumen.events import AnyEvent, Done, Failed
from aqumen.models.request import Request
from aqumen.runs.branches import Fork
from aqumen.runs.limits import Limits
from aqumen.runs.purses import Caps
from aqumen.runs.runs import Runs
from fakes.eventually import eventually
from fakes.following import OpenRuns, begin, change, events, held_at, made_earlier
from fakes.models import ScriptedModel
from fakes.pipelines import offline_model
from fakes.postgres import on_both

TIGHT = Limits(calls_per_run=1, deadline_seconds=1.0, caps=Caps(run=0.0001))
WIDE = Limits(calls_per_run=2, deadline_seconds=3600.0)


def left_under(open_runs: OpenRuns, limits: Limits) -> tuple[Runs, str]:
    """Have a run wait in step 2, and its worker go."""
    model = held_at(2)
    runs = open_runs(model, limits)
    run_id = begin(runs)
    eventually(lambda: bool(model.asked(2)))
    runs.close(2.0)
    return runs, run_id


def both_at_once() -> ScriptedModel:
    """Return a model whose answers of steps 4 and 5 come when both are asked for."""
    asked = threading.Barrier(2)

    def instead(request: Request) -> None:
        if request.metadata["step"] in ("4", "5"):
            asked.wait(5)

    return offline_model(instead)


def code_of(told: list[AnyEvent]) -> str:
    last = told[-1]
    assert isinstance(last, Done | Failed)
    return last.code if isinstance(last, Failed) else "done"


@on_both
def test_a_run_goes_on_as_it_was_made_where_less_is_allowed_now(open_runs: OpenRuns) -> None:
    first, run_id = left_under(open_runs, WIDE)
    made_earlier(first, run_id, 60.0)

    told = events(open_runs(both_at_once(), TIGHT), run_id)

    assert code_of(told) == "done"


@on_both
def test_a_run_is_not_let_off_its_deadline_where_more_time_is_given_now(
    open_runs: OpenRuns,
) -> None:
    first, run_id = left_under(open_runs, Limits(deadline_seconds=600.0))
    made_earlier(first, run_id, 601.0)
    second = offline_model()

    told = events(open_runs(second, WIDE), run_id)

    assert code_of(told) == "deadline_exceeded"
    assert not second.history


def test_a_run_keeps_its_cap_in_dollars_where_there_is_none_now(open_runs: OpenRuns) -> None:
    _, run_id = left_under(open_runs, Limits(caps=Caps(run=0.2)))

    told = events(open_runs(limits=WIDE), run_id)

    assert code_of(told) == "budget_spent"


def test_a_run_asks_no_more_at_once_where_more_is_allowed_now(open_runs: OpenRuns) -> None:
    _, run_id = left_under(open_runs, Limits(calls_per_run=1))
    open_now, most = threading.Semaphore(1), []

    def instead(request: Request) -> None:
        if request.metadata["step"] in ("4", "5"):
            most.append(open_now.acquire(blocking=False))
            # Whoever else may come, comes meanwhile.
            threading.Event().wait(0.1)
            open_now.release()

    assert code_of(events(open_runs(offline_model(instead), WIDE), run_id)) == "done"
    assert most == [True, True]


def test_a_run_of_a_release_that_kept_no_terms_is_held_to_todays(open_runs: OpenRuns) -> None:
    first, run_id = left_under(open_runs, WIDE)
    change(first, run_id, terms=None)
    made_earlier(first, run_id, 60.0)

    assert code_of(events(open_runs(limits=TIGHT), run_id)) == "deadline_exceeded"


@pytest.mark.parametrize(
    "kept", ["a word", {"deadline": 60}, {"calls_at_once": 0, "deadline_seconds": 600}]
)
def test_a_run_whose_terms_another_release_wrote_is_held_to_todays(
    open_runs: OpenRuns, caplog: pytest.LogCaptureFixture, kept: object
) -> None:
    first, run_id = left_under(open_runs, WIDE)
    with first._store._database.write() as connection:
        values = {"terms": json.dumps(kept), "run": run_id}
        connection.execute(text("UPDATE runs SET terms = :terms WHERE id = :run"), values)
    made_earlier(first, run_id, 60.0)

    assert code_of(events(open_runs(limits=TIGHT), run_id)) == "deadline_exceeded"
    assert "terms cannot be read" in caplog.text


@pytest.mark.parametrize(("age", "code"), [(601.0, "deadline_exceeded"), (61.0, "worker_lost")])
def test_a_run_that_nobody_has_room_for_is_late_by_its_own_deadline(
    open_runs: OpenRuns, monkeypatch: pytest.MonkeyPatch, age: float, code: str
) -> None:
    monkeypatch.setattr("aqumen.runs.recovery._PATIENCE_SECONDS", 0.0)
    full = open_runs(held_at(1), Limits(concurrent_runs=1, queued_runs=0, deadline_seconds=60.0))
    begin(full, "Something else")
    first, run_id = left_under(open_runs, Limits(deadline_seconds=600.0))
    made_earlier(first, run_id, age)

    full._recovery.sweep()

    eventually(lambda: full.find(run_id).over)
    assert full.find(run_id).error_code == code


def test_a_fork_is_a_new_run_and_held_to_todays_terms(open_runs: OpenRuns) -> None:
    runs = open_runs(limits=WIDE)
    parent = begin(runs)
    events(runs, parent)
    today = Limits(deadline_seconds=77.0)
    other = open_runs(limits=today)

    fork = other.branches.fork(parent, Fork(7), request_id=None)

    assert other._store.runs.pinned(fork).terms == today.terms("single-sample")
    assert other._store.runs.pinned(parent).terms == WIDE.terms("single-sample")
