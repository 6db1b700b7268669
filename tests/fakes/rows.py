"""Runs and events for a store to keep."""

from aqumen.events import Done, Failed, Final, Metadata, Queued, Start, Usage
from aqumen.order import Order
from aqumen.store.records import Lease, NewRun, Pinned
from aqumen.store.store import Store
from aqumen.templates import Prompts

PROMPTS = Prompts({"difficulty_categories": "List {{topic}}", "error_catalog": "Name {{topic}}"})


def new_run(store: Store, run_id: str = "run-1", topic: str = "loops", **more: object) -> NewRun:
    pinned = Pinned(
        kind=more.pop("kind", "full"),  # type: ignore[arg-type]
        order=Order(topic=topic),
        models={"strong": "opus"},
        prompts=PROMPTS,
        simulated=True,
        branch=more.pop("branch", None),  # type: ignore[arg-type]
    )
    fields: dict[str, object] = {"worker": store.leases.worker, "needs_watcher": True}
    return NewRun(run_id, pinned, **{**fields, **more})  # type: ignore[arg-type]


def start_of(new: NewRun) -> Start:
    topic = new.pinned.order.topic
    return Start(run_id=new.id, topic=topic, max_attempts=3, rigor="single-sample", simulated=True)


def create(store: Store, run_id: str = "run-1", **more: object) -> Lease:
    new = new_run(store, run_id, **more)  # type: ignore[arg-type]
    created = store.runs.create(new, start_of(new), store.leases.until())
    assert not isinstance(created, str)
    return created[0]


def queued(run_id: str = "run-1", position: int = 1) -> Queued:
    return Queued(run_id=run_id, position=position)


def failed(code: str = "cancelled") -> Failed:
    ended = {"run_id": "run-1", "code": code, "error": "It ended.", "retryable": False}
    spent = {"usage": Usage(), "cost_usd": 0.0, "cost_estimated": False, "model_calls": 0}
    return Failed.model_validate({**ended, **spent, "step_number": 2})


def ended(*, success: bool = False) -> list[Final | Done]:
    metadata = Metadata(
        topic="loops",
        subtopic="early exits",
        difficulty="Beginner",
        weak_model_failures=(),
        evidence=None,
        simulated=True,
        usage=Usage(),
        cost_usd=0.0,
        cost_estimated=False,
        model_calls=0,
        duration_seconds=1.0,
    )
    final = Final(
        run_id="run-1",
        success=success,
        differentiation_achieved=False,
        total_attempts=2,
        stopped_at_step=6,
        assessment=None,
        reason="Both avoided everything.",
        error="Both avoided everything.",
        metadata=metadata,
    )
    return [final, Done(run_id="run-1", total_duration_seconds=1.0)]
