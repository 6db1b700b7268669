"""The events of a run as the console reads them off the wire."""

import logging
from typing import Any, Literal

from pydantic import Field, ValidationError

from .parts import (
    Assessment,
    Call,
    Check,
    Evidence,
    Measured,
    Metadata,
    Rates,
    Reading,
    Usage,
    Value,
)

logger = logging.getLogger(__name__)

Status = Literal["queued", "running", "succeeded", "no_question", "failed", "cancelled"]


class Start(Value):
    """The run exists."""

    run_id: str = ""
    topic: str = ""
    max_attempts: int = 0
    rigor: str = ""
    difficulty: str | None = None
    subtopic: str | None = None
    simulated: bool = False
    kind: str = "full"
    parent: str | None = None
    """The run whose answers this one goes on from."""
    timestamp: str = ""


class Queued(Value):
    """The run waits for room."""

    position: int = 0


class StepStarted(Value):
    """A step begins."""

    step_number: int
    attempt: int = 1
    description: str = ""
    model: str = ""
    timestamp: str = ""


class Step(Value):
    """A step's answer is in, accepted or not."""

    step_number: int
    attempt: int = 1
    answer: int = 1
    description: str = ""
    model: str = ""
    success: bool
    duration_seconds: float = 0.0
    prompt: str = ""
    response_preview: str = ""
    response_full: str = ""
    checks: tuple[Check, ...] = ()
    usage: Usage = Usage()
    cost_usd: float = 0.0
    cost_estimated: bool = False
    calls: tuple[Call, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    reused_from: str | None = None
    """The run that asked for this answer, where it was not this one."""
    timestamp: str = ""

    @property
    def failed_checks(self) -> tuple[Check, ...]:
        """The checks the answer did not pass."""
        return tuple(check for check in self.checks if not check.passed)


class Retry(Value):
    """A model call failed and will be tried again."""

    step_number: int
    attempt: int = 1
    answer: int | None = None
    call: int = 1
    try_: int = Field(default=1, alias="try")
    code: str = ""
    message: str = ""
    wait_seconds: float = 0.0
    timestamp: str = ""


class Progress(Value):
    """How far the run is."""

    percent: int = 0
    steps_done: int = 0
    steps_expected: int = 0
    attempt: int = 1
    max_attempts: int = 0
    usage: Usage | None = None
    cost_usd: float | None = None
    model_calls: int | None = None


class Sample(Rates):
    """One more answer of a sampled attempt has been judged; the rates are its phase's so far."""

    attempt: int = 1
    phase: str = ""
    tier: str = ""
    index: int = 0
    mistake: str = ""
    """What outcome and rates are about: while screening, what leads so far."""
    outcome: str = ""
    disputed: bool = False
    readings: tuple[Reading, ...] = ()
    why_missing: str = ""
    calls: tuple[Call, ...] = ()
    """The answer, then what it took to judge it; none where steps 4 to 6 have told them."""
    reused_from: str | None = None


class Gate(Value):
    """A phase of a sampled attempt is over: what was counted, and what follows."""

    attempt: int = 1
    phase: str = ""
    passed: bool = False
    void: bool = False
    measured: Measured = Measured()
    checks: tuple[Check, ...] = ()
    reason: str = ""


class Final(Value):
    """The run's result."""

    success: bool = False
    differentiation_achieved: bool = False
    total_attempts: int = 0
    stopped_at_step: int = 0
    assessment: Assessment | None = None
    reason: str | None = None
    metadata: Metadata = Metadata()


class Done(Value):
    """The end of a run that has a result."""

    total_duration_seconds: float = 0.0


class Failed(Value):
    """The end of a run that has none."""

    code: str = ""
    error: str = ""
    retryable: bool = False
    step_number: int | None = None
    usage: Usage = Usage()
    cost_usd: float = 0.0
    cost_estimated: bool = False
    model_calls: int = 0


class Delta(Value):
    """Text as the model writes it."""

    step_number: int
    attempt: int = 1
    answer: int = 1
    call: int = 1
    offset: int = 0
    text: str = ""


Event = (
    Start
    | Queued
    | StepStarted
    | Step
    | Retry
    | Progress
    | Sample
    | Gate
    | Final
    | Done
    | Failed
    | Delta
)

_KINDS: dict[str, type[Event]] = {
    "start": Start,
    "queued": Queued,
    "step_started": StepStarted,
    "step": Step,
    "final": Final,
    "retry": Retry,
    "progress": Progress,
    "sample": Sample,
    "gate": Gate,
    "done": Done,
    "error": Failed,
    "delta": Delta,
}


def read(name: str, data: dict[str, Any]) -> Event | None:
    """Return an event's value, or None for a kind the console does not know or cannot read."""
    kind = _KINDS.get(str(data.get("type", name)) if name == "step" else name)
    if kind is None:
        return None
    try:
        return kind.model_validate(data)
    except ValidationError:
        logger.warning("unreadable %s event: %s", name, sorted(data))
        return None
