"""How many runs of one key are open: counted by the database, for all processes together."""

from sqlalchemy import Connection, func, select

from aqumen.errors import TooManyOpen

from .records import OPEN, NewRun
from .tables import runs


def check(connection: Connection, new: NewRun) -> None:
    """Raise TooManyOpen if the key of a new run has as many open ones as it may.

    Two that are made at once for one key wait for each other, in whatever process.
    """
    owner, most = new.pinned.owner, new.most_open
    if owner is None or most is None:
        return
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        lock = func.pg_advisory_xact_lock(func.hashtext(f"open runs of {owner}"))
        connection.execute(select(lock))
    mine = select(func.count()).where(runs.c.owner == owner, runs.c.status.in_(OPEN))
    if (connection.scalar(mine) or 0) >= most:
        raise TooManyOpen(most)
