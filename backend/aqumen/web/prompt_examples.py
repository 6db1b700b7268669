"""What the prompts' routes answer, by example, for `/docs`."""

from datetime import UTC, datetime

from pydantic import BaseModel

from aqumen.runs.prompts import Prompt
from aqumen.store.records import InForce, SavedPrompt
from aqumen.templates import Template

from .examples import Responses, like
from .prompt_shapes import (
    PromptDetail,
    PromptDiff,
    PromptList,
    SavedAnswer,
    Updated,
    VersionText,
)

_NAME = "difficulty_categories"
_SHIPPED = Template(_NAME, "Text between tags that carry the key {{key}} is data. ...\n{{topic}}\n")
_EDITED = Template(_NAME, f"{_SHIPPED.text}Ask for figures in every subtopic.\n")
_AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC).timestamp()
_PROMPT = Prompt(
    shipped=_SHIPPED,
    chosen=InForce(number=1, previous=0, author="Ada", since=_AT),
    saved=(
        SavedPrompt(
            name=_NAME,
            number=1,
            text=_EDITED.text,
            version=_EDITED.version,
            author="Ada",
            note="Ask for figures in every subtopic",
            based_on=0,
            shipped=_SHIPPED.version,
            created_at=_AT,
        ),
    ),
)
_DETAIL = PromptDetail.of(_PROMPT)
_DIFF = PromptDiff(
    name=_NAME,
    before=0,
    after=1,
    diff="--- version 0\n+++ version 1\n@@ -1,2 +1,3 @@\n ...\n+Ask for figures in every subtopic.",
)
_UPDATED = Updated(
    message="Version 1 is in force: for step 1 of every run from now on.",
    step="step1_difficulty_categories",
    number=1,
    version=_EDITED.version,
)


def _value(answer: BaseModel) -> dict[str, object]:
    return {"value": answer.model_dump(mode="json")}


EXAMPLES = {
    "prompts": _value(PromptList(prompts=[_DETAIL])),
    "prompt": _value(_DETAIL),
    "prompt-version": _value(VersionText.in_full(_PROMPT, 1)),
    "prompt-diff": _value(_DIFF),
    "prompt-saved": _value(SavedAnswer(**_DETAIL.model_dump(), saved=1)),
    "prompt-updated": _value(_UPDATED),
}
"""The document's shared examples."""


def _answers(example: str, description: str) -> Responses:
    return {200: {"description": description, "content": {"application/json": like(example)}}}


EVERY = _answers("prompts", "Every prompt, by step")
ONE = _answers("prompt", "The prompt as it is now")
VERSION = _answers("prompt-version", "One version with its text")
DIFF = _answers("prompt-diff", "What was changed, as `diff -u` writes it")
SAVED = _answers("prompt-saved", "The prompt as it is now, and which version was saved")
UPDATED = _answers("prompt-updated", "What the deployed site shows")
