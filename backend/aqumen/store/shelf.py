"""Runs that are over, taken out whole and put in whole."""

from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import func, insert, select

from aqumen.errors import Conflict, RunNotFound, StoreFailed
from aqumen.templates import Prompts

from . import texts
from .engine import Database
from .records import OPEN, Stored
from .tables import RUN_IS_OPEN, events, runs
from .whole import WholeRun, columns, record

_ROWS = 200
"""Events written by one statement."""


class Shelf:
    """The runs that are over, each as one value."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, run_id: str) -> WholeRun:
        """Return a run that is over, with its prompts and its log.

        Raises RunNotFound, Conflict while it goes on, and StoreFailed if this version cannot read
        what is kept of it.
        """
        columns_ = (events.c.seq, events.c.name, events.c.type, events.c.data)
        log = select(*columns_).where(events.c.run_id == run_id).order_by(events.c.seq)
        with self._database.read() as connection:
            row = connection.execute(select(runs).where(runs.c.id == run_id)).mappings().first()
            if row is None:
                raise RunNotFound
            if row["status"] in OPEN:
                raise Conflict("The run is still going on. Export it when it is over.")
            kept = texts.kept(connection, row["prompt_versions"].values())
            told = tuple(Stored(*event) for event in connection.execute(log))
        if len(told) != row["last_seq"]:
            raise RunNotFound  # deleted while it was read
        try:
            prompts = {name: kept[version] for name, version in row["prompt_versions"].items()}
            return WholeRun(record(row), Prompts(prompts), told)
        except (KeyError, ValidationError) as unreadable:
            raise StoreFailed("This version cannot read what is kept of the run.") from unreadable

    def put(self, whole: WholeRun) -> bool:
        """Keep a run as it was taken; return False, and change nothing, if its id is here."""
        with self._database.write() as connection:
            there = select(runs.c.id).where(runs.c.id == whole.run.id)
            if connection.scalar(there) is not None:
                return False
            texts.pin(connection, whole.prompts)
            connection.execute(insert(runs), columns(whole))
            rows = [{"run_id": whole.run.id, **event._asdict()} for event in whole.events]
            for first in range(0, len(rows), _ROWS):
                connection.execute(insert(events), rows[first : first + _ROWS])
        return True

    def ids(self, since: datetime | None = None) -> list[str]:
        """Return the runs that are over, oldest first; with `since`, those that ended after it."""
        query = select(runs.c.id).where(~RUN_IS_OPEN).order_by(runs.c.id)
        if since is not None:
            query = query.where(runs.c.ended_at >= since.timestamp())
        with self._database.read() as connection:
            return list(connection.scalars(query))

    def going_on(self) -> int:
        """Return how many runs are not over."""
        with self._database.read() as connection:
            return connection.scalar(select(func.count()).where(RUN_IS_OPEN)) or 0
