"""What answers look like, by example, for `/docs`: made by the code that makes real ones."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from aqumen.events import (
    DESCRIPTIONS,
    AnyEvent,
    Assessment,
    Call,
    Check,
    Done,
    Final,
    Metadata,
    Span,
    Start,
    Step,
    StepStarted,
    Usage,
)
from aqumen.store.records import Stored

from .streaming import RETRY, as_event, as_line

RUN = "01M81J10W4EW0KC9331TNW44FN"
_AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MODEL = "us.anthropic.claude-opus-4-6-v1"
_USAGE = Usage(input_tokens=613, output_tokens=117)
_PROMPT = "You plan examinations. ..."
_ANSWER = '{"Beginner": ["Group-relative advantages from rewards", "..."], "...": []}'
_LINES = (
    "def advantages(rewards: Tensor) -> Tensor:",
    "    return <<rewards - rewards.mean(dim=0)>>",
)

_CALL = Call(
    model=MODEL,
    label="",
    prompt=_PROMPT,
    response=_ANSWER,
    started_at=_AT,
    duration_seconds=4.1,
    first_token_seconds=0.8,
    usage=_USAGE,
    cost_usd=0.006589,
    stop_reason="tool_use",
)
_STEP = Step(
    run_id=RUN,
    seq=3,
    timestamp=_AT,
    step_number=1,
    attempt=1,
    answer=1,
    description=DESCRIPTIONS[1],
    model=MODEL,
    success=True,
    duration_seconds=4.1,
    prompt=_PROMPT,
    response_preview=_ANSWER,
    response_full=_ANSWER,
    checks=(Check(name="three_levels", passed=True),),
    usage=_USAGE,
    cost_usd=0.006589,
    calls=(_CALL,),
)
_ASSESSMENT = Assessment(
    title="Advantages in a GRPO training step",
    difficulty="Intermediate",
    content_type="code",
    code=_LINES,
    content=_LINES,
    errors=(
        Span(
            id="rewards - rewards.mean(dim=0)",
            description="Averages over the batch, not over each prompt's group.",
            mistake="Normalizing rewards over the whole batch",
            line=2,
        ),
    ),
)
_FINAL = Final(
    run_id=RUN,
    seq=4,
    timestamp=_AT,
    success=True,
    differentiation_achieved=True,
    total_attempts=1,
    stopped_at_step=7,
    assessment=_ASSESSMENT,
    reason=None,
    error=None,
    metadata=Metadata(
        topic="GRPO in RL",
        subtopic="Group-relative advantages from rewards",
        difficulty="Intermediate",
        weak_model_failures=("Normalizing rewards over the whole batch",),
        evidence="single-sample",
        simulated=False,
        usage=Usage(input_tokens=11200, output_tokens=3600),
        cost_usd=0.14,
        cost_estimated=False,
        model_calls=8,
        duration_seconds=36.8,
    ),
)
_EVENTS: tuple[AnyEvent, ...] = (
    Start(
        run_id=RUN,
        seq=1,
        timestamp=_AT,
        topic="GRPO in RL",
        max_attempts=3,
        rigor="single-sample",
    ),
    StepStarted(
        run_id=RUN,
        seq=2,
        timestamp=_AT,
        step_number=1,
        description=DESCRIPTIONS[1],
        model=MODEL,
        attempt=1,
    ),
    _STEP,
    _FINAL,
    Done(run_id=RUN, seq=5, timestamp=_AT, total_duration_seconds=36.8),
)
"""A run of which most is left out."""
_LOG = [
    Stored(event.seq, event.name, event.type, event.model_dump_json(by_alias=True))
    for event in _EVENTS
]

Responses = dict[int | str, dict[str, Any]]


def _text(blocks: Iterable[bytes]) -> dict[str, Any]:
    return {"value": b"".join(blocks).decode()}


EXAMPLES = {
    "stream": _text([RETRY, *(as_event(RUN, stored) for stored in _LOG)]),
    "lines": _text(as_line(stored) for stored in _LOG),
    "log": {"value": [json.loads(as_line(stored)) for stored in _LOG]},
    "result": {"value": _FINAL.model_dump(mode="json")},
}
"""The document's shared examples, as they are: FastAPI drops nulls from those of a route."""
_SEEN = {"description": "The run is over and the reader has seen all of it"}


def like(example: str, **schema: str) -> dict[str, Any]:
    """Return what is said of a body: its schema, where FastAPI knows none, and its example."""
    named = {"A run": {"$ref": f"#/components/examples/{example}"}}
    return {"schema": schema, "examples": named} if schema else {"examples": named}


_AS_EVENTS = {"text/event-stream": like("stream", type="string")}
_AS_LINES = {"application/x-ndjson": like("lines", type="string")}
_AS_JSON = {"application/json": like("log")}

STREAM: Responses = {
    200: {"description": "The run's events as they happen", "content": _AS_EVENTS},
    204: _SEEN,
}
"""What a run that is streamed answers."""
LOG: Responses = {
    200: {
        "description": "The run's events, in the form `Accept` likes best",
        "content": _AS_JSON | _AS_EVENTS | _AS_LINES,
    },
    204: _SEEN,
}
"""What a run's log answers."""
RESULT: Responses = {
    200: {
        "description": "The run's result; without a question, `reason` says why",
        "content": {"application/json": like("result")},
    }
}
"""What a run that is awaited answers."""
