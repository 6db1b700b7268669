"""Follow a run from a test that is not asynchronous."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing

from sqlalchemy import update

from aqumen.events import AnyEvent, parse
from aqumen.order import Order
from aqumen.runs.admission import Starter
from aqumen.runs.runs import Runs
from aqumen.runs.tail import Heard
from aqumen.store.records import Stored
from aqumen.store.tables import runs as runs_table

from .eventually import eventually
from .models import Held, ScriptedModel
from .pipelines import FIRST_TIME, offline_model

OpenRuns = Callable[..., Runs]
"""Opens a worker's runs: a model, limits, and what the store takes."""


def heard(
    runs: Runs, run_id: str, after: int = 0, *, deltas: bool = False, seconds: float = 20.0
) -> list[Heard]:
    """Return all that a reader hears until the run's end."""

    async def follow() -> list[Heard]:
        async with asyncio.timeout(seconds):
            async with aclosing(runs.follow(run_id, after, deltas=deltas)) as told:
                return [item async for items in told for item in items]

    return asyncio.run(follow())


def events(runs: Runs, run_id: str, after: int = 0) -> list[AnyEvent]:
    """Return the events a reader gets until the run's end."""
    return [parse(item.data) for item in heard(runs, run_id, after) if isinstance(item, Stored)]


def begin(runs: Runs, topic: str = FIRST_TIME, **more: object) -> str:
    request_id = more.pop("request_id", None)
    needs_watcher = bool(more.pop("needs_watcher", False))
    starter = Starter(more.pop("owner", None))  # type: ignore[arg-type]
    order = Order.model_validate({"topic": topic, **more})
    who = {"needs_watcher": needs_watcher, "starter": starter}
    return runs.start(order, request_id=request_id, **who)  # type: ignore[arg-type]


def change(runs: Runs, run_id: str, **values: object) -> None:
    """Write into a run's row."""
    with runs._store._database.write() as connection:
        connection.execute(update(runs_table).where(runs_table.c.id == run_id).values(**values))


def made_earlier(runs: Runs, run_id: str, seconds: float) -> None:
    """Have a run be so much older."""
    change(runs, run_id, created_at=runs.find(run_id).created_at - seconds)


def held_at(step: int) -> ScriptedModel:
    """Answers all but one step, which hangs until it is cancelled."""
    return offline_model(
        lambda request: Held("So far") if request.metadata["step"] == str(step) else None
    )


def held_model() -> ScriptedModel:
    """Answers everything but step 2."""
    return held_at(2)


def wait_for_step(runs: Runs, run_id: str, number: int) -> None:
    def begun() -> bool:
        return any(f'"step_number":{number},' in data for data in runs.told(run_id, "step_started"))

    eventually(begun)
