"""What many runs came to, as values."""

from dataclasses import dataclass
from typing import NamedTuple

Key = str | int


class RunGroup(NamedTuple):
    """The runs that have something in common."""

    key: Key
    runs: int
    succeeded: int
    results: int
    """Those that ended with or without a question, and not by a failure."""
    differentiated: int
    """Of the results."""
    cost_usd: float
    """Of all of them together."""
    median_seconds: float
    """From the beginning to the end; nearest rank, like the other."""
    p90_seconds: float
    first_at: float
    last_at: float
    example: str
    """One of the runs: it says which models or prompts they share."""


class StepGroup(NamedTuple):
    """A step in the attempts that have something in common."""

    step: int
    key: Key
    attempts: int
    first_right: int
    """Those whose first answer was accepted."""
    accepted: int
    cost_usd: float
    retries: int
    median_seconds: float
    """Of all its answers; nearest rank, like the other."""
    p90_seconds: float
    last_at: float
    example: str
    """One of the runs, likewise."""


class Shared(NamedTuple):
    """What the runs of a group of models or prompts have in common."""

    models: dict[str, str]
    """By role."""
    prompts: dict[str, str]
    """Fingerprints of the texts, by name."""
    numbers: dict[str, int]
    """Which saved versions those are."""


class Reason(NamedTuple):
    """Why so many runs have no question."""

    cause: str | None
    step: int | None
    runs: int


class Fault(NamedTuple):
    """A check that was failed in so many attempts of a step."""

    step: int
    check: str
    attempts: int


class LeftOut(NamedTuple):
    """Runs of the time and the kinds asked for that are not counted."""

    other_sort: int
    """Simulated ones where real ones are counted, or the other way round."""
    cancelled: int
    going_on: int
    not_noted_yet: int


@dataclass(frozen=True, slots=True)
class Found:
    """What the runs of a scope came to."""

    total: RunGroup | None
    """None where there are no runs."""
    groups: tuple[RunGroup, ...]
    shared: dict[str, Shared]
    """By a group's example."""
    steps: tuple[StepGroup, ...]
    """Each step's, over all groups."""
    step_groups: tuple[StepGroup, ...]
    reasons: tuple[Reason, ...]
    faults: tuple[Fault, ...]
    models: tuple[str, ...]
    """All that answered a step, also where only one was asked for."""
    left_out: LeftOut
