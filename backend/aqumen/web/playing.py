"""The exercise as students play it, and the links that lead there."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi import Path as InPath

from aqumen.play.scoring import score
from aqumen.play.sheet import Sheet

from .parts import KnownRun, RunsDep
from .play_examples import EXERCISE, SCORED, SHARE
from .play_shapes import AnswerParameters, Exercise, Scored, Share
from .problem_examples import RESPONSES

router = APIRouter(tags=["play"], responses=RESPONSES)


async def _shared(
    token: Annotated[str, InPath(max_length=64)], runs: RunsDep, response: Response
) -> Sheet:
    # A link that is taken back has to end at once, and the run's id is nobody's business here.
    response.headers["Cache-Control"] = "no-store"
    return await runs.office.do(runs.sharing.open, token)


SharedSheet = Annotated[Sheet, Depends(_shared)]
"""The exercise behind a link; the answer is 404 if there is none."""


@router.post("/api/runs/{run_id}/share", responses=SHARE)
async def share(run: KnownRun, runs: RunsDep) -> Share:
    """Give the link by which students play the run's exercise; asked again, the same one."""
    token = await runs.registry.do(runs.sharing.share, run.run_id)
    return Share(run_id=run.run_id, token=token, play_url=f"/api/play/{token}")


@router.delete("/api/runs/{run_id}/share", status_code=204)
async def take_back(run: KnownRun, runs: RunsDep) -> None:
    """End the link to the run's exercise, if there is one; the next one is another."""
    await runs.registry.do(runs.sharing.take_back, run.run_id)


@router.get("/api/play/{token}", responses=EXERCISE)
async def exercise(sheet: SharedSheet) -> Exercise:
    """Return the exercise behind a link: nothing in it says what is wrong, or which run it is."""
    return Exercise.of(sheet)


@router.post("/api/play/{token}/answers", responses=SCORED)
async def answer(sheet: SharedSheet, asked: AnswerParameters) -> Scored:
    """Say what an answer came to: errors found and missed, and false alarms, each explained.

    An error is found if a chosen piece touches it. Nothing is kept of the answer.
    """
    return Scored.of(sheet, score(sheet, asked.chosen()))
