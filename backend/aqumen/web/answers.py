"""What answers look like, for `/docs` and for those who read the code."""

from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, JsonValue

from aqumen.events import Kind, Timestamp, Usage
from aqumen.models.known import public_id
from aqumen.store.records import Status, Summary


class Health(BaseModel):
    """Whether the process is up, and whether it can run pipelines."""

    status: Literal["healthy"] = "healthy"
    timestamp: Timestamp
    pipeline_ready: bool
    version: str | None = None
    """Only for those who may ask for more; like the next."""
    model_backend: Literal["bedrock", "simulator"] | None = None


class Ready(BaseModel):
    """That runs can be made."""

    status: Literal["ready"] = "ready"
    timestamp: Timestamp


class Role(BaseModel):
    """A model and what it is there for."""

    id: str
    description: str
    purpose: str


class Models(BaseModel):
    """The models of this server."""

    models: dict[str, Role]
    pipeline_flow: str
    simulated: bool
    prices_as_of: str
    warnings: list[str]


class Accepted(BaseModel):
    """A run that was started."""

    run_id: str
    status: Status
    events_url: str
    cancel_url: str


class Branched(Accepted):
    """A run that was started from another one's answers."""

    kind: Kind
    parent: str
    from_step: int
    from_attempt: int
    rejudge_number: int | None

    @classmethod
    def of(cls, run: Summary) -> "Branched":
        """Return a stored summary as it is shown when the run has just been started."""
        shown: dict[str, Any] = places(run.run_id) | {
            name: getattr(run, name) for name in cls.model_fields if hasattr(run, name)
        }
        return cls(**shown)


class Cancelled(BaseModel):
    """What became of a request to cancel."""

    run_id: str
    status: Status
    changed: bool


class RunSummary(BaseModel):
    """One run in a list."""

    run_id: str
    kind: Kind
    status: Status
    topic: str
    difficulty: str | None
    subtopic: str | None
    max_attempts: int
    rigor: str
    simulated: bool
    created_at: Timestamp
    started_at: Timestamp | None
    ended_at: Timestamp | None
    duration_seconds: float | None
    total_attempts: int
    title: str | None
    evidence: str | None
    reason: str | None
    error_code: str | None
    usage: Usage
    cost_usd: float
    cost_estimated: bool
    model_calls: int
    last_seq: int
    models: dict[str, str]
    prompt_versions: dict[str, str]
    """Fingerprints of the prompt texts it uses, by name."""
    prompt_numbers: dict[str, int]
    """Which saved versions those are: 0 the shipped one; none for a text of this run alone."""
    parent: str | None
    """The run whose answers this one goes on from."""
    from_step: int | None
    """The first step that is not the parent's."""
    from_attempt: int | None
    rejudge_number: int | None
    """Which of the parent's rejudgements this is, counted from 1."""

    @classmethod
    def of(cls, run: Summary) -> "RunSummary":
        """Return a stored summary as it is shown."""
        shown: dict[str, Any] = {name: getattr(run, name) for name in Summary.__dataclass_fields__}
        shown |= {name: _moment(shown[name]) for name in _TIMES}
        shown["models"] = {role: public_id(id_) for role, id_ in run.models.items()}
        seconds = None if run.ended_at is None else round(run.ended_at - run.created_at, 3)
        return cls(**shown, duration_seconds=seconds)


class RunPage(BaseModel):
    """A page of runs, newest first."""

    runs: list[RunSummary]
    next_cursor: str | None


class RunDetail(RunSummary):
    """One run with everything it said."""

    steps: list[dict[str, JsonValue]]
    """The data of its `step` events, in order."""
    final: dict[str, JsonValue] | None


class LoggedEvent(BaseModel):
    """One stored event."""

    seq: int
    event: str
    data: dict[str, JsonValue]


class Categories(BaseModel):
    """Step 1's answer, as the deployed site reads it."""

    success: bool
    run_id: str
    topic: str
    categories: dict[str, list[str]] | None = None
    error: str | None = None


class PromptText(BaseModel):
    """One prompt, as the deployed site reads it."""

    description: str
    template: str
    version: str


class PromptTexts(BaseModel):
    """The prompts of this server."""

    success: bool
    prompts: dict[str, PromptText]


def places(run_id: str) -> dict[str, str]:
    """Return where a run's events are and where it is cancelled."""
    place = f"/api/runs/{run_id}"
    return {"events_url": f"{place}/events", "cancel_url": f"{place}/cancel"}


_TIMES = ("created_at", "started_at", "ended_at")


def _moment(seconds: Any) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
