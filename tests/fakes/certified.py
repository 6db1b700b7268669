"""Runs of rigor `certified` that are over, as values."""

import json
from typing import Any

from aqumen.events import Event, Start
from aqumen.pipeline.plan import Plan
from aqumen.store.whole import WholeRun

from .models import ScriptedModel
from .pipelines import FIRST_TIME, plan_of, scope, told
from .sampling import Choose, confirming, sampled_model
from .wholes import RUN_ID, whole

_AS_THEMSELVES = confirming()
ORDERED = plan_of(FIRST_TIME, rigor="certified", max_attempts=1)
"""What is asked for."""


def certified(run_id: str = RUN_ID, choose: Choose = _AS_THEMSELVES, **more: Any) -> WholeRun:
    """Return a run of one attempt, as the real pipeline tells it."""
    return certified_by(sampled_model(choose), ORDERED, run_id, **more)


def certified_by(model: ScriptedModel, plan: Plan, run_id: str = RUN_ID, **more: Any) -> WholeRun:
    """Return the same, of these models and this plan."""
    order = plan.order
    start = Start(
        run_id=run_id,
        topic=order.topic,
        max_attempts=order.max_attempts,
        rigor=order.rigor,
        simulated=True,
    )
    events: list[Event] = [start, *told(model, plan, scope(run_id))]
    numbered = [
        (event.name, json.loads(event.model_copy(update={"seq": n}).model_dump_json(by_alias=True)))
        for n, event in enumerate(events, 1)
    ]
    return whole(numbered, **more)
