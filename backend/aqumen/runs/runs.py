"""Runs as the rest of the house sees them."""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import NamedTuple

from aqumen.errors import RunCancelled, StoreFailed
from aqumen.events import Kind
from aqumen.models.cancel import Cancel
from aqumen.order import Order
from aqumen.pipeline.pipeline import Pipeline
from aqumen.store.counts import Found
from aqumen.store.marks import By, Mark, Scope
from aqumen.store.records import NEWEST_FIRST, Filter, ListOrder, Page, Pinned, Stored, Summary
from aqumen.store.store import Store
from aqumen.store.whole import WholeRun
from aqumen.templates import Prompts

from .admission import ANYBODY, Admission, Starter
from .back_office import BackOffice
from .bounds import Bounds
from .branches import Branches
from .conductor import Conductor
from .dispatch import Dispatch
from .elsewhere import Elsewhere
from .house import House
from .keeper import Keeper
from .limits import Limits
from .live import LiveRuns
from .noting import NOTE_SECONDS, Noting
from .pool import Pool
from .prompts import PromptBook
from .pruning import LOOK_SECONDS, Pruning
from .purses import Purses
from .recovery import Recovery
from .replay import Replay
from .sharing import Sharing
from .tail import Heard, Tail
from .ticketing import Ticketing
from .watchers import Watchers

logger = logging.getLogger(__name__)


class Load(NamedTuple):
    """What this process has to do."""

    queued: int
    running: int
    tails: int
    """Open event streams."""


class Runs:
    """Starts, follows, finds and cancels runs. What is not async blocks on the store."""

    def __init__(
        self,
        store: Store,
        pipeline: Callable[[Cancel], Pipeline],
        house: House,
        limits: Limits,
        dispatch: Dispatch | None = None,
    ) -> None:
        self._store = store
        self._house = house
        self._limits = limits
        self._live = LiveRuns()
        self._dispatch = dispatch or Pool(limits.concurrent_runs, limits.queued_runs)
        bounds = Bounds(limits, Purses(store.spending, limits.caps))
        self._conductor = Conductor(store, pipeline, self._dispatch, self._live, bounds)
        self._admission = Admission(store, self._conductor, bounds)
        self.prompt_book = PromptBook(store.prompts, house.prompts)
        self.branches = Branches(
            store, self._admission, self.prompt_book, house, budgets=bool(limits.caps)
        )
        self.sharing = Sharing(store)
        self.ticketing = Ticketing(store)
        self._recovery = Recovery(self._conductor, store, self._live, simulated=house.simulated)
        self._watchers = Watchers()
        self.office = BackOffice(threads=4)
        """For reading and cancelling, which must not wait behind those who write."""
        self.registry = BackOffice(threads=4)
        """For starting and deleting."""
        self.counting = BackOffice(threads=1)
        """For what takes long, and of which nobody needs two at once: counting many runs."""
        self._elsewhere = Elsewhere(store.listener, self._stop_here)
        self._tail = Tail(store.log, self._live, self._elsewhere, self.office)
        self._replay = Replay(store.log, self.office)
        self._keeper = Keeper(
            store.leases, self._live, self._watchers, self._conductor.stop, limits.grace_seconds
        )
        self._keeper.also(3.0, self._conductor.tell_positions)
        self._keeper.also(self._recovery.pause_seconds, self._recovery.sweep)
        self._keeper.also(NOTE_SECONDS, Noting(store.facts, store.log, self._live).note)
        self._keeper.also(LOOK_SECONDS, Pruning(store.retention, limits.keep).prune)

    def open(self) -> None:
        """Open the store and begin to look after runs; those of dead processes are gone on with.

        Raises StoreFailed.
        """
        self._store.open()
        self._dispatch.open(self._recovery.take, self._conductor.forget)
        self._elsewhere.open()
        self._keeper.start()

    def leave(self) -> None:
        """Let the readers go, because the process is about to stop; safe from any thread."""
        self._tail.leave()
        self._replay.leave()

    def close(self, seconds: float) -> None:
        """Leave the open runs to the next worker, and stop within about so many seconds."""
        self._conductor.leave_all(seconds)
        self._keeper.close()
        self._elsewhere.close()
        try:
            self._store.leases.release()
        except StoreFailed:
            logger.warning("the leases could not be released; they run out by themselves")
        self.office.close()
        self.registry.close()
        self.counting.close()

    def load(self) -> Load:
        """Return what this process has to do at the moment; asks no store."""
        begun = [run.begun for run in self._live.all()]
        return Load(begun.count(False), begun.count(True), self._watchers.count())

    def start(
        self,
        order: Order,
        *,
        kind: Kind = "full",
        request_id: str | None,
        needs_watcher: bool,
        starter: Starter = ANYBODY,
    ) -> str:
        """Store a run and its first event, and let it begin; return its id.

        An id that is not new is that of the run the request id stands for.

        Raises Conflict, TicketRefused, BudgetSpent, ServerFull, ShuttingDown or StoreFailed; then
        there is no new run, or it is over.
        """
        house = self._house
        prompts = self.prompt_book.in_force()
        models = house.cast.ids()
        pinned = Pinned(kind, order, models, prompts, house.simulated, owner=starter.owner)
        return self._admission.admit(
            pinned, request_id=request_id, needs_watcher=needs_watcher, ticket=starter.ticket
        )

    def of_request(self, request_id: str, starter: Starter = ANYBODY) -> str | None:
        """Return the run that a request id of somebody's stands for; None if it is a new one."""
        return self._admission.of_request(request_id, starter)

    def find(self, run_id: str) -> Summary:
        """Return a run; raises RunNotFound."""
        return self._store.runs.find(run_id)

    def page(
        self, which: Filter, *, limit: int, cursor: str | None, order: ListOrder = NEWEST_FIRST
    ) -> Page:
        """Return a page of runs; raises InvalidOrder for a cursor of another filter or order."""
        return self._store.runs.page(which, limit=limit, cursor=cursor, order=order)

    def insights(self, scope: Scope, by: By) -> Found:
        """Return what the runs of a scope came to, by something they have in common."""
        return self._store.insights.of(scope, by)

    def behind(self, scope: Scope, mark: Mark, *, limit: int, cursor: str | None) -> Page:
        """Return a page of the runs that a mark of the insights stands for, newest first."""
        found = self._store.insights.behind(scope, mark, limit=limit, cursor=cursor)
        return Page(tuple(self._store.runs.those(found.run_ids)), found.next_cursor)

    def told(self, run_id: str, *types: str) -> list[str]:
        """Return the data of a run's events of some types, as JSON, in order."""
        return self._store.log.of_type(run_id, *types)

    def log(self, run_id: str, after: int) -> list[Stored]:
        """Return every event stored after a seq, in order."""
        stored: list[Stored] = []
        while batch := self._store.log.read(run_id, stored[-1].seq if stored else after):
            stored += batch
        return stored

    def prompts(self, run_id: str) -> Prompts:
        """Return the prompt texts a run is asked with; raises RunNotFound."""
        return self._store.runs.prompts(run_id)

    def whole(self, run_id: str) -> WholeRun:
        """Return a run that is over with all that is kept of it; raises RunNotFound or Conflict."""
        return self._store.shelf.take(run_id)

    def delete(self, run_id: str) -> None:
        """Remove a run that is over; raises RunNotFound or Conflict."""
        self._store.runs.delete(run_id)

    def cancel(self, run_id: str) -> bool:
        """Stop a run; returns whether that changed anything. Raises RunNotFound.

        A run of another process is stopped by that process, when it hears of it or looks.
        """
        if self._store.runs.find(run_id).over:
            return False
        stopped = self._stop_here(run_id)
        # Also where it was stopped: this process may die before the run's end is stored.
        return self._store.leases.request_cancel(run_id) or stopped

    async def follow(
        self, run_id: str, after: int, *, deltas: bool = False, speed: float = 0.0
    ) -> AsyncGenerator[list[Heard]]:
        """Yield a run's events after a seq, up to its terminal one; counts as watching it.

        What is there at the same time is yielded together. With a `speed`, a run that is over is
        told so many times as fast as it happened, and not at once.
        """
        with self._watchers.watching(run_id):
            paced = speed > 0 and not await self.office.do(self._store.log.is_open, run_id)
            told = (
                self._replay.follow(run_id, after, speed, deltas=deltas)
                if paced
                else self._tail.follow(run_id, after, deltas=deltas)
            )
            async with aclosing(told) as heard:
                async for item in heard:
                    yield item

    def _stop_here(self, run_id: str) -> bool:
        run = self._live.get(run_id)
        return run is not None and self._conductor.stop(run, RunCancelled())
