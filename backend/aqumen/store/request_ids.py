"""What makes repeating a request harmless: its id stands for the run it started."""

import hashlib
import json
import time
from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select

from aqumen.errors import Conflict

from .records import NewRun, Pinned
from .tables import request_ids

REQUEST_ID_SECONDS = 24 * 3600.0
"""How long a request id stands for the run it started."""


def attached(connection: Connection, new: NewRun) -> str | None:
    """Return the id of the run a request id already stands for.

    Raises Conflict if it was used with other parameters within 24 hours.
    """
    query = select(request_ids).where(
        request_ids.c.id == new.request_id,
        request_ids.c.created_at > time.time() - REQUEST_ID_SECONDS,
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    if row["fingerprint"] != _fingerprint(new.pinned):
        raise Conflict(
            "This request_id was used for a run with other parameters.", run_id=row["run_id"]
        )
    return str(row["run_id"])


def attach(connection: Connection, new: NewRun) -> None:
    """Have a request id stand for its run from now on."""
    connection.execute(delete(request_ids).where(request_ids.c.id == new.request_id))
    row = {
        "id": new.request_id,
        "fingerprint": _fingerprint(new.pinned),
        "run_id": new.id,
        "created_at": time.time(),
    }
    connection.execute(insert(request_ids).values(row))


def _fingerprint(pinned: Pinned) -> str:
    """Return what a request id stands for, in one hash: what was asked for.

    Of a branch that is also what it asks models with: the rest is the server's to choose.
    """
    said = f"{pinned.kind} {pinned.order.model_dump_json()}"
    if pinned.branch is not None:
        asked_with = {**asdict(pinned.branch), **pinned.models, **pinned.prompts.versions}
        said += json.dumps(asked_with, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()
