"""What tickets were used for: each starts one run, whichever process is asked, and whenever."""

import time

from sqlalchemy import Connection, delete, insert, select

from aqumen.errors import TicketRefused

from .engine import Database
from .records import NewRun
from .tables import ticket_uses

_KEPT_SECONDS = 30 * 86_400.0
"""Far longer than a ticket starts anything, and than a run goes on."""


class TicketUses:
    """The tickets that were used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def run_of(self, ticket: str) -> str | None:
        """Return the run that was started with a ticket; it may be gone."""
        query = select(ticket_uses.c.run_id).where(ticket_uses.c.ticket == ticket)
        with self._database.read() as connection:
            run_id = connection.scalar(query)
        return None if run_id is None else str(run_id)


def note(connection: Connection, new: NewRun) -> None:
    """Have a new run be the only one its ticket ever starts.

    Raises TicketRefused if it has started one, which is gone: of one that is there its request id
    tells. Two that try at once wait for each other where that id is claimed.
    """
    if new.ticket is None:
        return
    now = time.time()
    connection.execute(delete(ticket_uses).where(ticket_uses.c.used_at < now - _KEPT_SECONDS))
    there = select(ticket_uses.c.run_id).where(ticket_uses.c.ticket == new.ticket)
    if connection.scalar(there) is not None:
        raise TicketRefused("The run this ticket started is gone, and it starts no other.")
    row = {"ticket": new.ticket, "run_id": new.id, "used_at": now}
    connection.execute(insert(ticket_uses), row)
