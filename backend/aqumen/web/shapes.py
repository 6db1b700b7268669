"""What requests may say, for validation and for `/docs`."""

import hashlib
import re
from typing import Annotated, Any

from fastapi import Header
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from aqumen.events import Difficulty, Rigor
from aqumen.order import Order, Subtopic, Topic

_REQUEST_ID = r"^[A-Za-z0-9._~-]{8,64}$"
"""The characters that stand for themselves in any URL."""


def _request_id(given: str) -> str:
    if not re.fullmatch(_REQUEST_ID, given):
        raise ValueError("must be 8 to 64 letters, digits or - . _ ~")
    return given


RequestId = Annotated[
    str,
    AfterValidator(_request_id),
    WithJsonSchema({"type": "string", "pattern": _REQUEST_ID, "examples": ["reload-0001"]}),
]


def _number(given: object) -> object:
    if isinstance(given, bool):
        raise ValueError("must be a whole number")  # noqa: TRY004 - pydantic tells it to the caller
    return given


# A limit has pydantic look at the text: without one it takes broken characters, which cannot be
# stored, looked up or sent.
Id = Annotated[str, Field(max_length=64)]
"""Of a run, or the name of a prompt or a role."""
ModelId = Annotated[str, Field(max_length=512)]
PromptText = Annotated[str, Field(max_length=60_000)]

Attempts = Annotated[int, BeforeValidator(_number), Field(ge=1, le=5)]
"""A whole number; JSON's true is none, though Python would take it for 1."""

IdempotencyKey = Annotated[
    str | None,
    Header(max_length=255, description="As `request_id`, for whoever prefers a header"),
]


def key_of(idempotency_key: str | None) -> str | None:
    """Return the request id an `Idempotency-Key` stands for; it may hold any characters."""
    if not idempotency_key:
        return None
    return f"key-{hashlib.sha256(idempotency_key.encode()).hexdigest()[:48]}"


def without_blanks(given: Any) -> Any:
    """An empty field of a form or a query, or null, means that nothing was chosen."""
    if not isinstance(given, dict):
        return given
    return {
        name: value
        for name, value in given.items()
        if value not in ("", [""], None) or name == "topic"
    }


class EventsQuery(BaseModel):
    """Which part of a log is read."""

    after: int = Field(default=0, ge=0, le=999_999_999, description="The last seq already seen")
    deltas: bool = False
    speed: float = Field(
        default=0,
        ge=0,
        le=1000,
        allow_inf_nan=False,
        description="How many times as fast as it happened a run that is over is told again, as "
        "SSE or NDJSON; 0: at once. A run that goes on is told as it happens",
    )

    _blanks = model_validator(mode="before")(without_blanks)


class TopicOnly(BaseModel):
    """What step 1 alone is asked for with. Unknown fields are ignored."""

    topic: Annotated[
        Topic, Field(description="3-200 characters, one line", examples=["GRPO in RL"])
    ]


class RunParameters(TopicOnly):
    """What a run is asked for with. Unknown fields are ignored: deployed clients send some."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"topic": "GRPO in RL", "max_attempts": 3}]}
    )

    max_attempts: Attempts | None = Field(
        default=None, description="How often steps 3-6 may be tried; 3 unless said"
    )
    difficulty: Difficulty | None = None
    subtopic: Subtopic | None = None
    rigor: Rigor = Field(
        default="single-sample",
        description="How many answers of each model a question rests on: one; three (screened); "
        "or three, and twelve new ones on one mistake that is fixed before (certified)",
    )
    request_id: RequestId | None = Field(
        default=None,
        description="The same id with the same parameters attaches to the same run for 24 hours",
    )
    max_retries: Attempts | None = Field(default=None, description="As max_attempts")
    selected_difficulty: Difficulty | None = Field(default=None, description="As difficulty")
    difficulty_preference: Difficulty | None = Field(default=None, description="As difficulty")
    selected_subtopic: Subtopic | None = Field(default=None, description="As subtopic")

    _blanks = model_validator(mode="before")(without_blanks)

    def order(self) -> Order:
        """Return the order, synonyms resolved."""
        return Order(
            topic=self.topic,
            max_attempts=self.max_attempts or self.max_retries or 3,
            difficulty=self.difficulty or self.selected_difficulty or self.difficulty_preference,
            subtopic=self.subtopic or self.selected_subtopic,
            rigor=self.rigor,
        )
