"""How a run is started for somebody."""

from aqumen.access.callers import Caller
from aqumen.access.tickets import Ticket
from aqumen.errors import NotAllowed
from aqumen.order import Order
from aqumen.runs.admission import Starter
from aqumen.runs.runs import Runs

from .door import PublicRules
from .owned import owned
from .shapes import RunParameters


def starter(caller: Caller) -> Starter:
    """Return for whom a run is started, and with which ticket if it is with one."""
    return Starter(caller.owner, caller.ticket.id if caller.ticket is not None else None)


def order_of(caller: Caller, asked: RunParameters, rules: PublicRules) -> Order:
    """Return what a caller has ordered; raises NotAllowed if it is more than they may."""
    order = asked.order()
    if caller.ticket is None or not caller.ticket.public:
        return order
    most = rules.max_attempts
    if order.max_attempts > most and not (asked.max_attempts or asked.max_retries):
        order = order.model_copy(update={"max_attempts": most})
    if order.rigor != "single-sample" or order.max_attempts > most:
        raise NotAllowed(
            f"A public ticket starts runs of rigor single-sample with at most {most} attempts."
        )
    return order


async def check(runs: Runs, caller: Caller) -> None:
    """See that a caller with a ticket may start a run, or come back to the one it started.

    Raises TicketRefused or RunNotFound if not.
    """
    if caller.ticket is not None:
        await runs.office.do(_check, runs, caller, caller.ticket)


async def earlier(runs: Runs, caller: Caller, request_id: str | None) -> str | None:
    """Return the run that a caller comes back to, with their ticket or a request id; or None."""
    return await runs.office.do(_earlier, runs, caller, request_id)


def _earlier(runs: Runs, caller: Caller, request_id: str | None) -> str | None:
    if caller.ticket is not None:
        return runs.ticketing.run_of(caller.ticket)
    return None if request_id is None else runs.of_request(request_id, starter(caller))


def _check(runs: Runs, caller: Caller, ticket: Ticket) -> None:
    run_id = runs.ticketing.run_of(ticket)
    if run_id is not None:
        owned(runs, caller, run_id)
