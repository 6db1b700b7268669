"""How an attempt that asks each model several times stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from .wire import Sample


@dataclass(frozen=True, slots=True)
class Tally:
    """One model's judged answers."""

    avoided: int
    counted: int
    """Answers that say yes or no; missing ones do not count."""
    missing: int

    @property
    def share(self) -> float:
        """How often the mistake was avoided, 0 to 1."""
        return self.avoided / self.counted if self.counted else 0.0


@dataclass(frozen=True, slots=True)
class Sampling:
    """Both models' answers of one phase, and how far apart they are."""

    phase: str
    mid: Tally
    weak: Tally
    difference: float | None
    lower: float | None
    upper: float | None


def of_attempt(samples: Sequence[Sample], attempt: int) -> Sampling | None:
    """Return how the attempt's latest phase stands, None if it samples nothing."""
    ours = [sample for sample in samples if sample.attempt == attempt]
    if not ours:
        return None
    last = ours[-1]
    phase = [sample for sample in ours if sample.phase == last.phase]
    return Sampling(
        last.phase, _tally(phase, "mid"), _tally(phase, "weak"), last.d, last.lower, last.upper
    )


def _tally(samples: Sequence[Sample], tier: str) -> Tally:
    outcomes = [sample.outcome for sample in samples if sample.tier == tier]
    avoided, made = outcomes.count("absent"), outcomes.count("present")
    return Tally(avoided, avoided + made, len(outcomes) - avoided - made)
