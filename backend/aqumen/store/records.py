"""What is read from and written to the store, as values."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from aqumen.events import Kind, Rigor, Usage
from aqumen.order import Order
from aqumen.templates import Prompts
from aqumen.terms import Terms

Status = Literal["queued", "running", "succeeded", "no_question", "failed", "cancelled"]
OPEN: tuple[Status, ...] = ("queued", "running")
"""The states of a run that is not over."""
EvidenceAsked = Rigor | Literal["none"]
"""A label, or that there is none."""
SortKey = Literal["created", "cost", "duration", "attempts"]


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
    owner: str | None = None
    """The name of the key it was asked for with."""
    terms: Terms | None = None
    """None in the rows of a release that kept none."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A text that somebody wrote for a prompt."""

    name: str
    """Of the prompt."""
    text: str
    author: str | None
    note: str | None
    """What was changed, and why."""


@dataclass(frozen=True, slots=True)
class SavedPrompt:
    """A version of a prompt that was saved."""

    name: str
    number: int
    """Counted from 1 for each prompt."""
    text: str
    version: str
    """The text's fingerprint."""
    author: str | None
    note: str | None
    based_on: int
    """The number of the one that was in force."""
    shipped: str
    """The fingerprint of the text that was shipped when it was saved."""
    created_at: float


@dataclass(frozen=True, slots=True)
class InForce:
    """Which version of a prompt runs are started with."""

    number: int = 0
    """0 is the shipped text."""
    previous: int | None = None
    """Which one that was before."""
    author: str | None = None
    """Who chose it."""
    since: float | None = None


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run that is about to exist."""

    id: str
    pinned: Pinned
    worker: str
    needs_watcher: bool
    """Whether it is cancelled when nobody has watched it for the grace time."""
    request_id: str | None = None
    ticket: str | None = None
    """The id of the ticket it was started with, which starts no other."""
    most_open: int | None = None
    """How many runs its key may have open, this one among them; None is no limit."""


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
    """Fingerprints of the texts, by name."""
    prompt_numbers: dict[str, int]
    """Which saved versions those are; none for a text of this run alone."""
    cancel_requested: bool
    """Whether somebody asked for its end."""
    parent: str | None = None
    from_step: int | None = None
    from_attempt: int | None = None
    rejudge_number: int | None = None
    """Of the parent's rejudgements, counted from 1."""
    owner: str | None = None
    """The name of the key it was asked for with."""
    terms: Terms | None = None
    """None where none were kept."""

    @property
    def over(self) -> bool:
        """Whether its terminal event is stored."""
        return self.status not in OPEN


@dataclass(frozen=True, slots=True)
class Filter:
    """Which runs are listed; what is None, or empty, is not asked for."""

    kinds: tuple[Kind, ...] = ()
    statuses: tuple[Status, ...] = ()
    search: str | None = None
    """Words, each in topic, title or subtopic; or a run's id."""
    parent: str | None = None
    topic: str | None = None
    """The whole of it."""
    evidence: tuple[EvidenceAsked, ...] = ()
    model: str | None = None
    """An id as clients see it, in whatever role."""
    prompt: str | None = None
    """The fingerprint of a text that is among those they are asked with."""
    since: float | None = None
    """When it was asked for, in seconds since the epoch; `until` is the first moment too late."""
    until: float | None = None
    min_cost: float | None = None
    """USD; both ends belong to it."""
    max_cost: float | None = None
    owner: str | None = None


class ListOrder(NamedTuple):
    """What a list is sorted by; a run without a duration comes last either way."""

    by: SortKey = "created"
    descending: bool = True


NEWEST_FIRST = ListOrder()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list."""

    runs: tuple[Summary, ...]
    next_cursor: str | None


Row = dict[str, Any]
