"""Goes on with runs whose worker is gone, from their logs."""

import json
import logging
import threading
import time

from pydantic import ValidationError

from aqumen.errors import (
    DeadlineExceeded,
    RunCancelled,
    RunStopped,
    ServerFull,
    ShuttingDown,
    StoreFailed,
    WorkerLost,
)
from aqumen.events import parse
from aqumen.models.ledger import Spent
from aqumen.pipeline.memory import Memory
from aqumen.pipeline.pipeline import Before
from aqumen.store.records import Lease, Pinned, Summary
from aqumen.store.store import Store

from .conductor import Conductor
from .live import LiveRuns
from .past import TYPES

logger = logging.getLogger(__name__)

_PATIENCE_SECONDS = 45.0
"""How long a run may be seen without a worker that has room for it."""
_LONGEST_PAUSE_SECONDS = 5.0
"""Between two sweeps, however long a lease is."""
_MOST_WORKERS = 10
"""A run that has outlived so many workers may well be what ends them."""


class Recovery:
    """Takes over runs whose worker has let them go, or has not been heard of."""

    def __init__(
        self, conductor: Conductor, store: Store, live: LiveRuns, *, simulated: bool
    ) -> None:
        self._conductor = conductor
        self._store = store
        self._live = live
        self._simulated = simulated
        self._stale_before: dict[str, float] = {}
        self._seen_at: dict[str, float] = {}
        """When each run was first seen without a worker, in `time.monotonic` seconds."""

    @property
    def pause_seconds(self) -> float:
        """How long to wait between two sweeps."""
        return min(_LONGEST_PAUSE_SECONDS, self._store.leases.seconds / 3)

    def sweep(self) -> None:
        """Take over what was let go, and what was stale at the last sweep and still is.

        Twice, because a clock that is put forward makes every lease look stale until its worker
        renews it.
        """
        stale = self._store.leases.stale()
        lost = [
            run_id
            for run_id, until in stale.items()
            if (until == 0.0 or self._stale_before.get(run_id) == until)
            and self._live.get(run_id) is None
        ]
        now = time.monotonic()
        self._seen_at = {run_id: self._seen_at.get(run_id, now) for run_id in lost}
        self._stale_before = stale
        for run_id in lost:
            try:
                self._take_over(run_id)
            except Exception:
                # The others are not to wait for it; its lease, if it was taken, runs out again.
                logger.exception("run %s could not be taken over", run_id)

    def take(self, offered: Lease) -> None:
        """Drive a run from its log, in this thread, if that lease is still the run's.

        Returns when the run is over, or another worker's. Raises StoreFailed if it could not be
        looked up; its lease runs out then.
        """
        lease = self._store.claims.claim(offered)
        if lease is None:
            return
        if (left := self._left(lease)) is not None:
            self._conductor.drive(lease, *left)

    def _take_over(self, run_id: str) -> None:
        try:
            self._conductor.reserve()
        except ShuttingDown:
            return
        except (ServerFull, StoreFailed):
            if time.monotonic() - self._seen_at[run_id] > _PATIENCE_SECONDS:
                self._give_up(run_id)
            return
        placed = False
        try:
            placed = self._go_on(run_id)
        finally:
            if not placed:
                self._conductor.release()

    def _go_on(self, run_id: str) -> bool:
        """Drive a run on, or end it; return whether it uses the place that was reserved."""
        lease = self._store.leases.take_over(run_id)
        if lease is None:
            return False
        left = self._left(lease)
        if left is None:
            return False
        logger.info("run %s is gone on with, by its worker number %s", run_id, lease.epoch)
        self._conductor.go_on(lease, *left)
        return True

    def _left(self, lease: Lease) -> tuple[Pinned, Before, Spent] | None:
        """Return what it takes to go on with a run; None if it had to be ended instead."""
        left = self._store.runs.find(lease.run_id)
        spent = self._spent(lease.run_id)
        try:
            return *self._remembered(left, lease), spent
        except RunStopped as error:
            self._fail(lease, left, spent, error)
            return None

    def _remembered(self, left: Summary, lease: Lease) -> tuple[Pinned, Before]:
        """Return what it takes to go on; raises RunCancelled, or WorkerLost if nobody can."""
        if left.cancel_requested:
            raise RunCancelled
        if left.simulated != self._simulated or self._worn_out(lease):
            raise WorkerLost
        try:
            pinned = self._store.runs.pinned(left.run_id)
            told = self._store.log.of_type(left.run_id, *TYPES)
            memory = Memory(map(parse, told))
            progress = self._store.log.of_type(left.run_id, "progress")[-1:]
            percent = max((json.loads(data)["percent"] for data in progress), default=0)
        except (KeyError, ValidationError) as unreadable:
            raise WorkerLost from unreadable
        return pinned, Before(memory, left.created_at, left.started_at, percent)

    def _worn_out(self, lease: Lease) -> bool:
        return lease.epoch > _MOST_WORKERS * self._conductor.epochs_a_worker

    def _give_up(self, run_id: str) -> None:
        """End a run that no place was found for, unless its offer may still be taken."""
        left = self._store.runs.find(run_id)
        error = self._end_of(left)
        if error is None:
            return
        lease = self._store.leases.take_over(run_id)
        if lease is not None:
            self._fail(lease, left, self._spent(run_id), error)

    def _end_of(self, left: Summary) -> RunStopped | None:
        if left.cancel_requested:
            return RunCancelled()
        if time.time() > left.created_at + self._conductor.terms_of(left).deadline_seconds:
            return DeadlineExceeded()
        return None if self._conductor.offers else WorkerLost()

    def _fail(self, lease: Lease, left: Summary, spent: Spent, error: RunStopped) -> None:
        logger.warning("run %s was left behind by its worker: %s", left.run_id, error.code)
        driver = self._conductor.driver(lease, left, spent, seconds=0.0)
        for data in self._store.log.of_type(left.run_id, "step_started")[-1:]:
            driver.step_number = json.loads(data).get("step_number")
        # Not in the keeper's thread, which has leases to renew while a store is away.
        threading.Thread(target=driver.fail, args=(error,), name="aqumen-left", daemon=True).start()

    def _spent(self, run_id: str) -> Spent:
        """Return what a run has cost, the calls included that ended with its worker."""
        return self._store.log.spent(run_id).given_up()
