"""What insights say, by example, for `/docs`: made by the code that makes real ones."""

from datetime import UTC, datetime

from aqumen.store.counts import Fault, Found, LeftOut, Reason, RunGroup, StepGroup
from aqumen.store.marks import Scope

from .examples import MODEL, RUN, Responses, like
from .insight_answers import Counted
from .insight_shapes import EPOCH

_AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_DAY = (_AT.date() - EPOCH).days
_RUNS = RunGroup(
    key="",
    runs=24,
    succeeded=17,
    results=22,
    differentiated=18,
    cost_usd=3.12,
    median_seconds=38.2,
    p90_seconds=97.5,
    first_at=_AT.timestamp(),
    last_at=_AT.timestamp() + 3600,
    example=RUN,
)
_STEP = StepGroup(
    step=3,
    key="",
    attempts=41,
    first_right=33,
    accepted=40,
    cost_usd=0.83,
    retries=2,
    median_seconds=9.4,
    p90_seconds=21.7,
    last_at=_AT.timestamp() + 3600,
    example=RUN,
)
_FOUND = Found(
    total=_RUNS,
    groups=(_RUNS._replace(key=_DAY),),
    shared={},
    steps=(_STEP,),
    step_groups=(_STEP._replace(key=_DAY),),
    reasons=(Reason("not_differentiated", 6, 4), Reason("model_unavailable", 3, 2)),
    faults=(Fault(3, "requirements_four_to_six", 6),),
    models=(MODEL,),
    left_out=LeftOut(other_sort=0, cancelled=1, going_on=1, not_noted_yet=0),
)
_SCOPE = Scope(simulated=False, kinds=("full",))

EXAMPLES = {"insights": {"value": Counted.of(_FOUND, _SCOPE, "day").model_dump(mode="json")}}
"""The document's shared examples."""

INSIGHTS: Responses = {
    200: {
        "description": "What the runs came to",
        "content": {"application/json": like("insights")},
    }
}
"""What insights answer."""
