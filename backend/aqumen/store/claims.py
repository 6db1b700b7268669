"""Runs that one worker holds for whoever has room for them."""

import time
from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, Update, case, func, select, union_all, update
from sqlalchemy.sql.functions import coalesce

from .engine import Database
from .leases import taken_by
from .records import Lease
from .tables import RUN_IS_OPEN, runs

_MOST_WAITING = 10_000
_FIRST_TURN = 1


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

    def line_up(self, held: Lease, owner: str | None) -> int:
        """Note that a run waits, and return its turn; what has begun before goes first, with 0.

        An owner's runs take one turn after the other, and those of all others do so beside them:
        who comes to a long queue begins with the turn it has come to. A turn is kept for good.
        """
        with self._database.write() as connection:
            new: int = connection.scalar(_next_turn(owner)) or _FIRST_TURN
            turn = case((runs.c.started_at.is_not(None), 0), else_=coalesce(runs.c.turn, new))
            lined_up = _change(held).values(status="queued", turn=turn).returning(runs.c.turn)
            found: int | None = connection.scalar(lined_up)
            # Another worker has followed: the offer will come to nothing.
            return new if found is None else found

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
        """Return the runs that wait, in whatever process, by their turns."""
        by_turn = (runs.c.turn.is_(None), runs.c.turn, runs.c.id)
        query = select(runs.c.id).where(runs.c.status == "queued").order_by(*by_turn)
        with self._database.read() as connection:
            return list(connection.scalars(query.limit(_MOST_WAITING)))


def _change(held: Lease) -> Update:
    return update(runs).where(runs.c.id == held.run_id, runs.c.epoch == held.epoch, RUN_IS_OPEN)


def _next_turn(owner: str | None) -> Select[Any]:
    waiting = runs.c.status == "queued"
    after_own = select((func.max(runs.c.turn) + 1).label("turn")).where(
        waiting, runs.c.owner.is_not_distinct_from(owner)
    )
    come_to = select(func.min(runs.c.turn)).where(waiting, runs.c.turn >= _FIRST_TURN)
    return select(func.max(union_all(after_own, come_to).subquery().c.turn))
