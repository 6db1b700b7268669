"""The calls of the client's document that run the pipeline."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from starlette.status import HTTP_204_NO_CONTENT

from aqumen.events import Failed, Final

from .counting_starts import COUNTED, COUNTED_UNLESS_BACK
from .counting_streams import SeatDep
from .examples import RESULT, STREAM
from .owned import owned
from .parts import CallerDep, PartsDep, RunsDep, name_run
from .problem_examples import RESPONSES
from .problems import ended
from .reading import anything_after, cursor_of
from .shapes import IdempotencyKey, RunParameters, key_of
from .starting import check, earlier, order_of, starter
from .streaming import event_stream
from .ticket_shapes import ShownTicket
from .waiting import end_of

router = APIRouter(tags=["generate"])

LastEventId = Annotated[str | None, Header(description="Where to go on: `<run_id>:<seq>`")]


class StreamParameters(RunParameters):
    """What a streamed run is asked for with."""

    deltas: bool = False


@router.get(
    "/api/generate-stream",
    response_class=Response,
    responses=RESPONSES | STREAM,
    dependencies=[COUNTED_UNLESS_BACK],
)
async def generate_stream(
    request: Request,
    runs: RunsDep,
    parts: PartsDep,
    caller: CallerDep,
    seat: SeatDep,
    asked: Annotated[StreamParameters, Query()],
    last_event_id: LastEventId = None,
    ticket: ShownTicket = None,  # noqa: ARG001 - the guard has read it
) -> Response:
    """Start a run and stream it; with `Last-Event-ID`, go on with the run it names."""
    if last_event_id:
        run_id, seq = cursor_of(last_event_id)
        run = await runs.office.do(owned, runs, caller, run_id)
        name_run(request, run_id)
        if not anything_after(run, seq):
            return Response(status_code=HTTP_204_NO_CONTENT)
        seat.take(back_to=run_id)
    else:
        seq = 0
        order = order_of(caller, asked, parts.door.public)
        await check(runs, caller)
        seat.take(None if seat.free else await earlier(runs, caller, asked.request_id))
        run_id = await runs.registry.do(
            runs.start,
            order,
            request_id=asked.request_id,
            needs_watcher=True,
            starter=starter(caller),
        )
        name_run(request, run_id)
        seat.run_id = run_id
    return event_stream(run_id, runs.follow(run_id, seq, deltas=asked.deltas), seat)


@router.post(
    "/api/generate",
    responses=RESPONSES | RESULT,
    response_model=Final,
    dependencies=[COUNTED],
)
async def generate(
    request: Request,
    runs: RunsDep,
    caller: CallerDep,
    asked: RunParameters,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Run the pipeline and return its result.

    A run without a question is a result too: `success` is false and `reason` says why.
    """
    request_id = asked.request_id or key_of(idempotency_key)
    run_id = await runs.registry.do(
        runs.start,
        asked.order(),
        request_id=request_id,
        needs_watcher=request_id is None,
        starter=starter(caller),
    )
    name_run(request, run_id)
    *before, last = await end_of(runs, run_id, request)
    if isinstance(last, Failed):
        return ended(last)
    return Response(before[-1].model_dump_json(), media_type="application/json")
