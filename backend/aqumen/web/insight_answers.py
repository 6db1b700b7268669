"""What insights say, for `/docs` and for those who read the code."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel

from aqumen.events import DESCRIPTIONS, Kind, Timestamp
from aqumen.judging.intervals import Z_95, wilson
from aqumen.runs.overrides import TEMPLATES
from aqumen.store.counts import Fault, Found, RunGroup, StepGroup
from aqumen.store.marks import By, Scope

from .insight_shapes import EPOCH

CONFIDENCE = 0.95


class Rate(BaseModel):
    """How many of how many, and where the true share may well be."""

    count: int
    n: int
    share: float | None
    """None, like its interval, where n is 0."""
    lower: float | None
    upper: float | None

    @classmethod
    def of(cls, count: int, n: int) -> "Rate":
        """Return a count between its Wilson bounds."""
        if n == 0:
            return cls(count=0, n=0, share=None, lower=None, upper=None)
        found = (round(bound, 4) for bound in wilson(count, n, Z_95))
        return cls(count=count, n=n, **dict(zip(("share", "lower", "upper"), found, strict=True)))


class Seconds(BaseModel):
    """How long it took, by nearest rank."""

    median: float
    p90: float

    @classmethod
    def of(cls, group: RunGroup | StepGroup) -> "Seconds":
        """Return what a group took."""
        return cls(median=round(group.median_seconds, 3), p90=round(group.p90_seconds, 3))


class RunsCounted(BaseModel):
    """Runs that have something in common."""

    key: str
    """The day, the Monday of the week, or the fingerprint of all models or prompts."""
    runs: int
    success: Rate
    """Of the runs, those with a question."""
    differentiation: Rate
    """Of those that did not fail, the ones that told the models apart."""
    seconds: Seconds
    cost_usd: float
    """Of all of them together."""
    first_at: Timestamp
    last_at: Timestamp
    models: dict[str, str] | None
    """By role; only by model."""
    prompts: dict[str, str] | None
    """Fingerprints of the texts by name; only by prompt_version."""
    prompt_numbers: dict[str, int] | None
    """Which saved versions those are, 0 being the shipped one; likewise."""

    @classmethod
    def of(cls, group: RunGroup, found: Found, by: By | None) -> "RunsCounted":
        """Return a group as it is shown."""
        shared = found.shared.get(group.example)
        return cls(
            key=_key(group.key, by),
            runs=group.runs,
            success=Rate.of(group.succeeded, group.runs),
            differentiation=Rate.of(group.differentiated, group.results),
            seconds=Seconds.of(group),
            cost_usd=round(group.cost_usd, 6),
            first_at=datetime.fromtimestamp(group.first_at, UTC),
            last_at=datetime.fromtimestamp(group.last_at, UTC),
            models=shared.models if shared and by == "model" else None,
            prompts=shared.prompts if shared and by == "prompt_version" else None,
            prompt_numbers=shared.numbers if shared and by == "prompt_version" else None,
        )


class StepsCounted(BaseModel):
    """A step, in the attempts that have something in common; reused answers do not count."""

    step_number: int
    description: str
    key: str
    """The day, the Monday of the week, the step's model or the fingerprint of its prompt."""
    prompt_number: int | None
    """Which saved version that is, 0 being the shipped one; null if its newest run has none."""
    first_time_right: Rate
    """Of the attempts, those whose first answer passed every check."""
    accepted: Rate
    """Those of which any answer did."""
    seconds: Seconds
    """Of an attempt, all its answers together."""
    cost_usd: float
    """Of all attempts together, with the samples of higher rigor."""
    retries: int
    """Model calls that failed and were tried again."""

    @classmethod
    def of(cls, group: StepGroup, found: Found, by: By | None) -> "StepsCounted":
        """Return a group as it is shown."""
        shared = found.shared.get(group.example) if by == "prompt_version" else None
        return cls(
            step_number=group.step,
            description=DESCRIPTIONS[group.step],
            key=_key(group.key, by),
            prompt_number=shared.numbers.get(TEMPLATES[group.step]) if shared else None,
            first_time_right=Rate.of(group.first_right, group.attempts),
            accepted=Rate.of(group.accepted, group.attempts),
            seconds=Seconds.of(group),
            cost_usd=round(group.cost_usd, 6),
            retries=group.retries,
        )


class Reason(BaseModel):
    """Why runs have no question."""

    cause: str | None
    """Of a run with a result: `not_differentiated`, `not_confirmed` (a mistake that told the models
    apart did not pass the confirmation), `too_much_missing` (of the samples), or `step_rejected`
    (every answer failed a check). Otherwise the error's code.
    """
    step_number: int | None
    runs: Rate
    """Of all runs."""


class FailedCheck(BaseModel):
    """A check that answers failed."""

    step_number: int
    check: str
    attempts: Rate
    """Of the step's attempts, those in which any answer failed it."""


class LeftOut(BaseModel):
    """Runs of the time and the kinds asked for that are not counted."""

    other_sort: int
    """Simulated ones where real ones are counted, or the other way round."""
    cancelled: int
    going_on: int
    not_noted_yet: int
    """They have just ended, or the server has just begun to count."""


class Counted(BaseModel):
    """What many runs came to."""

    by: By
    simulated: bool
    kinds: list[Kind]
    confidence: float
    """Of every interval; they are Wilson's."""
    total: RunsCounted | None
    """None where no run is counted."""
    groups: list[RunsCounted]
    """At most the 100 that were used last, in the order in which they began."""
    steps: list[StepsCounted]
    """Each step's over all groups."""
    step_groups: list[StepsCounted]
    reasons: list[Reason]
    """The most frequent first, like the failed checks."""
    failed_checks: list[FailedCheck]
    models: list[str]
    """All that answered a step, also where only one was asked for."""
    left_out: LeftOut

    @classmethod
    def of(cls, found: Found, scope: Scope, by: By) -> "Counted":
        """Return what was found as it is shown."""
        runs = found.total.runs if found.total else 0
        attempts = {group.step: group.attempts for group in found.steps}
        return cls(
            by=by,
            simulated=scope.simulated,
            kinds=list(scope.kinds),
            confidence=CONFIDENCE,
            total=RunsCounted.of(found.total, found, None) if found.total else None,
            groups=[RunsCounted.of(group, found, by) for group in found.groups],
            steps=[StepsCounted.of(group, found, None) for group in found.steps],
            step_groups=[StepsCounted.of(group, found, by) for group in found.step_groups],
            reasons=[
                Reason(cause=cause, step_number=step, runs=Rate.of(count, runs))
                for cause, step, count in found.reasons
            ],
            failed_checks=[_failed(fault, attempts) for fault in found.faults],
            models=list(found.models),
            left_out=LeftOut(**found.left_out._asdict()),
        )


def _failed(fault: Fault, attempts: dict[int, int]) -> FailedCheck:
    rate = Rate.of(fault.attempts, attempts.get(fault.step, fault.attempts))
    return FailedCheck(step_number=fault.step, check=fault.check, attempts=rate)


def _key(key: Any, by: By | None) -> str:
    if by in ("day", "week"):
        return (EPOCH + timedelta(days=key)).isoformat()
    return str(key)
