"""What many runs came to."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, model_validator

from aqumen.runs.insight import Insights
from aqumen.store.outcomes import Window

from .examples import RESPONSES
from .insight_examples import INSIGHTS
from .list_shapes import Moment, RunsQuery
from .parts import PartsDep, RunsDep
from .shapes import without_blanks

router = APIRouter(tags=["runs"], responses=RESPONSES)


class InsightsQuery(BaseModel):
    """Which runs are counted."""

    since: Moment | None = Field(
        default=None, description="Asked for then or later: a day (UTC), or a moment with its zone"
    )
    until: Moment | None = Field(
        default=None, description="Asked for before that moment, or on that day at the latest"
    )
    simulated: bool | None = Field(
        default=None,
        description="Simulated runs or real ones; unless said, those of the kind this server makes",
    )

    _blanks = model_validator(mode="before")(without_blanks)

    def window(self, *, simulated: bool) -> Window:
        """Return which runs are counted; raises InvalidOrder if there can be none."""
        asked = RunsQuery(since=self.since, until=self.until).filter()
        chosen = simulated if self.simulated is None else self.simulated
        return Window(chosen, asked.since, asked.until)


@router.get("/api/insights", responses=INSIGHTS)
async def insights(
    parts: PartsDep, runs: RunsDep, query: Annotated[InsightsQuery, Query()]
) -> Insights:
    """Say what whole runs came to: rates with 95 % intervals, steps, reasons, days and models.

    Of more than 2,000 runs the newest are counted; `of` and `counted` say so.
    """
    window = query.window(simulated=parts.about.simulated)
    return await runs.office.do(runs.insights, window)
