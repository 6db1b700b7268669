"""Takes runs from the moment they are stored to their end."""

import logging
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from functools import partial

from aqumen.errors import (
    AqumenError,
    DeadlineExceeded,
    LeaseLost,
    QueueFailed,
    ServerFull,
    ShuttingDown,
    StoreFailed,
)
from aqumen.events import Queued
from aqumen.models.asking import RunScope
from aqumen.models.cancel import Cancel
from aqumen.models.ledger import Ledger, Spent
from aqumen.pipeline.asking import Item
from aqumen.pipeline.pipeline import Before, Pipeline
from aqumen.store.records import Lease, Pinned, Stored, Summary
from aqumen.store.store import Store
from aqumen.terms import Terms

from .bounds import Bounds
from .dispatch import Dispatch
from .driver import Driver
from .live import LiveRun, LiveRuns
from .pen import BRIEF_SECONDS, Pen
from .plans import plan_of
from .progress import Extent, Meter

logger = logging.getLogger(__name__)

_TELLS = {
    "full": Pipeline.run,
    "fork": Pipeline.run,
    "categories": Pipeline.categories,
    "rejudge": Pipeline.rejudge,
}
"""What each kind of run consists of."""


class Conductor:
    """Puts stored runs into the queue, drives them in their turn, and stops them."""

    def __init__(
        self,
        store: Store,
        pipeline: Callable[[Cancel], Pipeline],
        dispatch: Dispatch,
        live: LiveRuns,
        bounds: Bounds,
    ) -> None:
        self._store = store
        self._pipeline = pipeline
        self._dispatch = dispatch
        self._live = live
        self._limits, self._purses = bounds
        self._leaving = False

    @property
    def offers(self) -> bool:
        """Whether the runs wait where any process may come for them, also without their worker."""
        return not self._dispatch.here

    @property
    def epochs_a_worker(self) -> int:
        """How many leases a run has for each process that drives it: one may hold it before."""
        return 1 if self._dispatch.here else 2

    def admit(self, lease: Lease, pinned: Pinned, told: list[Stored], before: Before) -> None:
        """Let a stored run begin when there is room; its place in the queue is reserved.

        `told` is what its log holds, and `before` what it remembers of that.

        A run that cannot even wait is over when this raises ServerFull or StoreFailed; when it
        raises ShuttingDown it is left to the next worker.
        """
        driver = self._driver_of(lease, pinned, Spent(), time.time())
        driver.meter.percent = before.percent
        driver.live.told(told)
        try:
            self._submit(driver, pinned, before)
        except StoreFailed as refused:
            driver.fail(refused, BRIEF_SECONDS)
            raise

    def go_on(self, lease: Lease, pinned: Pinned, before: Before, spent: Spent) -> None:
        """Go on with a run that was taken over; its place in the queue is reserved."""
        driver = self._going_on(lease, pinned, before, spent)
        try:
            self._submit(driver, pinned, before)
        except (ServerFull, ShuttingDown, StoreFailed):
            # It is over, or its lease runs out again.
            logger.warning("run %s could not be gone on with", lease.run_id)

    def drive(self, lease: Lease, pinned: Pinned, before: Before, spent: Spent) -> None:
        """Go on with a run in this thread, to where it ends or is taken over."""
        driver = self._going_on(lease, pinned, before, spent)
        self._enter(driver.live)
        self._drive(driver, pinned, before)

    def forget(self, lease: Lease) -> None:
        """Hold a run no longer: another worker has followed on the lease."""
        self._live.drop(lease)

    def reserve(self) -> None:
        """Take a place for a run; raises ServerFull or ShuttingDown."""
        self._dispatch.reserve()

    def release(self) -> None:
        """Give a place back that no run came to use."""
        self._dispatch.release()

    def terms_of(self, kept: Pinned | Summary) -> Terms:
        """Return what a run is held to; one of which nothing was kept is held to today's."""
        rigor = kept.order.rigor if isinstance(kept, Pinned) else kept.rigor
        return kept.terms or self._limits.terms(rigor)

    def driver(self, lease: Lease, extent: Extent, spent: Spent, seconds: float) -> Driver:
        """Return what writes the log of a run that may go on for so many seconds."""
        ledger = Ledger(spent)
        run = LiveRun(lease, Cancel(), ledger, time.monotonic() + seconds)
        scope = RunScope(run.run_id, run.cancel, ledger)
        meter = Meter.of(run.run_id, extent, ledger)
        pen = Pen(self._store.log, run, self._store.leases.seconds)
        return Driver(pen, run, scope, meter)

    def stop(self, run: LiveRun, error: AqumenError) -> bool:
        """End a run with an error; False if it was stopped before."""
        changed = run.cancel.throw(error)
        if run.held and isinstance(error, LeaseLost):
            # Another process has come for it, as was hoped for.
            self._dispatch.withdraw(run.run_id)
            self._live.drop(run.lease)
            return changed
        queued = self._dispatch.withdraw(run.run_id)
        if queued is not None:
            # It finds itself stopped, and ends without waiting for room; not in the caller's
            # thread, which would wait for a store that is away.
            threading.Thread(target=queued, name="aqumen-stopped", daemon=True).start()
        return changed

    def leave_all(self, seconds: float) -> None:
        """Stop driving, within so many seconds; the next worker takes the runs over."""
        self._leaving = True
        for run in self._live.all():
            run.cancel.throw(ShuttingDown())
        try:
            stopped = self._dispatch.close(seconds)
        except QueueFailed:
            # The runs have to be handed over all the same.
            logger.warning("the queue did not close well", exc_info=True)
        else:
            if not stopped:
                logger.warning("some runs did not stop in %.0f s", seconds)

    def tell_positions(self) -> None:
        """Tell every queued run where it stands, if that has changed."""
        for run_id, position in self._dispatch.waiting().items():
            run = self._live.get(run_id)
            if run is not None:
                self._tell_position(run, position)

    def _going_on(self, lease: Lease, pinned: Pinned, before: Before, spent: Spent) -> Driver:
        driver = self._driver_of(lease, pinned, spent, before.made_at)
        driver.meter.percent = before.percent
        return driver

    def _driver_of(self, lease: Lease, pinned: Pinned, spent: Spent, made_at: float) -> Driver:
        left = made_at + self.terms_of(pinned).deadline_seconds - time.time()
        return self.driver(lease, pinned.order, spent, left)

    def _submit(self, driver: Driver, pinned: Pinned, before: Before) -> None:
        run = driver.live
        run.held = self.offers
        self._enter(run)
        try:
            work = partial(self._drive, driver, pinned, before)
            self._dispatch.submit(run.lease, work, pinned.owner)
        except AqumenError as refused:
            self._live.drop(run.lease)
            if isinstance(refused, ServerFull):
                driver.fail(refused, BRIEF_SECONDS)
            raise
        if self._dispatch.here:  # else it may be gone already
            self._tell_position(run, self._dispatch.waiting().get(run.run_id, 0))

    def _enter(self, run: LiveRun) -> None:
        """Remember a run; one that comes while the process leaves is left at once."""
        self._live.add(run)
        if self._leaving:  # asked last: whoever leaves says so before looking for runs to stop
            run.cancel.throw(ShuttingDown())

    def _drive(self, driver: Driver, pinned: Pinned, before: Before) -> None:
        run = driver.live
        with run.queueing:
            run.begun = True
        try:
            driver.drive(partial(self._begin, driver, pinned, before))
        finally:
            self._live.drop(run.lease)

    def _begin(self, driver: Driver, pinned: Pinned, before: Before) -> Generator[Item]:
        run, terms = driver.live, self.terms_of(pinned)
        purse = self._purses.of(pinned.owner, run.run_id, run.ledger, terms.budget_usd)
        scope = replace(driver.scope, purse=purse)
        scope.cancel.check()
        if time.monotonic() > run.deadline:
            raise DeadlineExceeded
        self._store.runs.started(run.lease)
        pipeline = self._pipeline(scope.cancel)
        plan = plan_of(replace(pinned, terms=terms), self._store)
        return _TELLS[pinned.kind](pipeline, plan, scope, before)

    def _tell_position(self, run: LiveRun, position: int) -> None:
        with run.queueing:
            if run.begun or position in (0, run.position):
                return
            run.position = position
            queued = Queued(run_id=run.run_id, position=position)
            try:
                run.told(self._store.log.append(run.lease, [queued], run.ledger))
            except (LeaseLost, StoreFailed):
                # The run is on its way and may just have ended; where it stood matters little.
                logger.warning("run %s: its position could not be told", run.run_id)
