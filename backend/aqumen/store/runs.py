"""The runs themselves: made, found, listed, deleted."""

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.engine import RowMapping

from aqumen.errors import Conflict, RunNotFound, StoreFailed
from aqumen.events import Event, Kind, Start, Usage
from aqumen.models.ledger import Spent
from aqumen.order import Order
from aqumen.templates import Prompts

from . import branches, listing, log, money, open_runs, request_ids, texts, ticket_uses
from .batches import Batches
from .engine import Database
from .records import NEWEST_FIRST, Filter, Lease, ListOrder, NewRun, Page, Pinned, Stored, Summary
from .tables import events, runs
from .witness import Created, Witness

_LOOKS = 5
"""How often a new run is tried while others take its request id, and are gone when looked at."""

Started = tuple[Lease, list[Stored]]

# Built once: putting a statement together costs more than running it.
_INSERT = insert(runs)
_BEGIN = (
    update(runs)
    .where(
        runs.c.id == bindparam("run"),
        runs.c.epoch == bindparam("holder"),
        runs.c.status == "queued",
    )
    .values(status="running", started_at=func.coalesce(runs.c.started_at, bindparam("began")))
)


class RunTable:
    """The rows that stand for runs."""

    def __init__(self, database: Database, batches: Batches, witness: Witness) -> None:
        self._database = database
        self._batches = batches
        self._witness = witness

    def create(
        self, new: NewRun, start: Start, lease_until: float, reused: Sequence[Event] = ()
    ) -> Started | str:
        """Store a run with its first events; or return the id of the run its request id means.

        Raises Conflict if the request id was used with other parameters within 24 hours,
        RunNotFound if the run it branches off is gone, TicketRefused if its ticket was used for
        a run that is gone, TooManyOpen, and StoreFailed if it could not be kept.
        """
        for _ in range(_LOOKS):
            try:
                made = self._create(new, [start, *reused], lease_until)
            except _Overtaken:
                continue
            if not isinstance(made, str):
                self._witness(Created(start))
            return made
        raise StoreFailed

    def attached(self, new: NewRun) -> str | None:
        """Return the id of the run a request id already stands for.

        Raises Conflict if it was used with other parameters within 24 hours.
        """
        with self._database.read() as connection:
            return request_ids.attached(connection, new)

    def started(self, lease: Lease) -> None:
        """Note that a worker has begun to drive the run."""
        values = {"run": lease.run_id, "holder": lease.epoch, "began": time.time()}
        self._batches.do(lambda connection: connection.execute(_BEGIN, values), order=lease.run_id)

    def find(self, run_id: str) -> Summary:
        """Return one run; raises RunNotFound."""
        with self._database.read() as connection:
            row = connection.execute(select(runs).where(runs.c.id == run_id)).mappings().first()
        if row is None:
            raise RunNotFound
        return _summary(row)

    def those(self, run_ids: Sequence[str]) -> list[Summary]:
        """Return those of the runs that are there, newest first."""
        query = select(runs).where(runs.c.id.in_(run_ids)).order_by(runs.c.id.desc())
        with self._database.read() as connection:
            return [_summary(row) for row in connection.execute(query).mappings()]

    def pinned(self, run_id: str) -> Pinned:
        """Return what was fixed about a run; raises RunNotFound.

        Raises KeyError or pydantic's ValidationError if it cannot be read by this version.
        """
        query = select(runs).where(runs.c.id == run_id)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
            if row is None:
                raise RunNotFound
            prompts = texts.of(connection, row["prompt_versions"])
        return Pinned(
            kind=row["kind"],
            order=Order.model_validate(row["order"]),
            models=row["models"],
            prompts=Prompts(prompts.texts, row["prompt_numbers"]),
            simulated=row["simulated"],
            branch=branches.of(row),
            owner=row["owner"],
            terms=row["terms"],
        )

    def prompts(self, run_id: str) -> Prompts:
        """Return the prompt texts a run is asked with; raises RunNotFound."""
        query = select(runs.c.prompt_versions).where(runs.c.id == run_id)
        with self._database.read() as connection:
            versions: dict[str, str] | None = connection.scalar(query)
            if versions is None:
                raise RunNotFound
            return texts.of(connection, versions)

    def unwatch(self, run_id: str) -> None:
        """Let a run go on whether anybody watches it or not."""
        with self._database.write() as connection:
            connection.execute(update(runs).where(runs.c.id == run_id).values(needs_watcher=False))

    def page(
        self,
        which: Filter,
        *,
        limit: int,
        cursor: str | None,
        order: ListOrder = NEWEST_FIRST,
    ) -> Page:
        """Return a page of runs; raises InvalidOrder for a cursor of another filter or order."""
        query = listing.page_of(which, order, cursor).limit(limit + 1)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        found = tuple(map(_summary, rows[:limit]))
        if len(rows) <= limit:
            return Page(found, None)
        last = rows[limit - 1]
        return Page(found, listing.cursor_after(last["sorted_by"], last["id"], which, order))

    def delete(self, run_id: str) -> None:
        """Remove a run that is over; raises RunNotFound, or Conflict while it runs."""
        if not self.find(run_id).over:
            raise Conflict("The run is still going on. Cancel it first.")
        with self._database.write() as connection:
            connection.execute(delete(runs).where(runs.c.id == run_id))

    def categories(self, wanted: Pinned, since: float) -> str | None:
        """Return the data of the newest accepted step 1 that a run may be told again.

        The same model answered the same topic with the same prompt text, simulated or not as the
        run is, no earlier than `since`, and for the same owner: nobody learns what others asked
        for. It was not itself told again, nor reused by a fork.
        """
        prompt_version = wanted.prompts["difficulty_categories"].version
        query = (
            select(events.c.data, runs.c.prompt_versions, runs.c.models)
            .join(runs, runs.c.id == events.c.run_id)
            .where(runs.c.topic == wanted.order.topic, runs.c.created_at >= since)
            .where(runs.c.simulated == wanted.simulated, events.c.type == "step")
            .where(events.c.seq <= 16, events.c.data.contains('"step_number":1,'))
            .where(events.c.data.contains('"success":true'))
            .where(~events.c.data.contains('"calls":[]'))
            .where(~events.c.data.contains('"reused_from":"'))
            .where(runs.c.owner.is_not_distinct_from(wanted.owner))
            .order_by(events.c.run_id.desc(), events.c.seq.desc())
        )
        with self._database.read() as connection:
            for data, versions, models in connection.execute(query.limit(20)):
                same_model = models.get("strong") == wanted.models.get("strong")
                if same_model and versions.get("difficulty_categories") == prompt_version:
                    return str(data)
        return None

    def _create(self, new: NewRun, told: Sequence[Event], lease_until: float) -> Started | str:
        # Not before the others: of hundreds that come at once, none would begin until all are kept.
        with self._database.write(new=True) as connection:
            if new.request_id is not None:
                earlier = request_ids.attached(connection, new)
                if earlier is not None:
                    return earlier
            open_runs.check(connection, new)
            texts.pin(connection, new.pinned.prompts)
            branch = branches.columns(connection, new.pinned)
            row = _row(new, lease_until) | branch | {"last_seq": len(told)}
            connection.execute(_INSERT, row)
            if new.request_id is not None and not request_ids.attach(connection, new):
                raise _Overtaken  # undoes the run; the next look finds whose the id is
            ticket_uses.note(connection, new)
            return Lease(new.id, 1), log.begin(connection, told)


class _Overtaken(Exception):
    """Another process has taken the request id since it was looked for."""


def _row(new: NewRun, lease_until: float) -> dict[str, Any]:
    created, pinned = time.time(), new.pinned
    return {
        "id": new.id,
        "kind": pinned.kind,
        "status": "queued",
        "order": pinned.order.model_dump(),
        "topic": pinned.order.topic,
        "models": pinned.models,
        "prompt_versions": pinned.prompts.versions,
        "prompt_numbers": dict(pinned.prompts.numbers),
        "simulated": pinned.simulated,
        "created_at": created,
        "worker": new.worker,
        "epoch": 1,
        "lease_until": lease_until,
        "needs_watcher": new.needs_watcher,
        "watched_at": created,
        "cancel_requested": False,
        **money.columns(Spent()),
        "total_attempts": 0,
        "difficulty": pinned.order.difficulty,
        "subtopic": pinned.order.subtopic,
        "owner": pinned.owner,
        "terms": pinned.terms,
    }


def _summary(row: RowMapping) -> Summary:
    order = row["order"]
    kind: Kind = row["kind"]
    same = {
        name: row[name]
        for name in Summary.__dataclass_fields__
        if name in row and name not in ("usage", "kind", "prompt_numbers")
    }
    return Summary(
        run_id=row["id"],
        kind=kind,
        max_attempts=order["max_attempts"],
        rigor=order["rigor"],
        usage=Usage(**row["usage"]),
        prompt_numbers=row["prompt_numbers"] or {},
        **same,
    )
