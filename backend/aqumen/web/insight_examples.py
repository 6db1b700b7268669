"""What `GET /api/insights` answers, by example, for `/docs`."""

from datetime import date

from pydantic import TypeAdapter

from aqumen.events import DESCRIPTIONS
from aqumen.runs.insight import (
    CheckReason,
    DayInsight,
    ErrorReason,
    Insights,
    ModelInsight,
    OutcomeCount,
    Rate,
    Rates,
    StepInsight,
)

from .examples import MODEL, RUN, Responses, like

_RATES = Rates(success=Rate.of(6, 8), differentiation=Rate.of(7, 8))
_EXAMPLE = Insights(
    simulated=False,
    of=8,
    counted=8,
    rates=_RATES,
    outcomes=[
        OutcomeCount("succeeded", 6),
        OutcomeCount("no_question", 1),
        OutcomeCount("failed", 1),
    ],
    steps=[StepInsight(3, DESCRIPTIONS[3], 11, Rate.of(7, 9), 6.2, 0.021, RUN)],
    errors=[ErrorReason("model_unavailable", 1, RUN)],
    checks=[CheckReason(3, "spans", 2, RUN)],
    days=[DayInsight(date(2026, 11, 22), 8, _RATES)],
    models=[ModelInsight("strong", MODEL, 8, _RATES)],
)

EXAMPLES = {"insights": {"value": TypeAdapter(Insights).dump_python(_EXAMPLE, mode="json")}}
"""The document's shared examples."""

INSIGHTS: Responses = {
    200: {
        "description": "What the runs came to",
        "content": {"application/json": like("insights")},
    }
}
