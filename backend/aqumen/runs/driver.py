"""One thread takes a run from its first event to its last."""

import logging
import math
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from aqumen.errors import AqumenError, LeaseLost, ShuttingDown, StoreFailed
from aqumen.events import Event, Failed, Final, Retry, Sample, Step, StepStarted, Wrote
from aqumen.models.asking import RunScope
from aqumen.models.cancel import Cancel
from aqumen.pipeline.sampling import calls_of
from aqumen.store.log import Log

from .live import LiveRun
from .progress import Meter

logger = logging.getLogger(__name__)

T = TypeVar("T")
Item = Event | Wrote

_PAUSES = (0.5, 2.0, 8.0)
"""Seconds to wait after each failed try to write to the log."""


@dataclass(slots=True)
class Driver:
    """Stores what a run tells, then tells it to those who watch."""

    log: Log
    live: LiveRun
    scope: RunScope
    meter: Meter
    lease_seconds: float = math.inf
    """How long this worker may stand still before another takes the run over."""
    step_number: int | None = None

    def __post_init__(self) -> None:
        self.scope = replace(self.scope, keep=self._keep)

    def drive(self, begin: Callable[[], Generator[Item]]) -> None:
        """Run a generator to its end; whatever happens, one terminal event is stored.

        Only a run that another worker has taken over, or that this process leaves to the next
        one, ends here without.
        """
        try:
            self._follow(begin)
        except LeaseLost:
            logger.warning("run %s was taken over by another worker", self.live.run_id)
        except ShuttingDown:
            logger.info("run %s is left to the next worker", self.live.run_id)
            self._try_to_tell([])
        except AqumenError as error:
            self.fail(error)
        except Exception:
            logger.exception("run %s failed", self.live.run_id)
            self.fail(AqumenError())

    def _follow(self, begin: Callable[[], Generator[Item]]) -> None:
        with closing(self._patiently(begin, self.scope.cancel.wait)) as items:
            for item in items:
                if isinstance(item, Wrote):
                    self.live.wrote(item)
                elif isinstance(item, Final):
                    # The result and the end are one: nobody may see the one without the other.
                    rest = [event for event in items if isinstance(event, Event)]
                    # Nothing is left to stop: what was paid for is not dropped for a late cancel.
                    self._tell([self.meter.finished(), item, *rest], time.sleep)
                else:
                    self.note(item)
                    progress = self.meter.after(item)
                    if not item.seq:  # else an earlier worker has stored it
                        self._tell([item, *progress], self.scope.cancel.wait)

    def _tell(self, events: Sequence[Event], wait: Callable[[float], None]) -> None:
        """Store and tell."""
        append = partial(self.log.append, self.live.lease, events, self.scope.ledger)
        self.live.told(self._patiently(append, wait))

    def _keep(self, cancel: Cancel) -> float:
        """Store that a call is about to be made: whoever takes the run over counts it.

        In the call's own thread, of which a run may have several. Returns until when it may be
        sent: a process that stands still and goes on later does not make it beside its successor.
        Raises LeaseLost where that one is at work already.
        """
        return self._patiently(self._kept, cancel.wait)

    def _kept(self) -> float:
        # Leases are renewed when a quarter has passed, so that more than this half is left.
        send_by = time.time() + self.lease_seconds / 2
        self.log.append(self.live.lease, (), self.scope.ledger)
        return send_by

    def _patiently(self, work: Callable[[], T], wait: Callable[[float], None]) -> T:
        """Do what needs the store; one that is away for a moment must not cost a run."""
        for pause in _PAUSES:
            try:
                return work()
            except StoreFailed:
                logger.warning("run %s: the store does not answer; trying again", self.live.run_id)
                wait(pause)
        return work()

    def note(self, event: Event) -> None:
        """Keep in mind what an event says about the run's place."""
        if isinstance(event, StepStarted):
            self.step_number = event.step_number
        elif isinstance(event, Step):
            self.live.close_calls(event.step_number, event.attempt)
        elif isinstance(event, Sample):
            for place in calls_of(event):
                self.live.close_calls(*place)
        elif isinstance(event, Retry):
            self.live.close_calls(event.step_number, event.attempt, event.call)

    def fail(self, error: AqumenError) -> None:
        """Store the terminal event of a run that ends without a result."""
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
        )
        self._try_to_tell([failed])

    def _try_to_tell(self, events: Sequence[Event]) -> None:
        """Store a run's last word from this worker, and what it has spent."""
        try:
            # A run that was stopped has its last word all the same: it does not wait on its switch.
            self._tell(events, time.sleep)
        except LeaseLost:
            logger.warning("run %s was taken over by another worker", self.live.run_id)
        except StoreFailed:
            # Its lease runs out, and whoever sweeps next writes its end.
            logger.exception("run %s: its end could not be stored", self.live.run_id)
