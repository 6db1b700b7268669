"""One thread takes a run from its first event to its last."""

import logging
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from aqumen.errors import AqumenError, BudgetSpent, LeaseLost, ShuttingDown, StoreFailed
from aqumen.events import Event, Failed, Final, Pause, Retry, Sample, Step, StepStarted
from aqumen.models.asking import RunScope
from aqumen.pipeline.asking import Item
from aqumen.pipeline.sampling import calls_of

from .current import working_for
from .live import LiveRun
from .pen import PATIENCE_SECONDS, Pen, patiently
from .progress import Meter

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Driver:
    """Has what a run tells written down, and its end, whatever comes."""

    pen: Pen
    live: LiveRun
    scope: RunScope
    meter: Meter
    step_number: int | None = None
    """The step that has begun last, of those that are not over."""
    _begun: list[StepStarted] = field(default_factory=list)
    """Of an attempt, the steps that are not over, in the order they began."""

    def __post_init__(self) -> None:
        self.scope = replace(self.scope, keep=self.pen.keep, onlooker=self.live)

    def drive(self, begin: Callable[[], Generator[Item]]) -> None:
        """Run a generator to its end; whatever happens, one terminal event is stored.

        Only a run that another worker has taken over, or that this process leaves to the next
        one, ends here without.
        """
        with working_for(self.live.run_id):
            self._drive(begin)

    def _drive(self, begin: Callable[[], Generator[Item]]) -> None:
        try:
            self._follow(begin)
        except LeaseLost:
            self._taken_over()
        except ShuttingDown:
            logger.info("run %s is left to the next worker", self.live.run_id)
            self._try_to_tell([])
        except AqumenError as error:
            self.fail(error)
        except Exception:
            logger.exception("run %s failed", self.live.run_id)
            self.fail(AqumenError())

    def _follow(self, begin: Callable[[], Generator[Item]]) -> None:
        with closing(patiently(begin, self.scope.cancel.wait, self.live.run_id)) as items:
            for item in items:
                if isinstance(item, Pause):
                    self.pen.catch_up(self.scope.cancel.wait)
                elif isinstance(item, Final):
                    # The result and the end are one: nobody may see the one without the other.
                    rest = [event for event in items if isinstance(event, Event)]
                    # Nothing is left to stop: what was paid for is not dropped for a late cancel.
                    self.pen.write([self.meter.finished(), item, *rest], time.sleep)
                else:
                    self._tell(item)

    def _tell(self, event: Event) -> None:
        self.note(event)
        told = [event, *self.meter.after(event)]
        if event.seq:
            return  # an earlier worker has stored it
        if isinstance(event, StepStarted | Step):
            # What follows on these, the next call or the end, is written in the next moment.
            self.pen.put_off(told)
        else:
            self.pen.write(told, self.scope.cancel.wait)

    def note(self, event: Event) -> None:
        """Keep in mind what an event says about the run's place."""
        if isinstance(event, StepStarted):
            same = [each for each in self._begun if each.attempt == event.attempt]
            self._go_by([*same, event])
        elif isinstance(event, Step):
            self.live.close_calls(event.step_number, event.attempt)
            if event.success:
                self._go_by([e for e in self._begun if e.step_number != event.step_number])
        elif isinstance(event, Sample):
            for place in calls_of(event):
                self.live.close_calls(*place)
        elif isinstance(event, Retry):
            self.live.close_calls(event.step_number, event.attempt, event.call)

    def _go_by(self, steps: list[StepStarted]) -> None:
        self._begun = steps
        if steps:
            self.step_number = steps[-1].step_number

    def fail(self, error: AqumenError, patience: float = PATIENCE_SECONDS) -> None:
        """Store the terminal event of a run that ends without a result.

        A store that is away is waited for, about so many seconds.
        """
        cause = type(error.__cause__).__name__
        logger.info("run %s ends: %s (%s)", self.live.run_id, error.code, cause)
        spent = self.scope.ledger.spent
        failed = Failed(
            run_id=self.live.run_id,
            code=error.code,
            error=error.text,
            retryable=error.retryable,
            step_number=error.step_number or self.step_number,
            usage=spent.usage,
            cost_usd=spent.cost_usd,
            cost_estimated=spent.estimated,
            model_calls=spent.model_calls,
            resets_at=error.resets_at if isinstance(error, BudgetSpent) else None,
        )
        self._try_to_tell([failed], patience)

    def _try_to_tell(self, events: Sequence[Event], patience: float = PATIENCE_SECONDS) -> None:
        """Store a run's last word from this worker, and what it has spent."""
        try:
            # A run that was stopped has its last word all the same: it does not wait on its switch.
            self.pen.write(events, time.sleep, patience)
        except LeaseLost:
            self._taken_over()
        except StoreFailed as failed:
            # Its lease runs out, and whoever sweeps next writes its end.
            logger.error(  # noqa: TRY400 - a traceback would say no more
                "run %s: its end could not be stored: %s", self.live.run_id, failed.why
            )
            self.pen.drop()

    def _taken_over(self) -> None:
        logger.warning("run %s was taken over by another worker", self.live.run_id)
        self.pen.drop()
