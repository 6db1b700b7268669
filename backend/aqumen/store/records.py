"""What is read from and written to the store, as values."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from aqumen.events import Usage
from aqumen.order import Order
from aqumen.templates import Prompts

Kind = Literal["full", "categories"]
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
class Pinned:
    """What was fixed about a run when it was made, for whoever goes on with it."""

    kind: Kind
    order: Order
    models: dict[str, str]
    prompts: Prompts
    simulated: bool


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run that is about to exist."""

    id: str
    kind: Kind
    order: Order
    models: dict[str, str]
    """Model ids by role, pinned for the run's life."""
    prompts: Prompts
    """The prompt texts, pinned likewise."""
    simulated: bool
    worker: str
    needs_watcher: bool
    """Whether it is cancelled when nobody has watched it for the grace time."""
    request_id: str | None = None

    @property
    def pinned(self) -> Pinned:
        """What is fixed about it for its life."""
        return Pinned(self.kind, self.order, self.models, self.prompts, self.simulated)


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
    rigor: str
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

    @property
    def over(self) -> bool:
        """Whether its terminal event is stored."""
        return self.status not in OPEN


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list, newest first."""

    runs: tuple[Summary, ...]
    next_cursor: str | None


Row = dict[str, Any]
