"""Runs that one worker holds for whoever has room for them."""

import time
from collections.abc import Collection

from sqlalchemy import Update, select, update

from .engine import Database
from .leases import taken_by
from .records import Lease
from .tables import RUN_IS_OPEN, runs

_MOST_WAITING = 10_000


class Claims:
    """Leases that pass from a worker that holds a run to one that drives it."""

    def __init__(self, database: Database, worker: str, lease_seconds: float) -> None:
        self._database = database
        self.worker = worker
        self.seconds = lease_seconds

    def claim(self, held: Lease) -> Lease | None:
        """Become the run's worker after the one who holds it; None if that one no longer does."""
        statement = (
            _change(held)
            .values(taken_by(self.worker, time.time() + self.seconds))
            .returning(runs.c.epoch)
        )
        with self._database.write(first=True) as connection:
            epoch = connection.scalar(statement)
        return None if epoch is None else Lease(held.run_id, epoch)

    def wait_again(self, held: Lease) -> bool:
        """Note that a run waits for its turn; return whether it has begun before."""
        statement = _change(held).values(status="queued").returning(runs.c.started_at)
        with self._database.write() as connection:
            return connection.scalar(statement) is not None

    def let_go(self, held: Lease) -> None:
        """Let whoever sweeps next take the run over, if this lease is still current."""
        with self._database.write() as connection:
            connection.execute(_change(held).values(lease_until=0.0))

    def current(self, run_ids: Collection[str]) -> dict[str, int]:
        """Return the epochs of those of these runs that are not over."""
        query = select(runs.c.id, runs.c.epoch).where(runs.c.id.in_(run_ids), RUN_IS_OPEN)
        with self._database.read() as connection:
            return {row.id: row.epoch for row in connection.execute(query)}

    def waiting(self) -> list[str]:
        """Return the runs that wait for their turn, in whatever process.

        Those that have begun before come first, then the oldest.
        """
        turns = (runs.c.started_at.is_(None), runs.c.id)
        query = select(runs.c.id).where(runs.c.status == "queued").order_by(*turns)
        with self._database.read() as connection:
            return list(connection.scalars(query.limit(_MOST_WAITING)))


def _change(held: Lease) -> Update:
    return update(runs).where(runs.c.id == held.run_id, runs.c.epoch == held.epoch, RUN_IS_OPEN)
