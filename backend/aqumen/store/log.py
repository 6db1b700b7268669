"""The event log: append under a lease, read from a cursor."""

import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from aqumen.errors import LeaseLost
from aqumen.events import Done, Event, Failed, Final, now
from aqumen.models.ledger import Spent

from . import notices
from .batches import Batches
from .engine import Database
from .records import Lease, Row, Status, Stored
from .tables import RUN_IS_OPEN, events, runs
from .tries import Tries, Try, succeeded

# Built once: putting a statement together costs more than running it.
_ADVANCE = (
    update(runs)
    .where(
        runs.c.id == bindparam("run"),
        runs.c.epoch == bindparam("holder"),
        RUN_IS_OPEN,
    )
    .values(
        last_seq=runs.c.last_seq + bindparam("count"),
        usage=bindparam("usage"),
        cost_usd=bindparam("cost_usd"),
        cost_estimated=bindparam("cost_estimated"),
        model_calls=bindparam("model_calls"),
    )
    .returning(runs.c.last_seq, notices.stored(runs.c.id, runs.c.last_seq))
)
_INSERT = insert(events)

PAGE = 200
"""Events read at once."""


class Log:
    """Every run's events, in order, without gaps."""

    def __init__(self, database: Database, batches: Batches) -> None:
        self._database = database
        self._batches = batches
        self._tries = Tries()

    def append(self, lease: Lease, told: Sequence[Event], spent: Spent) -> list[Stored]:
        """Store events and what they change about their run, in one transaction.

        Raises LeaseLost if the lease is not current or the run is over: nothing is stored then.
        After a StoreFailed nobody knows; the same sequence appended again is stored once.
        """
        tried = self._tries.begin(lease, told)
        work = partial(_append, lease, told, spent, tried)
        try:
            stored = self._batches.do(work, order=lease.run_id)
        except LeaseLost:
            self._tries.end(lease)
            raise
        self._tries.end(lease)
        return stored

    def read(self, run_id: str, after: int, limit: int = PAGE) -> list[Stored]:
        """Return up to `limit` events that follow `after`, in order."""
        columns = (events.c.seq, events.c.name, events.c.type, events.c.data)
        query = (
            select(*columns)
            .where(events.c.run_id == run_id, events.c.seq > after)
            .order_by(events.c.seq)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [Stored(*row) for row in connection.execute(query)]

    def is_open(self, run_id: str) -> bool:
        """Whether anything may still be appended; False also for a run that is not there."""
        query = select(runs.c.id).where(runs.c.id == run_id, RUN_IS_OPEN)
        with self._database.read() as connection:
            return connection.scalar(query) is not None

    def of_type(self, run_id: str, *types: str) -> list[str]:
        """Return the data of a run's events of some types, in order."""
        query = (
            select(events.c.data)
            .where(events.c.run_id == run_id, events.c.type.in_(types))
            .order_by(events.c.seq)
        )
        with self._database.read() as connection:
            return list(connection.scalars(query))


def start(connection: Connection, event: Event) -> Stored:
    """Store a run's first event, within the transaction that makes its row."""
    stored = _stored(event, 1)
    _insert(connection, event.run_id, [stored])
    return stored


def _append(
    lease: Lease, told: Sequence[Event], spent: Spent, tried: Try, connection: Connection
) -> list[Stored]:
    if succeeded(connection, lease, tried):
        return [*tried]
    last = _advance(connection, lease, len(told), spent)
    first = last - len(told) + 1
    tried[:] = [_stored(event, first + place) for place, event in enumerate(told)]
    if tried:
        _insert(connection, lease.run_id, tried)
    for event in told:
        _conclude(connection, event)
    return [*tried]


def _advance(connection: Connection, lease: Lease, count: int, spent: Spent) -> int:
    values = {"run": lease.run_id, "holder": lease.epoch, "count": count, **_money(spent)}
    last = connection.scalar(_ADVANCE, values)
    if last is None:
        raise LeaseLost
    return int(last)


def _insert(connection: Connection, run_id: str, stored: Sequence[Stored]) -> None:
    rows = [{"run_id": run_id, **event._asdict()} for event in stored]
    connection.execute(_INSERT, rows)


def _stored(event: Event, seq: int) -> Stored:
    numbered = event.model_copy(update={"seq": seq, "timestamp": now()})
    return Stored(seq, event.name, event.type, numbered.model_dump_json(by_alias=True))


def _money(spent: Spent) -> Row:
    return {
        "usage": spent.usage.model_dump(),
        "cost_usd": spent.cost_usd,
        "cost_estimated": spent.estimated,
        "model_calls": spent.model_calls,
    }


def _conclude(connection: Connection, event: Event) -> None:
    changes = _outcome(event)
    if changes:
        connection.execute(update(runs).where(runs.c.id == event.run_id).values(changes))


def _outcome(event: Event) -> dict[str, Any]:
    """What an event says about its run as a whole."""
    if isinstance(event, Final):
        return _result(event)
    if isinstance(event, Done):
        return {"ended_at": time.time()}
    if isinstance(event, Failed):
        status: Status = "cancelled" if event.code == "cancelled" else "failed"
        return {
            "status": status,
            "ended_at": time.time(),
            "error_code": event.code,
            "reason": event.error,
        }
    return {}


def _result(final: Final) -> Row:
    status: Status = "succeeded" if final.success else "no_question"
    return {
        "status": status,
        "total_attempts": final.total_attempts,
        "title": final.assessment.title if final.assessment else None,
        "difficulty": final.metadata.difficulty,
        "subtopic": final.metadata.subtopic,
        "evidence": final.metadata.evidence,
        "reason": final.reason,
    }
