"""A worker may die at any moment: after each of its writes, which is all that is left of it."""

import itertools
from typing import Any

import pytest

from aqumen.errors import LeaseLost, ModelThrottled
from aqumen.events import AnyEvent, Done, Event, Final, Retry, Step, parse
from aqumen.models.ledger import Ledger
from aqumen.models.request import Request
from aqumen.runs.runs import Runs
from aqumen.store.log import Log
from aqumen.store.records import Lease, Stored
from fakes.eventually import eventually
from fakes.following import OpenRuns, begin, events
from fakes.models import ScriptedModel
from fakes.pipelines import FIRST_TIME, REJECTED_AT_7, offline_model

Place = tuple[int, int, int]


@pytest.mark.parametrize("topic", [FIRST_TIME, REJECTED_AT_7])
def test_a_run_goes_on_from_whatever_its_worker_had_written(
    open_runs: OpenRuns, monkeypatch: pytest.MonkeyPatch, topic: str
) -> None:
    models = refusing_once(), refusing_once()
    first, other = map(open_runs, models)
    for writes in itertools.count():
        for model in models:
            model.history.clear()
        monkeypatch.setattr(Log, "append", mortal(writes))

        run_id = begin(first, topic)
        eventually(lambda: first._live.get(run_id) is None)  # noqa: B023 - called before the next
        stored = answered(first, run_id)
        over = first.find(run_id).over
        first._store.leases.release()
        other._recovery.sweep()
        told = events(other, run_id)

        check(told, models)
        assert not stored & {place_of(request) for request in models[1].history}
        if over:
            break
    assert writes >= 8  # more than one a step


def refusing_once() -> ScriptedModel:
    """Return a model that throttles each run's first call of step 2 that comes to it."""
    seen: set[str] = set()

    def instead(request: Request) -> ModelThrottled | None:
        run_id = request.metadata["run"]
        if request.metadata["step"] != "2" or run_id in seen:
            return None
        seen.add(run_id)
        return ModelThrottled()

    return offline_model(instead)


APPEND = Log.append


def mortal(writes: int) -> object:
    """Return an append that does nothing more for a run's first worker after so many writes."""
    left = itertools.count(writes, -1)

    def append(
        log: Log, lease: Lease, told: list[Event], ledger: Ledger, *read: Any
    ) -> list[Stored]:
        if lease.epoch == 1 and next(left) <= 0:
            raise LeaseLost
        return APPEND(log, lease, told, ledger, *read)

    return append


def check(told: list[AnyEvent], models: tuple[ScriptedModel, ...]) -> None:
    """Fail unless a run was told without gaps, to its end, and each call was counted once.

    A worker may have noted two calls that it was just about to send.
    """
    assert [event.seq for event in told] == list(range(1, len(told) + 1))
    assert [isinstance(event, Done) for event in told].index(True) == len(told) - 1
    places = [place(event) for event in told if isinstance(event, Step)]
    assert len(set(places)) == len(places)
    final = next(event for event in told if isinstance(event, Final))
    assert final.success
    retries = [event.step_number for event in told if isinstance(event, Retry)]
    assert set(retries) == {2}
    refused = sum(bool(model.asked(2)) for model in models)
    calls = sum(len(model.history) for model in models) - refused
    assert calls <= final.metadata.model_calls <= calls + 2
    assert final.metadata.model_calls == calls or final.metadata.cost_estimated


def answered(runs: Runs, run_id: str) -> set[Place]:
    steps = map(parse, runs.told(run_id, "step"))
    return {place(step) for step in steps if isinstance(step, Step)}


def place(step: Step) -> Place:
    return step.step_number, step.attempt, step.answer


def place_of(request: Request) -> Place:
    step, attempt, answer = (int(request.metadata[name]) for name in ("step", "attempt", "answer"))
    return step, attempt, answer
