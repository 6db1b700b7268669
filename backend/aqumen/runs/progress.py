"""How far a run is."""

from dataclasses import dataclass

from aqumen.events import Event, Progress, Retry, Step, StepStarted
from aqumen.models.ledger import Ledger

_BEFORE, _ATTEMPT, _AFTER = 2, 4, 1
"""Steps before the attempts (1-2), in each (3-6) and after them (7)."""


@dataclass(slots=True)
class Meter:
    """Counts a run's accepted steps; its percentage never falls."""

    run_id: str
    max_attempts: int
    ledger: Ledger
    attempt: int = 1
    percent: int = 0
    _done_before: int = 0
    _done_in_attempt: int = 0

    def after(self, item: Event) -> list[Event]:
        """Return what is told with an event: the progress, if the event is one that makes any."""
        if not isinstance(item, StepStarted | Step | Retry):
            return []
        if isinstance(item, StepStarted) and item.attempt > self.attempt:
            self.attempt, self._done_in_attempt = item.attempt, 0
        if isinstance(item, Step) and item.success:
            self._count(item.step_number)
        return [self._progress(99 * self._done // self._expected)]

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
