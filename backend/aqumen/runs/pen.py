"""What a run tells, written to its log: in order, and no more often than it has to be."""

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from aqumen.errors import StoreFailed
from aqumen.events import Event
from aqumen.models.cancel import Cancel
from aqumen.models.ledger import Opening
from aqumen.store.log import Log
from aqumen.store.records import Stored

from .live import LiveRun

logger = logging.getLogger(__name__)

T = TypeVar("T")
Wait = Callable[[float], None]
"""Waits for so many seconds, or raises what the run was stopped with."""

_PAUSES = (0.5, 2.0, 8.0)
"""Seconds to wait after each failed try to reach the store."""


@dataclass(slots=True)
class Pen:
    """Stores a run's events, then tells them to those who watch.

    What a run's parallel calls have to write goes through here, too: one at a time.
    """

    log: Log
    live: LiveRun
    lease_seconds: float = math.inf
    """How long this worker may stand still before another takes the run over."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _put_off: list[Event] = field(default_factory=list)
    _kept: tuple[Opening, ...] = ()
    """Calls that were open at the last write, which has stored them."""
    _send_by: float = 0.0
    """Until when they may be sent."""

    def put_off(self, events: Sequence[Event]) -> None:
        """Write these with what comes next, which has to be soon."""
        with self._lock:
            self._put_off += events

    def write(self, events: Sequence[Event], wait: Wait) -> None:
        """Store what was put off, these, and what the run has spent.

        Raises LeaseLost, StoreFailed when all patience is spent, or what `wait` raises.
        """
        with self._lock:
            self._write(events, wait)

    def catch_up(self, wait: Wait) -> None:
        """Store what was put off, if anything was; raises as `write` does."""
        with self._lock:
            if self._put_off:
                self._write((), wait)

    def keep(self, cancel: Cancel) -> float:
        """Store that a call is about to be made: whoever takes the run over counts it.

        In the call's own thread, of which a run may have several. Returns until when it may be
        sent: a process that stands still and goes on later does not make it beside its successor.
        Raises LeaseLost where that one is at work already.
        """
        with self._lock:
            if self._put_off or not set(self.live.ledger.spent.open) <= set(self._kept):
                self._write((), cancel.wait)
            return self._send_by

    def _write(self, events: Sequence[Event], wait: Wait) -> None:
        # One object, however often it is tried: that is how the log knows it again.
        told = [*self._put_off, *events]
        self._put_off.clear()
        self.live.told(patiently(lambda: self._append(told), wait, self.live.run_id))

    def _append(self, told: list[Event]) -> list[Stored]:
        # Leases are renewed when a quarter has passed, so that more than this half is left.
        send_by, kept = time.time() + self.lease_seconds / 2, self.live.ledger.spent.open
        stored = self.log.append(self.live.lease, told, self.live.ledger)
        self._send_by, self._kept = send_by, kept
        return stored


def patiently(work: Callable[[], T], wait: Wait, run_id: str) -> T:
    """Do what needs the store; one that is away for a moment must not cost a run."""
    for pause in _PAUSES:
        try:
            return work()
        except StoreFailed:
            logger.warning("run %s: the store does not answer; trying again", run_id)
            wait(pause)
    return work()
