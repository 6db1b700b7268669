"""What many runs came to, and the runs behind each figure."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query

from .answers import RunPage, RunSummary
from .insight_answers import Counted
from .insight_examples import INSIGHTS
from .insight_shapes import BehindQuery, InsightsQuery
from .parts import CallerDep, PartsDep, RunsDep
from .problem_examples import RESPONSES

router = APIRouter(prefix="/api/insights", tags=["runs"], responses=RESPONSES)


@router.get("", responses=INSIGHTS)
async def insights(
    parts: PartsDep,
    runs: RunsDep,
    caller: CallerDep,
    query: Annotated[InsightsQuery, Query()],
) -> Counted:
    """Count the runs that are over and were not cancelled, by something they have in common.

    Every rate has its n and its 95 % interval; answers told again from another run do not count.
    """
    scope = replace(query.scope(simulated=parts.about.simulated), owner=caller.listed_owner)
    return Counted.of(await runs.counting.do(runs.insights, scope, query.by), scope, query.by)


@router.get("/runs")
async def behind(
    parts: PartsDep,
    runs: RunsDep,
    caller: CallerDep,
    query: Annotated[BehindQuery, Query()],
) -> RunPage:
    """List the runs behind a figure of the insights, newest first.

    With the insights' own parameters, and what the figure is of.
    """
    scope = replace(query.scope(simulated=parts.about.simulated), owner=caller.listed_owner)
    found = await runs.office.do(
        runs.behind, scope, query.mark(), limit=query.limit, cursor=query.cursor
    )
    return RunPage(runs=[RunSummary.of(run) for run in found.runs], next_cursor=found.next_cursor)
