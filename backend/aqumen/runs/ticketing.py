"""Tickets as the running product gives and takes them."""

import time

from aqumen.access import tickets
from aqumen.access.callers import Caller
from aqumen.access.tickets import Ticket
from aqumen.errors import TicketRefused
from aqumen.store.records import Summary
from aqumen.store.store import Store

_NAME = "tickets"
_LAST_WORDS_SECONDS = 60.0
"""How long after a run's end a ticket that is over still lets a reader hear of that end."""


class Ticketing:
    """Gives tickets, reads them and says what each is good for. All of it blocks on the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: bytes | None = None

    def give(
        self, owner: str | None, run_id: str | None, seconds: float, *, public: bool = False
    ) -> tuple[Ticket, str]:
        """Return a ticket and what to show for it; without a run it starts one."""
        end = int(time.time() + seconds)
        ticket = Ticket(tickets.new_id(), owner, run_id, end, public)
        return ticket, tickets.signed(self._secret(), ticket)

    def caller(self, text: str, address: str) -> Caller:
        """Return who shows a ticket; raises TicketRefused if it is none of ours."""
        ticket = tickets.read(self._secret(), text)
        return Caller(ticket.owner, ticket=ticket, address=address)

    def run_of(self, ticket: Ticket) -> str | None:
        """Return the run a ticket is good for; None where it may start one yet.

        Raises TicketRefused if it has not in time.
        """
        run_id = ticket.run_id or self._store.ticket_uses.run_of(ticket.id)
        if run_id is None and ticket.expired(time.time()):
            raise TicketRefused("This ticket has run out before it was used.")
        return run_id

    def check(self, ticket: Ticket, run: Summary) -> None:
        """Raise TicketRefused if a ticket is over, and so is its run.

        It may be asked for once more then, by a reader who lost the connection just before.
        """
        now = time.time()
        ended = run.ended_at if run.over and run.ended_at is not None else now
        if ticket.expired(now) and now - ended > _LAST_WORDS_SECONDS:
            raise TicketRefused("This ticket is over, and so is its run.")

    def _secret(self) -> bytes:
        if self._known is None:
            self._known = self._store.secrets.get(_NAME)
        return self._known
