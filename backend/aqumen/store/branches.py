"""What a run's row says of the run it branches off."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.engine import RowMapping

from aqumen.errors import RunNotFound

from .records import Branch, Pinned
from .tables import runs


def columns(connection: Connection, pinned: Pinned) -> dict[str, Any]:
    """Return the columns of a new run; none unless it branches off another.

    The parent's row is held until the transaction ends: it cannot go meanwhile, and rejudgements
    that begin at the same time are counted one by one. Raises RunNotFound if it is gone.
    """
    if pinned.branch is None:
        return {}
    parent = pinned.branch.parent
    held = select(runs.c.id).where(runs.c.id == parent).with_for_update()
    if connection.scalar(held) is None:
        raise RunNotFound
    number = _next_number(connection, parent) if pinned.kind == "rejudge" else None
    return {**asdict(pinned.branch), "rejudge_number": number}


def of(row: RowMapping) -> Branch | None:
    """Return where a run branches off, if it does."""
    if row["parent"] is None:
        return None
    return Branch(row["parent"], row["from_step"], row["from_attempt"])


def _next_number(connection: Connection, parent: str) -> int:
    query = select(func.max(runs.c.rejudge_number)).where(runs.c.parent == parent)
    return (connection.scalar(query) or 0) + 1
