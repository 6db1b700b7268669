"""How far a run is."""

from dataclasses import dataclass
from typing import Protocol

from aqumen.events import Event, Progress, Retry, Rigor, Sample, Step, StepStarted
from aqumen.models.ledger import Ledger
from aqumen.pipeline.ladder import samples_of

_BEFORE, _ATTEMPT, _AFTER = 2, 4, 1
"""Steps before the attempts (1-2), in each (3-6) and after them (7)."""


class Extent(Protocol):
    """How much a run may come to: an order, or what is kept of one."""

    @property
    def max_attempts(self) -> int:
        """How often steps 3-6 may be tried."""
        ...

    @property
    def rigor(self) -> Rigor:
        """How many answers are taken each time."""
        ...


@dataclass(slots=True)
class Meter:
    """Counts a run's accepted steps and its samples; its percentage never falls."""

    run_id: str
    max_attempts: int
    ledger: Ledger
    samples: int = 0
    """How many an attempt has, at most."""
    attempt: int = 1
    percent: int = 0
    _done_before: int = 0
    _done_in_attempt: int = 0
    _sampled: int = 0

    @classmethod
    def of(cls, run_id: str, extent: Extent, ledger: Ledger) -> "Meter":
        """Return the meter of a run that begins."""
        return cls(run_id, extent.max_attempts, ledger, samples_of(extent.rigor))

    def after(self, item: Event) -> list[Event]:
        """Return what is told with an event: the progress, if the event is one that makes any."""
        if not isinstance(item, StepStarted | Step | Retry | Sample):
            return []
        if isinstance(item, StepStarted) and item.attempt > self.attempt:
            self.attempt, self._done_in_attempt, self._sampled = item.attempt, 0, 0
        if isinstance(item, Step) and item.success:
            self._count(item.step_number)
        self._sampled += isinstance(item, Sample)
        before = (self.attempt - 1) * self.samples
        done, expected = self._done + before + self._sampled, self._expected + before + self.samples
        return [self._progress(99 * done // expected)]

    def finished(self) -> Progress:
        """Return the last progress of a run: nothing is left to do."""
        return self._progress(100)

    def _count(self, step_number: int) -> None:
        if step_number <= _BEFORE:
            self._done_before += 1
        else:
            self._done_in_attempt += 1

    @property
    def _done(self) -> int:
        return self._done_before + (self.attempt - 1) * _ATTEMPT + self._done_in_attempt

    @property
    def _expected(self) -> int:
        return _BEFORE + self.attempt * _ATTEMPT + _AFTER

    def _progress(self, percent: int) -> Progress:
        self.percent = max(self.percent, percent)
        spent = self.ledger.spent
        return Progress(
            run_id=self.run_id,
            percent=self.percent,
            steps_done=self._done,
            steps_expected=self._expected,
            attempt=self.attempt,
            max_attempts=self.max_attempts,
            usage=spent.usage,
            cost_usd=spent.cost_usd,
            model_calls=spent.model_calls,
        )
