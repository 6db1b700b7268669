"""What a run tells, written to its log: in order, and no more often than it has to be."""

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from aqumen.errors import LeaseLost, StoreFailed, StoreRefused
from aqumen.events import Event
from aqumen.models.cancel import Cancel
from aqumen.models.ledger import Opening, Spent
from aqumen.store.log import Log
from aqumen.store.records import Stored

from .live import LiveRun

logger = logging.getLogger(__name__)

T = TypeVar("T")
Wait = Callable[[float], None]
"""Waits for so many seconds, or raises what the run was stopped with."""

PATIENCE_SECONDS = 600.0
"""How long a store that is away is waited for: what a run has come to is in memory alone."""
BRIEF_SECONDS = 10.0
"""The same where somebody waits for an answer."""
_PAUSES = (0.5, 2.0, 5.0)
"""Seconds to wait after each failed try to reach the store; after more of them, the last."""


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
    _unsure: list[Event] = field(default_factory=list)
    """What a write broke off with: only the log knows whether it is stored."""
    _kept: tuple[Opening, ...] = ()
    """Calls that were open at the last write, which has stored them."""
    _send_by: float = 0.0
    """Until when they may be sent."""

    def put_off(self, events: Sequence[Event]) -> None:
        """Write these with what comes next, which has to be soon."""
        with self._lock:
            self._put_off += events

    def write(
        self, events: Sequence[Event], wait: Wait, patience: float = PATIENCE_SECONDS
    ) -> None:
        """Store what was put off, these, and what the run has spent.

        Raises LeaseLost, StoreFailed when all patience is spent, or what `wait` raises.
        """
        with self._lock:
            self._write(events, wait, patience)

    def catch_up(self, wait: Wait) -> None:
        """Store what was put off, if anything was; raises as `write` does."""
        with self._lock:
            if self._put_off or self._unsure:
                self._write((), wait)

    def keep(self, cancel: Cancel) -> float:
        """Store that a call is about to be made: whoever takes the run over counts it.

        In the call's own thread, of which a run may have several. Returns until when it may be
        sent: a process that stands still and goes on later does not make it beside its successor.
        Raises LeaseLost where that one is at work already.
        """
        with self._lock:
            kept = set(self.live.ledger.spent.open) <= set(self._kept)
            # A try that came too late opens what was kept for it: it is kept anew, for longer.
            late = time.time() > self._send_by - self.lease_seconds / 4
            if self._put_off or self._unsure or not kept or late:
                self._write((), cancel.wait)
                if not self._kept:
                    # An earlier try was found stored: that does not say whose the run is now.
                    self._tell([], cancel.wait, PATIENCE_SECONDS)
            return self._send_by

    def drop(self) -> None:
        """Write no more: the run is another worker's, or whoever sweeps next ends it."""
        self.log.lost(self.live.lease, self.live.ledger)

    def _write(
        self, events: Sequence[Event], wait: Wait, patience: float = PATIENCE_SECONDS
    ) -> None:
        if self._unsure:
            # The very object that was tried: that is how the log knows it again.
            self._tell(self._unsure, wait, patience)
        told = [*self._put_off, *events]
        self._put_off.clear()
        self._tell(told, wait, patience)

    def _tell(self, told: list[Event], wait: Wait, patience: float) -> None:
        self._unsure = told
        try:
            stored = patiently(lambda: self._append(told), wait, self.live.run_id, patience)
        except (LeaseLost, StoreRefused):
            self._unsure = []  # it never will be
            raise
        self._unsure = []
        self.live.told(stored)

    def _append(self, told: list[Event]) -> list[Stored]:
        # Leases are renewed when a quarter has passed, so that more than this half is left.
        send_by, read = time.time() + self.lease_seconds / 2, list[Spent]()
        stored = self.log.append(self.live.lease, told, self.live.ledger, read.append)
        # Nothing was read if an earlier try has stored it: nobody knows with which calls.
        self._send_by, self._kept = send_by, read[-1].open if read else ()
        return stored


def patiently(
    work: Callable[[], T], wait: Wait, run_id: str, patience: float = PATIENCE_SECONDS
) -> T:
    """Do what needs the store; one that is away for some minutes must not cost a run.

    Raises StoreFailed when all patience is spent, StoreRefused at once, or what `wait` raises.
    """
    end, pauses = time.monotonic() + patience, iter(_PAUSES)
    while True:
        try:
            return work()
        except StoreFailed as failed:
            pause = next(pauses, _PAUSES[-1])
            if isinstance(failed, StoreRefused) or time.monotonic() + pause > end:
                raise
            if pause == _PAUSES[0]:
                logger.warning(
                    "run %s: the store does not answer; trying again: %s", run_id, failed.why
                )
        wait(pause)
