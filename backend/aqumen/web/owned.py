"""The one place where a run is found for somebody."""

from typing import NamedTuple

from aqumen.access.callers import Caller
from aqumen.errors import RunNotFound
from aqumen.runs.runs import Runs
from aqumen.store.records import Summary


class Sought(NamedTuple):
    """A run that somebody asks for."""

    runs: Runs
    caller: Caller
    run_id: str


def owned(runs: Runs, caller: Caller, run_id: str) -> Summary:
    """Return a run its caller may know of. Blocks on the store.

    Raises RunNotFound, for other people's runs too: that there is one is nobody's business; and
    TicketRefused for a ticket that is over.
    """
    ticket = caller.ticket
    if ticket is not None and runs.ticketing.run_of(ticket) != run_id:
        raise RunNotFound
    run = runs.find(run_id)
    if ticket is not None:
        runs.ticketing.check(ticket, run)
    elif not caller.sees_all and (caller.owner is None or run.owner != caller.owner):
        raise RunNotFound
    return run
