"""The event log: append under a lease, read from a cursor."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from aqumen.errors import LeaseLost, RunNotFound
from aqumen.events import Done, Event, Failed, Final, now
from aqumen.models.ledger import Ledger, Spent

from . import money, notices
from .batches import Batches
from .engine import Database
from .records import Lease, Row, Status, Stored
from .tables import RUN_IS_OPEN, events, runs
from .tries import Tries, Try, succeeded
from .witness import Lost, Told, Witness

# Built once: putting a statement together costs more than running it.
_KEEP = (
    update(runs)
    .where(
        runs.c.id == bindparam("run"),
        runs.c.epoch == bindparam("holder"),
        RUN_IS_OPEN,
    )
    .values(
        last_seq=runs.c.last_seq + bindparam("count"),
        **{name: bindparam(name) for name in money.COLUMNS},
    )
    .returning(runs.c.last_seq)
)
_ADVANCE = _KEEP.returning(notices.stored(runs.c.id, runs.c.last_seq))
_INSERT = insert(events)
_CONCLUDE = update(runs).where(runs.c.id == bindparam("run"))

_Spent = Callable[[], Spent]
"""Says what a run has spent by now."""

PAGE = 200
"""Events read at once."""


class Log:
    """Every run's events, in order, without gaps."""

    def __init__(self, database: Database, batches: Batches, witness: Witness) -> None:
        self._database = database
        self._batches = batches
        self._witness = witness
        self._tries = Tries()

    def append(
        self,
        lease: Lease,
        told: Sequence[Event],
        ledger: Ledger,
        read: Callable[[Spent], None] = lambda _: None,
    ) -> list[Stored]:
        """Store events, what they change about their run and its money, in one transaction.

        The ledger is read inside the transaction: what it says never overtakes what it said. With
        no events, its open calls are kept before they are made. `read` hears what it said then:
        the last it has heard is stored when this returns.

        Raises LeaseLost if the lease is not current or the run is over: nothing is stored then.
        After a StoreFailed nobody knows; the same sequence appended again is stored once.
        """
        stored = self._append(lease, told, partial(_read, ledger, read))
        self._witness(Told(lease, told, ledger.news()))
        return stored

    def lost(self, lease: Lease, ledger: Ledger) -> None:
        """Say that this process appends nothing more under a lease, though the run did not end."""
        self._witness(Lost(lease, ledger.news()))

    def spent(self, run_id: str) -> Spent:
        """Return what a run has spent, open calls apart; raises RunNotFound."""
        columns = (runs.c[name] for name in money.COLUMNS)
        query = select(runs.c.status, *columns).where(runs.c.id == run_id)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise RunNotFound
        return money.spent(row)

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

    def _append(self, lease: Lease, told: Sequence[Event], spent: _Spent) -> list[Stored]:
        if not told:
            return self._batches.do(partial(_append, lease, told, spent, []), order=lease.run_id)
        tried = self._tries.begin(lease, told)
        work = partial(_append, lease, told, spent, tried)
        try:
            stored = self._batches.do(work, order=lease.run_id)
        except LeaseLost:
            self._tries.end(lease)
            raise
        self._tries.end(lease)
        return stored


def begin(connection: Connection, told: Sequence[Event]) -> list[Stored]:
    """Store a run's first events, within the transaction that makes its row."""
    stored = [_stored(event, seq) for seq, event in enumerate(told, start=1)]
    _insert(connection, told[0].run_id, stored)
    return stored


def _read(ledger: Ledger, read: Callable[[Spent], None]) -> Spent:
    spent = ledger.spent
    read(spent)
    return spent


def _append(
    lease: Lease, told: Sequence[Event], spent: _Spent, tried: Try, connection: Connection
) -> list[Stored]:
    if succeeded(connection, lease, tried):
        return [*tried]
    last = _advance(connection, lease, len(told), spent())
    first = last - len(told) + 1
    tried[:] = [_stored(event, first + place) for place, event in enumerate(told)]
    if tried:
        _insert(connection, lease.run_id, tried)
    for event in told:
        _conclude(connection, event)
    return [*tried]


def _advance(connection: Connection, lease: Lease, count: int, spent: Spent) -> int:
    sums = money.columns(spent)
    values = {"run": lease.run_id, "holder": lease.epoch, "count": count, **sums}
    last = connection.scalar(_ADVANCE if count else _KEEP, values)
    if last is None:
        raise LeaseLost
    return int(last)


def _insert(connection: Connection, run_id: str, stored: Sequence[Stored]) -> None:
    rows = [{"run_id": run_id, **event._asdict()} for event in stored]
    connection.execute(_INSERT, rows)


def _stored(event: Event, seq: int) -> Stored:
    numbered = event.model_copy(update={"seq": seq, "timestamp": now()})
    return Stored(seq, event.name, event.type, numbered.model_dump_json(by_alias=True))


def _conclude(connection: Connection, event: Event) -> None:
    changes = outcome(event)
    if changes:
        connection.execute(_CONCLUDE, {"run": event.run_id, **changes})


def outcome(event: Event) -> dict[str, Any]:
    """Return what an event says about its run as a whole, by column."""
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
