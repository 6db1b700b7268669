"""What whole runs came to, for whoever counts them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.sql.elements import ColumnElement

from .engine import Database
from .records import Status
from .tables import events, runs


@dataclass(frozen=True, slots=True)
class Window:
    """Which runs are counted: those of one kind of backend, asked for within a time."""

    simulated: bool
    since: float | None = None
    """Seconds since the epoch; `until` is the first moment too late."""
    until: float | None = None


class Outcome(NamedTuple):
    """What one run came to."""

    run_id: str
    status: Status
    created_at: float
    models: dict[str, str]
    evidence: str | None
    error_code: str | None


class Outcomes:
    """Reads what whole runs came to; categories, forks and rejudgements are none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, window: Window, limit: int) -> tuple[int, list[Outcome]]:
        """Return how many runs there are, and the newest so many of them, newest first."""
        wanted = list(_wanted(window))
        names = ("id", "status", "created_at", "models", "evidence", "error_code")
        query = (
            select(*(runs.c[name] for name in names))
            .where(*wanted)
            .order_by(runs.c.created_at.desc(), runs.c.id.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            found = [Outcome(*row) for row in connection.execute(query)]
            total = connection.scalar(select(func.count()).select_from(runs).where(*wanted))
        # A run may have come between the two.
        return max(total or 0, len(found)), found

    def steps(self, run_ids: Sequence[str]) -> list[str]:
        """Return the step events of some runs, as JSON, run by run in order."""
        query = (
            select(events.c.data)
            .where(events.c.run_id.in_(run_ids), events.c.type == "step")
            .order_by(events.c.run_id, events.c.seq)
        )
        with self._database.read() as connection:
            return list(connection.scalars(query))


def _wanted(window: Window) -> Iterator[ColumnElement[bool]]:
    yield runs.c.kind == "full"
    yield runs.c.simulated == window.simulated
    if window.since is not None:
        yield runs.c.created_at >= window.since
    if window.until is not None:
        yield runs.c.created_at < window.until
