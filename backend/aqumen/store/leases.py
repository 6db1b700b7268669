"""Who may write to a run, and what its owner has to know about it."""

import time
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, Update, select, update

from .engine import Database
from .notices import to_stop
from .records import Lease, Row
from .tables import RUN_IS_OPEN, runs
from .witness import TakenOver, Witness


class Unwanted(NamedTuple):
    """A run its worker should stop."""

    run_id: str
    cancel_requested: bool
    """False: it was left alone."""


class Leases:
    """Leases on runs: renewed by their worker, taken over when stale."""

    def __init__(
        self,
        database: Database,
        worker: str,
        lease_seconds: float,
        witness: Witness,
    ) -> None:
        self._database = database
        self._witness = witness
        self.seconds = lease_seconds
        """How long a worker that is not heard of keeps its runs."""
        self.worker = worker
        """This process, in the database's eyes."""

    def until(self) -> float:
        """When a lease taken now runs out."""
        return time.time() + self.seconds

    def renew(self, run_ids: Collection[str]) -> set[str]:
        """Keep these runs of this worker, and return those that could be kept.

        The others are over, let go, or another worker's. A run this worker no longer drives is to
        be left out: it goes stale then.
        """
        # Whoever sweeps next may have what was let go, though a renewal is late.
        held = runs.c.lease_until > 0.0
        ours = (runs.c.worker == self.worker, runs.c.id.in_(run_ids), RUN_IS_OPEN, held)
        statement = _change(*ours).values(lease_until=self.until()).returning(runs.c.id)
        with self._database.write(first=True) as connection:
            return set(connection.scalars(statement))

    def release(self) -> None:
        """Let the next worker have this one's open runs at once."""
        statement = _change(runs.c.worker == self.worker, RUN_IS_OPEN).values(lease_until=0.0)
        with self._database.write() as connection:
            connection.execute(statement)

    def stale(self) -> dict[str, float]:
        """Return the open runs whose lease has run out, and when; 0.0 where it was released."""
        query = select(runs.c.id, runs.c.lease_until).where(
            RUN_IS_OPEN, runs.c.lease_until < time.time()
        )
        with self._database.read() as connection:
            return {row.id: row.lease_until for row in connection.execute(query)}

    def take_over(self, run_id: str) -> Lease | None:
        """Become the run's worker, if its lease is still stale; None if somebody was quicker.

        None also while somebody holds its row: a process that was frozen must not delay the rest.
        """
        stale = (runs.c.id == run_id, RUN_IS_OPEN, runs.c.lease_until < time.time())
        statement = (
            _change(*stale, skip_locked=True)
            .values(taken_by(self.worker, self.until()))
            .returning(runs.c.epoch)
        )
        with self._database.write(first=True) as connection:
            epoch = connection.scalar(statement)
        if epoch is None:
            return None
        lease = Lease(run_id, epoch)
        self._witness(TakenOver(lease))
        return lease

    def unwanted(self, grace_seconds: float) -> list[Unwanted]:
        """Return this worker's runs that are to be cancelled.

        Somebody asked for it, or nobody has watched a run that needs it for the grace time.
        """
        left_alone = runs.c.needs_watcher & (runs.c.watched_at < time.time() - grace_seconds)
        query = select(runs.c.id, runs.c.cancel_requested).where(
            runs.c.worker == self.worker, RUN_IS_OPEN, runs.c.cancel_requested | left_alone
        )
        with self._database.read() as connection:
            return [Unwanted(*row) for row in connection.execute(query)]

    def watched(self, run_ids: Collection[str]) -> None:
        """Note that somebody is watching those of these runs now that are open, in this process.

        A hint, soon given again: a run whose row somebody holds is left out, not waited for.
        """
        watched = (runs.c.id.in_(run_ids), RUN_IS_OPEN)
        statement = _change(*watched, skip_locked=True).values(watched_at=time.time())
        with self._database.write() as connection:
            connection.execute(statement)

    def request_cancel(self, run_id: str) -> bool:
        """Ask the run's worker, wherever it is, to stop it; False if that was asked before."""
        statement = (
            update(runs)
            .where(runs.c.id == run_id, RUN_IS_OPEN, runs.c.cancel_requested.is_(False))
            .values(cancel_requested=True)
            .returning(runs.c.id, to_stop(runs.c.id))
        )
        with self._database.write(first=True) as connection:
            return connection.execute(statement).first() is not None


def taken_by(worker: str, until: float) -> Row:
    """Return what changes about a run when a worker follows on another, by column."""
    return {
        "worker": worker,
        "epoch": runs.c.epoch + 1,
        "lease_until": until,
        # Who watched has to find the run again, and gets the grace time to do so.
        "watched_at": time.time(),
    }


def _change(*which: ColumnElement[bool], skip_locked: bool = False) -> Update:
    """Return the change of several runs, locked in the order of their ids.

    In any other order it and the appends of another process could wait for each other.
    """
    found = select(runs.c.id).where(*which).order_by(runs.c.id)
    locked = found.with_for_update(key_share=True, skip_locked=skip_locked)
    # Once more, for what others have changed until the lock was there.
    return update(runs).where(runs.c.id.in_(locked), *which)
