"""What a fork and a rejudgement are asked for with."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from aqumen.errors import InvalidOrder

from .shapes import Id, ModelId, PromptText, RequestId

_REQUEST_ID = "The same id with the same parameters attaches to the same run for 24 hours"
_DRY_RUN = "Say what would be asked and about what it costs; start nothing"
_MOST_CHANGES = 32
_JUDGED_BY = {
    "models.judge": "model",
    "models.judge_2": "model_2",
    "prompts.judge_answer": "prompt",
}
"""A rejudgement's fields, by those of a fork that would change the same."""


def _few(given: Any) -> Any:
    """Look at no more entries than can be meant: each that is wrong takes its time."""
    if isinstance(given, dict) and len(given) > _MOST_CHANGES:
        raise ValueError(f"must have at most {_MOST_CHANGES} entries")
    return given


class ForkParameters(BaseModel):
    """Where a fork begins, and what is changed from there on. Unknown fields are ignored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"from_step": 6, "models": {"judge": "us.anthropic.claude-sonnet-4-6"}},
                {"from_step": 3, "attempt": 1, "dry_run": True},
            ]
        }
    )

    from_step: int = Field(ge=1, le=7, description="The first step whose answer is not reused")
    attempt: int | None = Field(
        default=None, ge=1, le=5, description="Whose step that is; the last one unless said"
    )
    prompts: Annotated[dict[Id, PromptText], BeforeValidator(_few)] = Field(
        default={},
        max_length=_MOST_CHANGES,
        description="Texts instead of the run's, by name: those of its `prompt_versions`. Each has "
        "the placeholders of the shipped one, and belongs to a step that is not reused",
    )
    models: Annotated[dict[Id, ModelId], BeforeValidator(_few)] = Field(
        default={},
        max_length=_MOST_CHANGES,
        description="Model ids instead of the run's, by role: strong, mid, weak, judge, judge_2",
    )
    dry_run: bool = Field(default=False, description=_DRY_RUN)
    request_id: RequestId | None = Field(default=None, description=_REQUEST_ID)

    @model_validator(mode="before")
    @classmethod
    def _nothing_chosen(cls, given: Any) -> Any:
        """An empty field or null means that nothing was chosen."""
        return _chosen(given)


class RejudgeParameters(BaseModel):
    """Who judges the answers again, and by which words. Unknown fields are ignored."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"model": "us.anthropic.claude-sonnet-4-6"}]}
    )

    model: ModelId | None = Field(default=None, description="The run's own judge unless said")
    model_2: ModelId | None = Field(
        default=None,
        description="The second judge; the run's own unless said, none where it has none",
    )
    prompt: PromptText | None = Field(
        default=None, description="A text instead of the run's `judge_answer`"
    )
    dry_run: bool = Field(default=False, description=_DRY_RUN)
    request_id: RequestId | None = Field(default=None, description=_REQUEST_ID)

    @property
    def models(self) -> dict[str, str]:
        """The judges that are chosen, by role."""
        chosen = {"judge": self.model, "judge_2": self.model_2}
        return {role: model for role, model in chosen.items() if model is not None}

    @model_validator(mode="before")
    @classmethod
    def _nothing_chosen(cls, given: Any) -> Any:
        return _chosen(given)


@contextmanager
def by_its_fields() -> Generator[None]:
    """Have what is refused of a rejudgement named by the field it was asked for with."""
    try:
        yield
    except InvalidOrder as refused:
        if refused.field not in _JUDGED_BY:
            raise
        raise InvalidOrder(refused.text, field=_JUDGED_BY[refused.field]) from refused


def _chosen(given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    return {name: value for name, value in given.items() if value not in ("", None)}
