"""Which run a request id stands for: one, whichever process is asked at whatever moment."""

import hashlib
import json
import time
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Select, select

from aqumen.errors import Conflict

from .engine import Database
from .records import NewRun, Pinned
from .tables import request_ids
from .upsert import upsert

SECONDS = 24 * 3600.0
"""How long a request id stands for the run it started."""


class RequestIds:
    """The request ids that stand for a run."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def run_of(self, request_id: str) -> str | None:
        """Return the id of the run one stands for, whatever that was asked for with."""
        with self._database.read() as connection:
            row = connection.execute(_query(request_id)).mappings().first()
        return None if row is None else str(row["run_id"])


def attached(connection: Connection, new: NewRun) -> str | None:
    """Return the id of the run a request id already stands for.

    Raises Conflict if it, or the ticket it is made of, was used with other parameters within 24
    hours.
    """
    row = connection.execute(_query(new.request_id)).mappings().first()
    if row is None:
        return None
    if row["fingerprint"] != _fingerprint(new.pinned):
        what = "request_id" if new.ticket is None else "ticket"
        raise Conflict(
            f"This {what} was used for a run with other parameters.", run_id=row["run_id"]
        )
    return str(row["run_id"])


def attach(connection: Connection, new: NewRun) -> bool:
    """Have a request id stand for a new run; False if another run has it meanwhile.

    Where two try at once, the second waits until the first is committed or undone.
    """
    row = {
        "id": new.request_id,
        "fingerprint": _fingerprint(new.pinned),
        "run_id": new.id,
        "created_at": time.time(),
    }
    claim = (
        upsert(connection, request_ids)
        .values(row)
        .on_conflict_do_update(
            index_elements=[request_ids.c.id],
            set_=row,
            where=request_ids.c.created_at <= time.time() - SECONDS,
        )
        .returning(request_ids.c.run_id)
    )
    return connection.scalar(claim) is not None


def _query(request_id: str | None) -> Select[Any]:
    return select(request_ids).where(
        request_ids.c.id == request_id,
        request_ids.c.created_at > time.time() - SECONDS,
    )


def _fingerprint(pinned: Pinned) -> str:
    """Return what a request id stands for, in one hash: what was asked for.

    Of a branch that is also what it asks models with: the rest is the server's to choose.
    """
    said = f"{pinned.kind} {pinned.order.model_dump_json()}"
    if pinned.branch is not None:
        asked_with = {**asdict(pinned.branch), **pinned.models, **pinned.prompts.versions}
        said += json.dumps(asked_with, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()
