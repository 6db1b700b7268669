"""Runs of rigor `certified` that are over, as values."""

import json
from typing import Any

from aqumen.events import Event, Start
from aqumen.store.whole import WholeRun

from .pipelines import FIRST_TIME, plan_of, scope, told
from .sampling import Choose, confirming, sampled_model
from .wholes import RUN_ID, whole

_AS_THEMSELVES = confirming()


def certified(run_id: str = RUN_ID, choose: Choose = _AS_THEMSELVES, **more: Any) -> WholeRun:
    """Return a run of one attempt, as the real pipeline tells it."""
    plan = plan_of(FIRST_TIME, rigor="certified", max_attempts=1)
    start = Start(
        run_id=run_id, topic=FIRST_TIME, max_attempts=1, rigor="certified", simulated=True
    )
    events: list[Event] = [start, *told(sampled_model(choose), plan, scope(run_id))]
    numbered = [
        (event.name, json.loads(event.model_copy(update={"seq": n}).model_dump_json(by_alias=True)))
        for n, event in enumerate(events, 1)
    ]
    return whole(numbered, **more)
