"""One thread that looks after every run of the process."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from aqumen.errors import AqumenError, DeadlineExceeded, LeaseLost, RunCancelled, StoreFailed
from aqumen.store.leases import Leases

from .live import LiveRun, LiveRuns
from .watchers import Watchers

logger = logging.getLogger(__name__)

_TICK_SECONDS = 0.5
_COMPLAINT_SECONDS = 60.0
"""How often it is said of a store that is away that it is."""

Stop = Callable[[LiveRun, AqumenError], bool]


@dataclass(slots=True)
class Every:
    """Something that is due again a while after it was last done."""

    seconds: float
    _next: float = 0.0

    def due(self) -> bool:
        """Whether it is time; if so, the clock starts again."""
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + self.seconds
        return True


class Keeper:
    """Renews leases and watches, and stops runs that are cancelled, late or left alone."""

    def __init__(
        self, leases: Leases, live: LiveRuns, watchers: Watchers, stop: Stop, grace_seconds: float
    ) -> None:
        self._leases = leases
        self._live = live
        self._watchers = watchers
        self._stop = stop
        self._grace_seconds = grace_seconds
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="aqumen-keeper", daemon=True)
        self._renewal = Every(leases.seconds / 4)
        self._watch_renewal = Every(min(10.0, grace_seconds / 3))
        self._chores: list[tuple[Every, Callable[[], None]]] = []
        self._unnoted: set[str] = set()
        self._complaint = Every(_COMPLAINT_SECONDS)

    def also(self, seconds: float, chore: Callable[[], None]) -> None:
        """Do something else every so often; to be said before `start`."""
        self._chores.append((Every(seconds), chore))

    def start(self) -> None:
        """Begin to look after the runs."""
        self._thread.start()

    def close(self) -> None:
        """Stop, within a few seconds."""
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5.0)

    def _keep(self) -> None:
        while not self._closed.wait(_TICK_SECONDS):
            self._tick()

    def _tick(self) -> None:
        # Leases first: whatever waits for the store must not let them run out.
        for duty in (self._renew, self._stop_late, self._note_watchers, self._stop_unwanted):
            self._do(duty)
        for every, chore in self._chores:
            if every.due():
                self._do(chore)

    def _do(self, duty: Callable[[], None]) -> None:
        try:
            duty()
        except StoreFailed as failed:
            if self._complaint.due():
                logger.warning("the store does not answer: %s", failed.why)
        except Exception:
            # One that fails must neither be the last nor keep the others from being done.
            logger.exception("looking after the runs failed; trying again")

    def _renew(self) -> None:
        driven = self._live.all()
        if not driven or not self._renewal.due():
            return
        kept = self._leases.renew([run.run_id for run in driven])
        for run in driven:
            if run.run_id not in kept:
                # Over, or another worker's by now: then its model call is cut, and nothing told.
                self._stop(run, LeaseLost())

    def _stop_late(self) -> None:
        for run in self._live.all():
            if time.monotonic() > run.deadline:
                self._stop(run, DeadlineExceeded())

    def _note_watchers(self) -> None:
        self._unnoted |= self._watchers.changed()
        if self._watch_renewal.due():
            self._unnoted |= self._watchers.now()
        if self._unnoted:
            self._leases.watched(self._unnoted)
            self._unnoted = set()  # only now: what could not be noted is tried again

    def _stop_unwanted(self) -> None:
        if not self._live.all():
            return
        watched = self._watchers.now()
        for run_id, cancel_requested in self._leases.unwanted(self._grace_seconds):
            run = self._live.get(run_id)
            if run is not None and cancel_requested:
                self._stop(run, RunCancelled())
            elif run is not None and run_id not in watched:
                self._stop(run, RunCancelled("The run was cancelled: nobody was watching it."))
