"""The events a run tells and its log stores."""

from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from aqumen.errors import Code

from .calls import Call, Check, Usage
from .evidence import Evidence, Presence
from .result import Assessment, Metadata
from .sampled import Phase, Rates, Reading, Ruling, Tier
from .vocabulary import Difficulty, Kind, Rigor, StepNumber, Timestamp, Value, now


class Event(Value):
    """What every stored event carries."""

    name: ClassVar[str]
    """The SSE event it is sent under."""
    type: str
    run_id: str
    seq: int = 0
    timestamp: Timestamp = Field(default_factory=now)
    """When the log stored it; so it never goes backwards within a run."""


class Start(Event):
    """The run exists."""

    name = "start"
    type: Literal["start"] = "start"
    event: Literal["start"] = "start"
    topic: str
    max_attempts: int
    rigor: Rigor
    difficulty: Difficulty | None = None
    subtopic: str | None = None
    simulated: bool = False
    kind: Kind = "full"
    parent: str | None = None
    """The run whose answers this one goes on from."""


class Queued(Event):
    """The run waits for room."""

    name = "queued"
    type: Literal["queued"] = "queued"
    position: int


class StepStarted(Event):
    """A step begins."""

    name = "step_started"
    type: Literal["step_started"] = "step_started"
    step_number: StepNumber
    description: str
    model: str
    attempt: int


class Step(Event):
    """A step's answer is in, accepted or not."""

    name = "step"
    type: Literal["step"] = "step"
    step_number: StepNumber
    attempt: int
    answer: int
    description: str
    model: str
    success: bool
    duration_seconds: float
    prompt: str
    response_preview: str
    response_full: str
    checks: tuple[Check, ...]
    usage: Usage
    cost_usd: float
    cost_estimated: bool = False
    calls: tuple[Call, ...]
    evidence: tuple[Evidence, ...] = ()
    """Of step 6: one entry for each of the catalog's, in the catalog's order."""
    reused_from: str | None = None
    """The run that asked for this answer, where it was not this one; it costs nothing here."""


class Retry(Event):
    """A model call failed and will be tried again."""

    name = "retry"
    type: Literal["retry"] = "retry"
    step_number: StepNumber
    attempt: int
    answer: int
    call: int
    """1-based number of the call within the answer."""
    try_: int = Field(alias="try", serialization_alias="try")
    """1-based number of the try that failed."""
    code: Code
    message: str
    wait_seconds: float

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Progress(Event):
    """How far the run is; `percent` never falls."""

    name = "progress"
    type: Literal["progress"] = "progress"
    percent: int
    steps_done: int
    steps_expected: int
    attempt: int
    max_attempts: int
    usage: Usage = Usage()
    """Of the run so far."""
    cost_usd: float = 0.0
    model_calls: int = 0


class Sample(Event, Rates):
    """One more answer of an attempt has been judged.

    The rates are those of its phase so far, this answer included.
    """

    name = "sample"
    type: Literal["sample"] = "sample"
    attempt: int
    phase: Phase
    tier: Tier
    index: int
    """1-based, of this model's answers in this phase."""
    mistake: str
    """What outcome and rates are about: the target, or while screening what leads so far."""
    outcome: Presence
    disputed: bool = False
    """Whether the outcome is missing because two judges contradict each other."""
    readings: tuple[Reading, ...]
    """One for each entry of the catalog, in its order."""
    why_missing: str = ""
    """Why the answer says nothing about any entry, if that is so."""
    calls: tuple[Call, ...]
    """The answer, then each judge's judgements; none where steps 4 to 6 have told them."""
    usage: Usage = Usage()
    """Of these calls."""
    cost_usd: float = 0.0
    cost_estimated: bool = False
    reused_from: str | None = None
    """The run that asked for this answer, where it was not this one; it costs nothing here."""


class Gate(Event, Ruling):
    """A phase is over: what was counted, and what follows.

    A screen's is told before anything of the confirmation is asked: its target is fixed then.
    """

    name = "gate"
    type: Literal["gate"] = "gate"
    attempt: int
    phase: Phase


class Final(Event):
    """The run's result."""

    name = "step"
    type: Literal["final"] = "final"
    success: bool
    differentiation_achieved: bool
    total_attempts: int
    stopped_at_step: int
    assessment: Assessment | None
    reason: str | None
    """Why there is no assessment, in one sentence."""
    error: str | None
    """The same as `reason`: deployed clients show this."""
    metadata: Metadata


class Done(Event):
    """The end of a run that has a result."""

    name = "done"
    type: Literal["done"] = "done"
    event: Literal["done"] = "done"
    total_duration_seconds: float


class Failed(Event):
    """The end of a run that has none."""

    name = "error"
    type: Literal["error"] = "error"
    code: Code
    error: str
    retryable: bool
    step_number: int | None
    usage: Usage
    cost_usd: float
    cost_estimated: bool
    model_calls: int
    resets_at: Timestamp | None = None
    """When the day's dollars it came to begin anew; None for all other reasons."""


AnyEvent = Annotated[
    Start | Queued | StepStarted | Step | Retry | Progress | Sample | Gate | Final | Done | Failed,
    Field(discriminator="type"),
]
Terminal = Done | Failed

_stored: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)


def parse(data: str | bytes) -> AnyEvent:
    """Read a stored event back from its JSON, whatever a later release has added to it.

    Raises pydantic's ValidationError for anything else.
    """
    return _stored.validate_json(data, extra="ignore")
