"""What many runs came to, as values; every number comes with what it rests on."""

from dataclasses import dataclass
from datetime import date

from aqumen.judging.intervals import wilson, z_of
from aqumen.store.records import Status

_BOTH_SIDES = z_of(0.975)
"""Of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share, with its 95 % Wilson interval; of nothing, nothing is known."""

    count: int
    n: int
    share: float | None
    low: float
    high: float

    @classmethod
    def of(cls, count: int, n: int) -> "Rate":
        """Return the share of `count` in `n`."""
        if not n:
            return cls(0, 0, None, 0.0, 1.0)
        return cls(count, n, *wilson(count, n, _BOTH_SIDES))


@dataclass(frozen=True, slots=True)
class Rates:
    """How often runs came to something: of those that are over and were not cancelled."""

    success: Rate
    differentiation: Rate


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How many runs are in a state."""

    status: Status
    n: int


@dataclass(frozen=True, slots=True)
class StepInsight:
    """How one step fares; answers that were another run's are left out."""

    step_number: int
    description: str
    n: int
    """Answers."""
    right_first: Rate
    """Of the first answers in an attempt, those that were accepted."""
    median_seconds: float
    median_cost_usd: float
    example: str | None
    """The newest run whose first answer was not accepted."""


@dataclass(frozen=True, slots=True)
class ErrorReason:
    """A code that runs failed with."""

    code: str
    n: int
    example: str
    """The newest such run."""


@dataclass(frozen=True, slots=True)
class CheckReason:
    """A check that answers of a step did not pass."""

    step_number: int
    name: str
    n: int
    """Answers, not runs: one run may fail a check several times."""
    example: str
    """The newest such run."""


@dataclass(frozen=True, slots=True)
class DayInsight:
    """The runs that were asked for on one day, in UTC."""

    day: date
    n: int
    rates: Rates


@dataclass(frozen=True, slots=True)
class ModelInsight:
    """The runs in which a model had a role."""

    role: str
    model: str
    n: int
    rates: Rates


@dataclass(frozen=True, slots=True)
class Insights:
    """What the newest runs of a window came to; simulated and real runs are never mixed."""

    simulated: bool
    of: int
    """Runs in the window."""
    counted: int
    """The newest of them, on which all else rests."""
    rates: Rates
    outcomes: list[OutcomeCount]
    steps: list[StepInsight]
    errors: list[ErrorReason]
    checks: list[CheckReason]
    days: list[DayInsight]
    models: list[ModelInsight]
