"""What the server says of itself: health, models, prompts."""

from fastapi import APIRouter

from aqumen import __version__
from aqumen.events import DESCRIPTIONS, now
from aqumen.models.known import public_id

from .answers import Health, Models, PromptText, PromptTexts, Role
from .parts import CallerDep, PartsDep, RunsDep
from .problem_examples import RESPONSES
from .prompt_names import SITE_NAMES

router = APIRouter(tags=["about"])

_PURPOSES = {
    "strong": "Writes the categories, the error catalog, the question and the assessment",
    "mid": "Answers the question; it should avoid the catalog's mistakes",
    "weak": "Answers the question; it should make some of them",
    "judge": "Reads each answer blind and quotes the mistakes it finds",
    "judge_2": "Reads each answer as well; a mistake counts only if both judges show it",
}
_FLOW = (
    "1 categories (strong) -> 2 error catalog (strong) -> 3 question (strong) -> "
    "4 answer (mid) | 5 answer (weak) -> 6 blind judgement of both (judge) -> "
    "7 assessment (strong); steps 3-6 are tried again until the answers differ"
)


@router.head("/health", include_in_schema=False)
@router.get("/health", response_model_exclude_none=True)
async def health(parts: PartsDep, caller: CallerDep) -> Health:
    """Say that the process is up, touching neither AWS nor a lock.

    Strangers hear neither its version nor whom it asks.
    """
    if not caller.scopes:
        return Health(timestamp=now(), pipeline_ready=parts.ready)
    return Health(
        timestamp=now(),
        pipeline_ready=parts.ready,
        version=__version__,
        model_backend=parts.about.backend,
    )


@router.get("/api/models")
async def models(parts: PartsDep) -> Models:
    """Name the models, what each is there for, and what an operator should know of them."""
    about = parts.about
    roles = {
        role: Role(
            id=public_id(model_id),
            description=f"{about.model_names[role]}{' (simulated)' if about.simulated else ''}",
            purpose=_PURPOSES[role],
        )
        for role, model_id in about.cast.ids().items()
    }
    return Models(
        models=roles,
        pipeline_flow=_FLOW,
        simulated=about.simulated,
        prices_as_of=about.prices_as_of,
        warnings=about.warnings(),
    )


@router.get("/api/get-prompts", responses={503: RESPONSES[503]})
async def prompts(runs: RunsDep) -> PromptTexts:
    """Return the prompt texts in force, under the deployed site's names."""
    in_force = await runs.office.do(runs.prompt_book.in_force)
    texts = {
        site_name: PromptText(
            description=DESCRIPTIONS[number],
            template=in_force[name].text,
            version=in_force[name].version,
        )
        for site_name, (name, number) in SITE_NAMES.items()
    }
    return PromptTexts(success=True, prompts=texts)
