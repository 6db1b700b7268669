"""The prompts: read, changed, compared and put in force."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from aqumen.errors import ComparingFull
from aqumen.pipeline.cast import ROLES
from aqumen.runs.prompts import Prompt

from .parts import Parts, PartsDep, RunsDep
from .problem_examples import RESPONSES
from .prompt_diff import unified
from .prompt_examples import DIFF, EVERY, ONE, SAVED, UPDATED, VERSION
from .prompt_names import own_name, steps_of
from .prompt_shapes import (
    ActivateParameters,
    PromptDetail,
    PromptDiff,
    PromptList,
    RevertParameters,
    SavedAnswer,
    SaveParameters,
    Updated,
    UpdateParameters,
    VersionText,
)

_COMPARING_SECONDS = 5.0
"""How long a comparison may wait for those before it; a place in the line is given up then."""
_RETRY_SECONDS = 5

router = APIRouter(tags=["prompts"], responses=RESPONSES)


async def _known_prompt(step: str, runs: RunsDep) -> Prompt:
    return await runs.office.do(runs.prompt_book.one, own_name(step))


KnownPrompt = Annotated[Prompt, Depends(_known_prompt)]
"""The prompt a path names, by its own name or by the deployed site's; 404 if there is none."""
Version = Annotated[int, Query(ge=0, le=1_000_000)]


@router.get("/api/prompts", responses=EVERY)
async def every(runs: RunsDep) -> PromptList:
    """Return every prompt: the text in force, its placeholders and its versions."""
    prompts = [PromptDetail.of(each) for each in await runs.office.do(runs.prompt_book.all)]
    # By step; what belongs to none comes last.
    return PromptList(prompts=sorted(prompts, key=lambda each: each.steps or [len(ROLES) + 1]))


@router.get("/api/prompts/{step}", responses=ONE)
async def one(prompt: KnownPrompt) -> PromptDetail:
    """Return one prompt: the text in force, its placeholders and its versions."""
    return PromptDetail.of(prompt)


@router.get("/api/prompts/{step}/versions/{number}", responses=VERSION)
async def version(prompt: KnownPrompt, number: int) -> VersionText:
    """Return one version of a prompt with its text; 0 is the shipped one."""
    return VersionText.in_full(prompt, number)


@router.get("/api/prompts/{step}/diff", responses=DIFF)
async def diff(prompt: KnownPrompt, parts: PartsDep, before: Version, after: Version) -> PromptDiff:
    """Return what one version of a prompt changed in another, line by line."""
    old, new = prompt.text(before), prompt.text(after)
    names = (f"version {before}", f"version {after}")
    changed = await _compared(parts, old, new, names)
    return PromptDiff(name=prompt.shipped.name, before=before, after=after, diff=changed)


async def _compared(parts: Parts, old: str, new: str, names: tuple[str, str]) -> str:
    try:
        async with asyncio.timeout(_COMPARING_SECONDS):
            return await parts.comparing.do(unified, old, new, names)
    except TimeoutError as late:
        raise ComparingFull(_RETRY_SECONDS) from late


@router.put("/api/prompts/{step}", responses=SAVED)
async def save(prompt: KnownPrompt, runs: RunsDep, asked: SaveParameters) -> SavedAnswer:
    """Save a text as a prompt's next version, for every run that is started from now on.

    409 if another version has been put in force since the edit began, and 422 with the reason if
    a run could not be asked with it; then nothing is changed.
    """
    name = prompt.shipped.name
    number = await runs.registry.do(
        runs.prompt_book.save,
        asked.edit(name),
        based_on=asked.based_on,
        over=asked.based_on_version,
        activate=asked.activate,
    )
    now = PromptDetail.of(await runs.office.do(runs.prompt_book.one, name))
    return SavedAnswer(**now.model_dump(), saved=number)


@router.post("/api/prompts/{step}/activate", responses=ONE)
async def activate(prompt: KnownPrompt, runs: RunsDep, asked: ActivateParameters) -> PromptDetail:
    """Put a version in force, for every run that is started from now on."""
    name = prompt.shipped.name
    await runs.registry.do(
        runs.prompt_book.activate,
        name,
        asked.number,
        instead_of=asked.instead_of,
        author=asked.author,
    )
    return PromptDetail.of(await runs.office.do(runs.prompt_book.one, name))


@router.post("/api/prompts/{step}/revert", responses=ONE)
async def revert(
    prompt: KnownPrompt, runs: RunsDep, asked: RevertParameters | None = None
) -> PromptDetail:
    """Put back the version that was in force before; asked for again, it takes that back.

    With `instead_of`, a request that is sent twice is answered 409 the second time.
    """
    asked = asked or RevertParameters()
    name = prompt.shipped.name
    await runs.registry.do(
        runs.prompt_book.revert, name, instead_of=asked.instead_of, author=asked.author
    )
    return PromptDetail.of(await runs.office.do(runs.prompt_book.one, name))


@router.post("/api/update-prompt", responses=UPDATED)
async def update(runs: RunsDep, asked: UpdateParameters) -> Updated:
    """Save a prompt as the deployed site does: in force at once, over whatever was."""
    edit = asked.edit()
    number = await runs.registry.do(runs.prompt_book.save, edit, based_on=None)
    now = await runs.office.do(runs.prompt_book.one, edit.name)
    steps = " and ".join(f"step {step}" for step in steps_of(edit.name))
    return Updated(
        message=f"Version {number} is in force: for {steps} of every run from now on.",
        step=asked.step,
        number=number,
        version=now.template.version,
    )
