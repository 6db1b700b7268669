"""What is no longer kept: old runs, request ids that stand for nothing, and unused prompt texts."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, Text, cast, delete, false, or_, select
from sqlalchemy.sql.elements import ColumnElement

from .engine import Database
from .records import Status
from .request_ids import SECONDS as REQUEST_ID_SECONDS
from .tables import RUN_IS_OPEN, prompts, request_ids, runs

BATCH = 20
"""Runs deleted by one transaction: the others write in between."""

_DAY_SECONDS = 24 * 3600.0
_IDS = 1000
"""Request ids deleted by one transaction."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Which runs are kept: those that fit each limit that is set. Both None keeps everything."""

    seconds: float | None = None
    """After their end."""
    runs: int | None = None
    """The newest of all, those that go on and those of step 1 alone included."""

    @classmethod
    def of(cls, days: float | None, runs: int | None) -> "Keep":
        """Return the limits as an operator gives them."""
        return cls(None if days is None else days * _DAY_SECONDS, runs)

    @property
    def everything(self) -> bool:
        """Whether no run is ever deleted."""
        return self.seconds is None and self.runs is None


class Old(NamedTuple):
    """A run that is no longer kept."""

    run_id: str
    status: Status
    topic: str
    ended_at: float


class Retention:
    """Deletes what is no longer kept, a bounded part of it at a time. Open runs stay."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def old(self, keep: Keep, limit: int | None = None) -> list[Old]:
        """Return the runs that are no longer kept, oldest first."""
        columns = (runs.c.id, runs.c.status, runs.c.topic, runs.c.ended_at)
        with self._database.read() as connection:
            query = select(*columns).where(~RUN_IS_OPEN, _beyond(connection, keep))
            found = connection.execute(query.order_by(runs.c.id).limit(limit))
            return [Old(*row) for row in found]

    def delete(self, run_ids: Sequence[str]) -> int:
        """Delete those of the runs that are over, with their logs; return how many there were."""
        which = (runs.c.id.in_(run_ids), ~RUN_IS_OPEN)
        # In the order in which every writer locks runs.
        locked = select(runs.c.id).where(*which).order_by(runs.c.id).with_for_update()
        statement = delete(runs).where(runs.c.id.in_(locked))
        with self._database.write() as connection:
            return connection.execute(statement).rowcount

    def prune(self, keep: Keep) -> int:
        """Delete the oldest `BATCH` runs that are no longer kept; return how many were found.

        Another process may have deleted some of them: only 0 says that there are no more.
        """
        if keep.everything:
            return 0
        found = self.old(keep, BATCH)
        if found:
            self.delete([run.run_id for run in found])
        return len(found)

    def tidy(self) -> bool:
        """Delete a batch of the request ids that stand for nothing; True if there may be more.

        When there are no more, the prompt texts that nobody uses go too.
        """
        if self._forget_ids() == _IDS:
            return True
        with self._database.read() as connection:
            unused = _unused(connection)
        if unused:
            self._forget_texts(unused)
        return False

    def _forget_ids(self) -> int:
        old = request_ids.c.created_at < time.time() - REQUEST_ID_SECONDS
        some = select(request_ids.c.id).where(old).order_by(request_ids.c.id).limit(_IDS)
        with self._database.write() as connection:
            return connection.execute(
                delete(request_ids).where(request_ids.c.id.in_(some), old)
            ).rowcount

    def _forget_texts(self, versions: set[str]) -> None:
        with self._database.write() as connection:
            if connection.dialect.name == "postgresql":
                # Whoever makes a run holds its texts until it is there: they are waited for.
                connection.exec_driver_sql("LOCK TABLE prompts IN EXCLUSIVE MODE")
            unused = versions & _unused(connection)
            connection.execute(delete(prompts).where(prompts.c.version.in_(unused)))


def _beyond(connection: Connection, keep: Keep) -> ColumnElement[bool]:
    """Return what is true of a run that is not kept."""
    limits: list[ColumnElement[bool]] = []
    if keep.seconds is not None:
        limits.append(runs.c.ended_at < time.time() - keep.seconds)
    if keep.runs is not None:
        newest = select(runs.c.id).order_by(runs.c.id.desc()).offset(keep.runs).limit(1)
        first = connection.scalar(newest)
        limits += [] if first is None else [runs.c.id <= first]
    return or_(false(), *limits)


def _unused(connection: Connection) -> set[str]:
    """Return the versions of the prompt texts that no run was made with."""
    # As text: PostgreSQL cannot compare JSON.
    named = connection.scalars(select(cast(runs.c.prompt_versions, Text)).distinct())
    used = {version for names in named for version in json.loads(names).values()}
    return set(connection.scalars(select(prompts.c.version))) - used
