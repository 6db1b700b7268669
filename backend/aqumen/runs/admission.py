"""How a run comes to be: stored with its first events, then let in."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from aqumen.events import Progress, Start, parse
from aqumen.pipeline.memory import Memory
from aqumen.pipeline.pipeline import NOTHING, Before
from aqumen.store.records import NewRun, Pinned, Stored
from aqumen.store.store import Store

from .bounds import Bounds
from .conductor import Conductor
from .ids import new_run_id
from .past import Told, retold


class Starter(NamedTuple):
    """Who asks for a run."""

    owner: str | None = None
    """The name of their key, where they have one."""
    ticket: str | None = None
    """The id of the ticket they show for this one run."""


ANYBODY = Starter()


class Admission:
    """Makes runs; a full server refuses before anything exists."""

    def __init__(self, store: Store, conductor: Conductor, bounds: Bounds) -> None:
        self._store = store
        self._conductor = conductor
        self._limits, self._purses = bounds

    def admit(
        self,
        pinned: Pinned,
        *,
        request_id: str | None,
        needs_watcher: bool,
        reused: Sequence[Told] = (),
        ticket: str | None = None,
    ) -> str:
        """Store a run that begins with what it reuses, and let it go on; return its id.

        An id that is not new is that of the run the request id stands for.

        Raises Conflict, RunNotFound (the run it branches off is gone), TicketRefused, BudgetSpent,
        TooManyOpen, ServerFull, ShuttingDown or StoreFailed; then there is no new run.
        """
        request_id = _whose(Starter(pinned.owner, ticket), request_id)
        new = NewRun(
            id=new_run_id(),
            pinned=replace(pinned, terms=self._limits.terms(pinned.order.rigor)),
            worker=self._store.leases.worker,
            needs_watcher=needs_watcher,
            request_id=request_id,
            ticket=ticket,
            most_open=self._limits.runs_per_key,
        )
        earlier = self._store.runs.attached(new) if request_id else None
        run_id = earlier if earlier is not None else self._admitted(new, reused)
        if run_id != new.id and not needs_watcher:
            self._store.runs.unwatch(run_id)
        return run_id

    def of_request(self, request_id: str, starter: Starter) -> str | None:
        """Return the run that a request id of somebody's stands for, whatever was asked for."""
        return self._store.request_ids.run_of(str(_whose(starter, request_id)))

    def _admitted(self, new: NewRun, reused: Sequence[Told]) -> str:
        again = retold(reused, new.id, new.pinned.order)
        self._purses.check(new.pinned.owner)
        self._conductor.reserve()
        try:
            until = self._store.leases.until()
            created = self._store.runs.create(new, _start(new), until, again)
        except BaseException:
            self._conductor.release()
            raise
        if isinstance(created, str):
            self._conductor.release()
            return created
        lease, told = created
        self._conductor.admit(lease, new.pinned, told, _remembered(told))
        return new.id


def _whose(starter: Starter, request_id: str | None) -> str | None:
    """Return what a request id is stored as: it belongs to who asks, and a ticket is one itself.

    Nobody else's can be the same: no request id may hold an equals sign.
    """
    if starter.ticket is not None:
        return f"=ticket-{starter.ticket}"
    if request_id is None or starter.owner is None:
        return request_id
    return f"={hashlib.sha256(f'{starter.owner} {request_id}'.encode()).hexdigest()[:48]}"


def _start(new: NewRun) -> Start:
    pinned, order = new.pinned, new.pinned.order
    return Start(
        run_id=new.id,
        topic=order.topic,
        max_attempts=order.max_attempts,
        rigor=order.rigor,
        difficulty=order.difficulty,
        subtopic=order.subtopic,
        simulated=pinned.simulated,
        kind=pinned.kind,
        parent=pinned.branch.parent if pinned.branch else None,
    )


def _remembered(told: list[Stored]) -> Before:
    """Return what a run knows that begins with answers: read from its log, as after a crash."""
    if len(told) == 1:
        return NOTHING
    events = [parse(stored.data) for stored in told]
    percents = (event.percent for event in events if isinstance(event, Progress))
    return Before(Memory(events), percent=max(percents, default=0))
