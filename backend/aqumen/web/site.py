"""What else the deployed React site calls."""

from fastapi import APIRouter, Request, Response

from aqumen import material
from aqumen.events import AnyEvent, Failed, Final, Step, parse
from aqumen.order import Order
from aqumen.runs.runs import Runs

from .answers import Categories
from .counting_starts import COUNTED
from .parts import CallerDep, RunsDep, name_run
from .problem_examples import RESPONSES
from .problems import ended
from .shapes import TopicOnly
from .starting import starter
from .waiting import end_of

router = APIRouter(tags=["site"])


@router.post("/api/step1", responses=RESPONSES, response_model=Categories, dependencies=[COUNTED])
async def step1(
    request: Request, runs: RunsDep, caller: CallerDep, asked: TopicOnly
) -> Categories | Response:
    """Run step 1 alone, so that the user can pick a difficulty and a subtopic."""
    run_id = await runs.registry.do(
        runs.start,
        Order(topic=asked.topic),
        kind="categories",
        request_id=None,
        needs_watcher=True,
        starter=starter(caller),
    )
    name_run(request, run_id)
    *_, last = await end_of(runs, run_id, request)
    if isinstance(last, Failed):
        return ended(last)
    told = await runs.office.do(_told, runs, run_id)
    return _categories(run_id, asked.topic, told)


def _told(runs: Runs, run_id: str) -> list[AnyEvent]:
    return [parse(data) for data in runs.told(run_id, "step", "final")]


def _categories(run_id: str, topic: str, told: list[AnyEvent]) -> Categories:
    answers = (step for step in told if isinstance(step, Step) and step.success)
    accepted = next(answers, None)
    if accepted is not None:
        # Read as the pipeline reads it: a model may have written more than was asked for.
        found = material.Categories.model_validate_json(accepted.response_full)
        return Categories(
            success=True, run_id=run_id, topic=topic, categories=found.model_dump(mode="json")
        )
    reason = next((final.reason for final in told if isinstance(final, Final)), None)
    return Categories(success=False, run_id=run_id, topic=topic, error=reason)
