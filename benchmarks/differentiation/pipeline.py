"""Whole runs of the product's pipeline, from the order to the result, on the models of a world."""

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial
from typing import NamedTuple

from aqumen.events import Final
from aqumen.models.asking import Asker, RunScope
from aqumen.models.cancel import Cancel
from aqumen.models.known import KnownModels
from aqumen.models.patience import Patience
from aqumen.models.slots import Slots
from aqumen.order import Order
from aqumen.pipeline.pipeline import Pipeline
from aqumen.pipeline.plan import Plan
from aqumen.templates import Prompts

from .models import TOPIC, WorldModels, names
from .price import Price, cast
from .rule import Simulated
from .world import Level, World

_BATCH = 10


class _Ended(NamedTuple):
    accepted: bool
    found: bool
    calls: int
    dollars: float


def run_many(world: World, level: Level, runs: int, seconds: float, pool: Executor) -> Simulated:
    """Run so many, or as many as can be begun in so many seconds."""
    until = time.monotonic() + seconds
    ended: list[_Ended] = []
    batches = [range(first, min(first + _BATCH, runs)) for first in range(0, runs, _BATCH)]
    for some in pool.map(partial(_batch, world, level, until), batches):
        ended += some
    counted = max(1, len(ended))
    price = Price(sum(e.calls for e in ended) / counted, sum(e.dollars for e in ended) / counted)
    return Simulated(
        len(ended), sum(each.accepted for each in ended), sum(each.found for each in ended), price
    )


def _batch(world: World, level: Level, until: float, numbers: Sequence[int]) -> list[_Ended]:
    return [_run(world, level, number) for number in numbers if time.monotonic() < until]


def _run(world: World, level: Level, number: int) -> _Ended:
    mistakes = tuple(names())
    known = KnownModels.shipped()
    model = WorldModels(world, f"{world} {level} {number}", mistakes)
    asker = Asker(model, known, Patience(base_seconds=0.0, cap_seconds=0.0), Slots(16))
    order = Order(topic=TOPIC, max_attempts=level.attempts, rigor=level.rigor)
    plan = Plan(order, cast(world.judges), Prompts.shipped(), simulated=True)
    scope = RunScope(f"run-{number}", Cancel())
    events = Pipeline(asker).run(plan, scope)
    final = next(event for event in events if isinstance(event, Final))
    list(events)
    said = final.metadata
    named = mistakes[0] in said.weak_model_failures
    return _Ended(final.success, final.success and named, said.model_calls, said.cost_usd)
