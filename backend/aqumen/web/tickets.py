"""Tickets for those who cannot send a key: browsers, with `EventSource`."""

from datetime import UTC, datetime

from fastapi import APIRouter

from aqumen.access.addresses import network_of
from aqumen.access.callers import Caller
from aqumen.errors import NotAllowed

from .owned import owned
from .parts import CallerDep, PartsDep, RunsDep
from .problem_examples import RESPONSES
from .ticket_examples import TICKET
from .ticket_shapes import GivenTicket, TicketParameters

_HOUR = 3600

router = APIRouter(tags=["tickets"], responses=RESPONSES)


@router.post("/api/tickets", responses=TICKET)
async def ticket(
    runs: RunsDep,
    parts: PartsDep,
    caller: CallerDep,
    asked: TicketParameters | None = None,
) -> GivenTicket:
    """Give a ticket that starts one run, or with `run_id` reads one.

    It is shown as `?ticket=` to `generate-stream`, and to `events` and `cancel` of its run.
    """
    run_id = asked.run_id if asked is not None else None
    _check_use(caller, run_id)
    public = not caller.may("generate", "read")
    if public:
        who, most = network_of(caller.address), parts.door.public.tickets_per_hour
        await runs.office.do(parts.turnstile.pass_through, f"ticket {who}", most, _HOUR)
    if run_id is not None:
        await runs.office.do(owned, runs, caller, run_id)
    seconds = parts.door.ticket_seconds
    made, text = await runs.office.do(
        runs.ticketing.give, caller.owner, run_id, seconds, public=public
    )
    return GivenTicket(
        ticket=text,
        run_id=run_id,
        expires_at=datetime.fromtimestamp(made.expires_at, UTC),
        expires_in=int(seconds),
    )


def _check_use(caller: Caller, run_id: str | None) -> None:
    if run_id is not None and not caller.may("read"):
        raise NotAllowed("A ticket that reads a run needs a key with the scope read.")
    if run_id is None and not caller.may("generate", "public"):
        raise NotAllowed("A ticket that starts a run needs a key with the scope generate.")
