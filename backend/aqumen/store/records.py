"""What is read from and written to the store, as values."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from aqumen.events import Kind, Rigor, Usage
from aqumen.order import Order
from aqumen.templates import Prompts

Status = Literal["queued", "running", "succeeded", "no_question", "failed", "cancelled"]
OPEN: tuple[Status, ...] = ("queued", "running")
"""The states of a run that is not over."""


class Stored(NamedTuple):
    """An event as the log keeps it: the bytes every reader gets."""

    seq: int
    name: str
    type: str
    data: str

    @property
    def terminal(self) -> bool:
        """Whether nothing can follow."""
        return self.name in ("done", "error")


class Lease(NamedTuple):
    """The right to write to a run, until another worker takes it over."""

    run_id: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Branch:
    """Where a run goes on from another one's answers."""

    parent: str
    from_step: int
    """The first step that is not the parent's."""
    from_attempt: int


@dataclass(frozen=True, slots=True)
class Pinned:
    """What was fixed about a run when it was made, for whoever goes on with it."""

    kind: Kind
    order: Order
    models: dict[str, str]
    """Model ids by role."""
    prompts: Prompts
    simulated: bool
    branch: Branch | None = None
    """Of forks and rejudgements."""


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run that is about to exist."""

    id: str
    pinned: Pinned
    worker: str
    needs_watcher: bool
    """Whether it is cancelled when nobody has watched it for the grace time."""
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """One run in a list."""

    run_id: str
    kind: Kind
    status: Status
    topic: str
    difficulty: str | None
    subtopic: str | None
    max_attempts: int
    rigor: Rigor
    simulated: bool
    created_at: float
    """Seconds since the epoch, like the other times."""
    started_at: float | None
    ended_at: float | None
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
    cancel_requested: bool
    """Whether somebody asked for its end."""
    parent: str | None = None
    from_step: int | None = None
    from_attempt: int | None = None
    rejudge_number: int | None = None
    """Of the parent's rejudgements, counted from 1."""

    @property
    def over(self) -> bool:
        """Whether its terminal event is stored."""
        return self.status not in OPEN


@dataclass(frozen=True, slots=True)
class Filter:
    """Which runs are listed; what is None, or empty, is not asked for."""

    kinds: tuple[Kind, ...] = ()
    status: Status | None = None
    search: str | None = None
    """Looked for in topic and title."""
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list, newest first."""

    runs: tuple[Summary, ...]
    next_cursor: str | None


Row = dict[str, Any]
