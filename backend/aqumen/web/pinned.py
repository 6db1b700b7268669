"""The prompt texts a run is asked with, as they were when it began."""

from collections.abc import Mapping

from fastapi import APIRouter
from pydantic import BaseModel

from aqumen.runs.overrides import TEMPLATES
from aqumen.templates import Prompts

from .parts import KnownRun, RunsDep
from .problem_examples import RESPONSES

router = APIRouter(prefix="/api/runs", tags=["runs"], responses=RESPONSES)


class PinnedPrompt(BaseModel):
    """One prompt text, with its `{{placeholders}}`."""

    version: str
    number: int | None
    """Which saved version that is, 0 the shipped one; null for a text of this run alone."""
    template: str
    step_numbers: list[int]
    """The steps that ask with it; none where it is put behind another one's."""


class PinnedPrompts(BaseModel):
    """All prompt texts of a run, by name."""

    run_id: str
    prompts: dict[str, PinnedPrompt]


@router.get("/{run_id}/prompts")
async def prompts(run: KnownRun, runs: RunsDep) -> PinnedPrompts:
    """Return the prompt texts a run pins: what its prompts were before they were filled in."""
    pinned = await runs.office.do(runs.prompts, run.run_id)
    return PinnedPrompts(run_id=run.run_id, prompts=_shown(pinned, run.prompt_numbers))


def _shown(pinned: Prompts, numbers: Mapping[str, int]) -> dict[str, PinnedPrompt]:
    return {
        each.name: PinnedPrompt(
            version=each.version,
            number=numbers.get(each.name),
            template=each.text,
            step_numbers=[number for number, name in TEMPLATES.items() if name == each.name],
        )
        for each in pinned
    }
