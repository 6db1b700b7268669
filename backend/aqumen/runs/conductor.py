"""Takes runs from the moment they are stored to their end."""

import json
import logging
import threading
import time
from collections.abc import Callable, Generator
from functools import partial

from pydantic import ValidationError

from aqumen.errors import (
    AqumenError,
    LeaseLost,
    RunCancelled,
    ServerFull,
    ShuttingDown,
    StoreFailed,
    WorkerLost,
)
from aqumen.events import Queued, Step, parse
from aqumen.models.asking import RunScope
from aqumen.models.cancel import Cancel
from aqumen.models.ledger import Ledger, Spent
from aqumen.pipeline.cast import Cast
from aqumen.pipeline.pipeline import Pipeline
from aqumen.pipeline.plan import Plan
from aqumen.store.records import Lease, NewRun, Stored
from aqumen.store.store import Store

from .driver import Driver, Item
from .live import LiveRun, LiveRuns
from .pool import Pool
from .progress import Meter

logger = logging.getLogger(__name__)

_RECALL_SECONDS = 3600.0
"""How old a stored step 1 may be to be told again."""


class Conductor:
    """Puts stored runs into the pool, drives them there, and stops them."""

    def __init__(
        self, store: Store, pipeline: Callable[[Cancel], Pipeline], pool: Pool, live: LiveRuns
    ) -> None:
        self._store = store
        self._pipeline = pipeline
        self._pool = pool
        self._live = live
        self._stale_before: dict[str, float] = {}

    def admit(self, new: NewRun, cast: Cast, first: Stored, run: LiveRun) -> None:
        """Let a stored run begin when there is room; its place in the pool is reserved.

        A run that cannot even wait is over when this raises ServerFull; when it raises
        ShuttingDown it is left to the next worker.
        """
        run.told([first])
        self._live.add(run)
        plan = Plan(new.order, cast, new.prompts, new.simulated, partial(self._recall, new))
        try:
            self._pool.submit(new.id, partial(self._drive, new, plan, run))
        except AqumenError as refused:
            self._live.drop(new.id)
            if isinstance(refused, ServerFull):
                self._driver(run, plan.order.max_attempts).fail(refused)
            raise
        self._tell_position(run, self._pool.waiting().get(new.id, 0))

    def stop(self, run: LiveRun, error: AqumenError) -> bool:
        """End a run with an error; False if it was stopped before."""
        changed = run.cancel.throw(error)
        queued = self._pool.withdraw(run.run_id)
        if queued is not None:
            # It finds itself stopped, and ends without waiting for room; not in the caller's
            # thread, which would wait for a store that is away.
            threading.Thread(target=queued, name="aqumen-stopped", daemon=True).start()
        return changed

    def leave_all(self, seconds: float) -> None:
        """Stop driving, within so many seconds; the next worker takes the runs over."""
        for run in self._live.all():
            run.cancel.throw(ShuttingDown())
        if not self._pool.close(seconds):
            logger.warning("some runs did not stop in %.0f s", seconds)

    def tell_positions(self) -> None:
        """Tell every queued run where it stands, if that has changed."""
        for run_id, position in self._pool.waiting().items():
            run = self._live.get(run_id)
            if run is not None:
                self._tell_position(run, position)

    def end_lost(self) -> None:
        """End the runs whose worker has let them go, or has not been heard of for two sweeps.

        Two, because a clock that is put forward makes every lease look stale until its worker
        renews it.
        """
        stale = self._store.leases.stale()
        for run_id, until in stale.items():
            lost = until == 0.0 or self._stale_before.get(run_id) == until
            if lost and self._live.get(run_id) is None:
                self._end_lost(run_id, released=until == 0.0)
        self._stale_before = stale

    def _drive(self, new: NewRun, plan: Plan, run: LiveRun) -> None:
        with run.queueing:
            run.begun = True
        try:
            driver = self._driver(run, plan.order.max_attempts)
            driver.drive(partial(self._begin, new, plan, driver.scope, run.lease))
        finally:
            self._live.drop(new.id)

    def _begin(self, new: NewRun, plan: Plan, scope: RunScope, lease: Lease) -> Generator[Item]:
        scope.cancel.check()
        self._store.runs.started(lease)
        pipeline = self._pipeline(scope.cancel)
        tell = pipeline.run if new.kind == "full" else pipeline.categories
        return tell(plan, scope)

    def _driver(self, run: LiveRun, max_attempts: int, spent: Spent | None = None) -> Driver:
        ledger = Ledger(spent)
        scope = RunScope(run.run_id, run.cancel, ledger)
        return Driver(self._store.log, run, scope, Meter(run.run_id, max_attempts, ledger))

    def _recall(self, new: NewRun, _topic: str) -> Step | None:
        data = self._store.runs.categories(new, time.time() - _RECALL_SECONDS)
        try:
            step = parse(data) if data is not None else None
        except ValidationError:
            return None  # told by another release; asking again is the worst that follows
        return step if isinstance(step, Step) else None

    def _tell_position(self, run: LiveRun, position: int) -> None:
        with run.queueing:
            if run.begun or position in (0, run.position):
                return
            run.position = position
            queued = Queued(run_id=run.run_id, position=position)
            try:
                run.told(self._store.log.append(run.lease, [queued], Spent()))
            except (LeaseLost, StoreFailed):
                # The run is on its way and may just have ended; where it stood matters little.
                logger.warning("run %s: its position could not be told", run.run_id)

    def _end_lost(self, run_id: str, *, released: bool) -> None:
        lease = self._store.leases.take_over(run_id)
        if lease is None:
            return
        logger.warning("run %s was left behind by its worker", run_id)
        lost = self._store.runs.find(run_id)
        # A worker that died took what its open calls cost with it.
        estimated = lost.cost_estimated or not released
        spent = Spent(lost.usage, lost.cost_usd, estimated, lost.model_calls)
        driver = self._driver(LiveRun(lease, Cancel(), 0.0), lost.max_attempts, spent)
        for data in self._store.log.of_type(run_id, "step_started")[-1:]:
            driver.step_number = json.loads(data).get("step_number")
        driver.fail(RunCancelled() if lost.cancel_requested else WorkerLost())
