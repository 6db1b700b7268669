"""Runs that go on from another run's answers."""

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from aqumen.runs.branches import Fork
from aqumen.runs.forecast import Forecast
from aqumen.runs.runs import Runs

from .answers import Branched
from .branch_examples import FORK, REJUDGE
from .branch_shapes import ForkParameters, RejudgeParameters, by_its_fields
from .counting_starts import count_start
from .foreseen import Foreseen
from .parts import CallerDep, KnownRun, PartsDep, RunsDep, name_run
from .problem_examples import RESPONSES
from .shapes import IdempotencyKey, key_of

router = APIRouter(prefix="/api/runs", tags=["branches"], responses=RESPONSES)


@router.post(
    "/{run_id}/fork",
    status_code=202,
    response_model=Branched,
    responses=FORK,
)
async def fork(
    request: Request,
    run: KnownRun,
    runs: RunsDep,
    parts: PartsDep,
    caller: CallerDep,
    asked: ForkParameters,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Start a run that reuses this one's answers before a step, and makes the rest anew.

    With `dry_run`, say instead which calls that would make, and about what they would cost.
    """
    wanted = Fork(asked.from_step, asked.attempt, asked.prompts, asked.models)
    if asked.dry_run:
        forecast = await runs.office.do(runs.branches.forecast, run.run_id, wanted)
        return _foreseen(forecast, parts)
    await count_start(parts, caller)
    request_id = asked.request_id or key_of(idempotency_key)
    run_id = await runs.registry.do(
        runs.branches.fork, run.run_id, wanted, request_id=request_id, owner=caller.owner
    )
    return await _branched(request, runs, run_id)


@router.post(
    "/{run_id}/rejudge",
    status_code=202,
    response_model=Branched,
    responses=REJUDGE,
)
async def rejudge(
    request: Request,
    run: KnownRun,
    runs: RunsDep,
    parts: PartsDep,
    caller: CallerDep,
    asked: RejudgeParameters | None = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Start a run that judges this one's answers again, blind; this one stays as it is.

    With `dry_run`, say instead which calls that would make, and about what they would cost.
    """
    asked = asked or RejudgeParameters()
    if asked.dry_run:
        judge = runs.branches.forecast_judge
        with by_its_fields():
            forecast = await runs.office.do(
                judge, run.run_id, models=asked.models, prompt=asked.prompt
            )
        return _foreseen(forecast, parts)
    await count_start(parts, caller)
    with by_its_fields():
        run_id = await runs.registry.do(
            runs.branches.rejudge,
            run.run_id,
            models=asked.models,
            prompt=asked.prompt,
            request_id=asked.request_id or key_of(idempotency_key),
            owner=caller.owner,
        )
    return await _branched(request, runs, run_id)


def _foreseen(forecast: Forecast, parts: PartsDep) -> Response:
    seen = Foreseen.of(forecast, parts.about.prices_as_of)
    return JSONResponse(seen.model_dump(mode="json"))


async def _branched(request: Request, runs: Runs, run_id: str) -> Response:
    name_run(request, run_id)
    made = await runs.office.do(runs.find, run_id)
    return JSONResponse(Branched.of(made).model_dump(mode="json"), 202)
