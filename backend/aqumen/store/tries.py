"""Appends whose fate is unknown: the database went away before it could say."""

from collections import OrderedDict
from collections.abc import Sequence

from sqlalchemy import Connection, select

from aqumen.events import Event

from .records import Lease, Stored
from .tables import events, runs

_MOST = 2000
"""Appends kept in mind; more than one for each run that a process may drive."""

Try = list[Stored]
"""What an append would have stored, filled when it is known; empty before."""


class Tries:
    """What was tried last under each lease, until it is known to have succeeded or failed."""

    def __init__(self) -> None:
        self._open: OrderedDict[Lease, tuple[Sequence[Event], Try]] = OrderedDict()

    def begin(self, lease: Lease, told: Sequence[Event]) -> Try:
        """Return the try of these very events, if there was one, or a new one."""
        before, tried = self._open.pop(lease, (None, []))
        if before is not told:
            tried = []
        self._open[lease] = told, tried
        while len(self._open) > _MOST:
            self._open.popitem(last=False)
        return tried

    def end(self, lease: Lease) -> None:
        """Forget it: its fate is known."""
        self._open.pop(lease, None)


def succeeded(connection: Connection, lease: Lease, tried: Try) -> bool:
    """Whether an earlier try was stored after all."""
    if not tried:
        return False
    # An earlier transaction that is still being committed holds this row: its end is waited for.
    connection.execute(
        select(runs.c.id).where(runs.c.id == lease.run_id).with_for_update(key_share=True)
    )
    last = tried[-1]
    query = select(events.c.data).where(events.c.run_id == lease.run_id, events.c.seq == last.seq)
    return connection.scalar(query) == last.data
