"""The runs themselves: made, found, listed, deleted."""

import hashlib
import time
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update
from sqlalchemy.engine import RowMapping

from aqumen.errors import Conflict, RunNotFound
from aqumen.events import Start, Usage
from aqumen.order import Order
from aqumen.templates import Prompts

from . import log, texts
from .batches import Batches
from .engine import Database
from .records import Kind, Lease, NewRun, Page, Pinned, Status, Stored, Summary
from .tables import events, request_ids, runs

REQUEST_ID_SECONDS = 24 * 3600.0
"""How long a request id stands for the run it started."""

Started = tuple[Lease, Stored]

# Built once: putting a statement together costs more than running it.
_INSERT = insert(runs)
_BEGIN = (
    update(runs)
    .where(
        runs.c.id == bindparam("run"),
        runs.c.epoch == bindparam("holder"),
        runs.c.status == "queued",
    )
    .values(status="running", started_at=bindparam("began"))
)


class RunTable:
    """The rows that stand for runs."""

    def __init__(self, database: Database, batches: Batches) -> None:
        self._database = database
        self._batches = batches

    def create(self, new: NewRun, start: Start, lease_until: float) -> Started | str:
        """Store a run with its first event; or return the id of the run its request id means.

        Raises Conflict if the request id was used with other parameters within 24 hours.
        """
        with self._database.write(first=True) as connection:
            if new.request_id is not None:
                earlier = _attached(connection, new)
                if earlier is not None:
                    return earlier
            texts.pin(connection, new.prompts)
            connection.execute(_INSERT, _row(new, lease_until))
            if new.request_id is not None:
                _attach(connection, new)
            first = log.start(connection, start)
        return Lease(new.id, 1), first

    def attached(self, new: NewRun) -> str | None:
        """Return the id of the run a request id already stands for.

        Raises Conflict if it was used with other parameters within 24 hours.
        """
        with self._database.read() as connection:
            return _attached(connection, new)

    def started(self, lease: Lease) -> None:
        """Note that a worker has begun to drive the run."""
        values = {"run": lease.run_id, "holder": lease.epoch, "began": time.time()}
        self._batches.do(lambda connection: connection.execute(_BEGIN, values))

    def find(self, run_id: str) -> Summary:
        """Return one run; raises RunNotFound."""
        with self._database.read() as connection:
            row = connection.execute(select(runs).where(runs.c.id == run_id)).mappings().first()
        if row is None:
            raise RunNotFound
        return _summary(row)

    def pinned(self, run_id: str) -> Pinned:
        """Return what was fixed about a run; raises RunNotFound.

        Raises KeyError or pydantic's ValidationError if it cannot be read by this version.
        """
        columns = (runs.c.kind, runs.c.order, runs.c.models, runs.c.prompt_versions)
        query = select(*columns, runs.c.simulated).where(runs.c.id == run_id)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
            if row is None:
                raise RunNotFound
            kept = texts.kept(connection, row["prompt_versions"].values())
        return Pinned(
            kind=row["kind"],
            order=Order.model_validate(row["order"]),
            models=row["models"],
            prompts=Prompts({name: kept[of] for name, of in row["prompt_versions"].items()}),
            simulated=row["simulated"],
        )

    def unwatch(self, run_id: str) -> None:
        """Let a run go on whether anybody watches it or not."""
        with self._database.write() as connection:
            connection.execute(update(runs).where(runs.c.id == run_id).values(needs_watcher=False))

    def page(
        self,
        *,
        kind: Kind | None,
        status: Status | None,
        search: str | None,
        limit: int,
        cursor: str | None,
    ) -> Page:
        """Return a page of runs, newest first; `search` looks in topic and title."""
        query = select(runs).order_by(runs.c.id.desc())
        if kind is not None:
            query = query.where(runs.c.kind == kind)
        if status is not None:
            query = query.where(runs.c.status == status)
        if search:
            query = query.where(
                or_(
                    runs.c.topic.icontains(search, autoescape=True),
                    runs.c.title.icontains(search, autoescape=True),
                )
            )
        if cursor is not None:
            query = query.where(runs.c.id < cursor)
        with self._database.read() as connection:
            found = [_summary(row) for row in connection.execute(query.limit(limit + 1)).mappings()]
        more = len(found) > limit
        return Page(tuple(found[:limit]), found[limit - 1].run_id if more else None)

    def delete(self, run_id: str) -> None:
        """Remove a run that is over; raises RunNotFound, or Conflict while it runs."""
        if not self.find(run_id).over:
            raise Conflict("The run is still going on. Cancel it first.")
        with self._database.write() as connection:
            connection.execute(delete(runs).where(runs.c.id == run_id))

    def categories(self, wanted: Pinned, since: float) -> str | None:
        """Return the data of the newest accepted step 1 that a run may be told again.

        It answered the same topic with the same prompt text, simulated or not as the run is, no
        earlier than `since`, and was not itself told again.
        """
        prompt_version = wanted.prompts["difficulty_categories"].version
        query = (
            select(events.c.data, runs.c.prompt_versions)
            .join(runs, runs.c.id == events.c.run_id)
            .where(runs.c.topic == wanted.order.topic, runs.c.created_at >= since)
            .where(runs.c.simulated == wanted.simulated, events.c.type == "step")
            .where(events.c.seq <= 16, events.c.data.contains('"step_number":1,'))
            .where(events.c.data.contains('"success":true'))
            .where(~events.c.data.contains('"calls":[]'))
            .order_by(events.c.run_id.desc(), events.c.seq.desc())
        )
        with self._database.read() as connection:
            for data, versions in connection.execute(query.limit(20)):
                if versions.get("difficulty_categories") == prompt_version:
                    return str(data)
        return None


def fingerprint(new: NewRun) -> str:
    """Return what a request id stands for: the kind and the order, in one hash."""
    return hashlib.sha256(f"{new.kind} {new.order.model_dump_json()}".encode()).hexdigest()


def _attached(connection: Connection, new: NewRun) -> str | None:
    query = select(request_ids).where(
        request_ids.c.id == new.request_id,
        request_ids.c.created_at > time.time() - REQUEST_ID_SECONDS,
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    if row["fingerprint"] != fingerprint(new):
        raise Conflict(
            "This request_id was used for a run with other parameters.", run_id=row["run_id"]
        )
    return str(row["run_id"])


def _attach(connection: Connection, new: NewRun) -> None:
    connection.execute(delete(request_ids).where(request_ids.c.id == new.request_id))
    row = {
        "id": new.request_id,
        "fingerprint": fingerprint(new),
        "run_id": new.id,
        "created_at": time.time(),
    }
    connection.execute(insert(request_ids).values(row))


def _row(new: NewRun, lease_until: float) -> dict[str, Any]:
    created = time.time()
    return {
        "id": new.id,
        "kind": new.kind,
        "status": "queued",
        "order": new.order.model_dump(),
        "topic": new.order.topic,
        "models": new.models,
        "prompt_versions": new.prompts.versions,
        "simulated": new.simulated,
        "created_at": created,
        "last_seq": 1,
        "worker": new.worker,
        "epoch": 1,
        "lease_until": lease_until,
        "needs_watcher": new.needs_watcher,
        "watched_at": created,
        "cancel_requested": False,
        "usage": Usage().model_dump(),
        "cost_usd": 0.0,
        "cost_estimated": False,
        "model_calls": 0,
        "total_attempts": 0,
        "difficulty": new.order.difficulty,
        "subtopic": new.order.subtopic,
    }


def _summary(row: RowMapping) -> Summary:
    order = row["order"]
    kind: Kind = row["kind"]
    same = {
        name: row[name]
        for name in Summary.__dataclass_fields__
        if name in row and name not in ("usage", "kind")
    }
    return Summary(
        run_id=row["id"],
        kind=kind,
        max_attempts=order["max_attempts"],
        rigor=order["rigor"],
        usage=Usage(**row["usage"]),
        **same,
    )
