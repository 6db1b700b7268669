"""Runs as resources."""

import re
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from starlette.exceptions import HTTPException

from aqumen.errors import Conflict

from . import as_stored
from .answers import Accepted, Cancelled, LoggedEvent, RunDetail, RunPage, RunSummary, places
from .counting_starts import COUNTED
from .counting_streams import SeatDep
from .examples import LOG
from .generate import LastEventId
from .list_shapes import RunsQuery
from .parts import CallerDep, KnownRun, RunsDep, name_run
from .problem_examples import OTHER_MEDIA, RESPONSES
from .reading import anything_after, cursor_of
from .shapes import EventsQuery, IdempotencyKey, RunParameters, key_of
from .starting import starter
from .streaming import event_stream, json_lines
from .ticket_shapes import ShownTicket

router = APIRouter(prefix="/api/runs", tags=["runs"], responses=RESPONSES)

_MEDIA = ("application/json", "text/event-stream", "application/x-ndjson")


@router.post("", status_code=202, dependencies=[COUNTED])
async def start(
    request: Request,
    runs: RunsDep,
    caller: CallerDep,
    asked: RunParameters,
    idempotency_key: IdempotencyKey = None,
) -> Accepted:
    """Start a run that goes on whether anybody watches it or not."""
    request_id = asked.request_id or key_of(idempotency_key)
    run_id = await runs.registry.do(
        runs.start,
        asked.order(),
        request_id=request_id,
        needs_watcher=False,
        starter=starter(caller),
    )
    name_run(request, run_id)
    status = (await runs.office.do(runs.find, run_id)).status
    return Accepted(run_id=run_id, status=status, **places(run_id))


@router.get("")
async def page(runs: RunsDep, caller: CallerDep, query: Annotated[RunsQuery, Query()]) -> RunPage:
    """List runs, newest first unless asked otherwise."""
    found = await runs.office.do(
        runs.page,
        replace(query.filter(), owner=caller.listed_owner),
        limit=query.limit,
        cursor=query.cursor,
        order=query.sorting(),
    )
    return RunPage(runs=[RunSummary.of(run) for run in found.runs], next_cursor=found.next_cursor)


@router.get("/{run_id}", response_model=RunDetail)
async def detail(run: KnownRun, runs: RunsDep) -> Response:
    """Return a run with every step in full."""
    return _json(await runs.office.do(as_stored.in_full, runs, run))


@router.get(
    "/{run_id}/events",
    responses=LOG | OTHER_MEDIA,
    response_model=list[LoggedEvent],
)
async def events(
    run: KnownRun,
    runs: RunsDep,
    seat: SeatDep,
    query: Annotated[EventsQuery, Query()],
    accept: Annotated[str, Header()] = "*/*",
    last_event_id: LastEventId = None,
    ticket: ShownTicket = None,  # noqa: ARG001 - the guard has read it
) -> Response:
    """Return the event log: followed as SSE or NDJSON, or as it stands as JSON, by `Accept`.

    Of a run that is over, at once or, with `speed`, at the pace at which it happened.
    """
    media = _wanted(accept)
    seq = _seq_of(last_event_id, run.run_id) if last_event_id else query.after
    more = anything_after(run, seq)
    if media == "application/json":
        return _json(await runs.office.do(as_stored.log, runs, run.run_id, seq))
    if not more:
        return Response(status_code=204)
    seat.take(back_to=run.run_id if seq else None)
    seat.run_id = run.run_id
    heard = runs.follow(run.run_id, seq, deltas=query.deltas, speed=query.speed)
    if media == "text/event-stream":
        return event_stream(run.run_id, heard, seat)
    return json_lines(heard, seat)


@router.post("/{run_id}/cancel", status_code=202)
async def cancel(
    run: KnownRun,
    runs: RunsDep,
    ticket: ShownTicket = None,  # noqa: ARG001 - the guard has read it
) -> Cancelled:
    """Stop a run, even in the middle of a model call; asking twice changes nothing."""
    changed = await runs.office.do(runs.cancel, run.run_id)
    status = (await runs.office.do(runs.find, run.run_id)).status
    return Cancelled(run_id=run.run_id, status=status, changed=changed)


@router.delete("/{run_id}", status_code=204)
async def delete(run: KnownRun, runs: RunsDep) -> None:
    """Remove a run that is over, with its log."""
    await runs.registry.do(runs.delete, run.run_id)


def _wanted(accept: str) -> str:
    """Return the media type an `Accept` header likes best of those we have."""
    for media in _by_liking(accept):
        if media in _MEDIA:
            return media
        if media in ("*/*", "application/*", ""):
            return "application/json"
    raise HTTPException(406, f"Ask for one of {', '.join(_MEDIA)}")


def _by_liking(accept: str) -> list[str]:
    liked = []
    for part in accept.split(","):
        media, _, parameters = part.strip().lower().partition(";")
        quality = re.search(r"q=([0-9.]+)", parameters)
        try:
            weight = float(quality[1]) if quality else 1.0
        except ValueError:
            weight = 1.0
        if weight > 0:
            liked.append((weight, media.strip()))
    return [media for _, media in sorted(liked, key=lambda each: -each[0])]


def _seq_of(last_event_id: str, run_id: str) -> int:
    cursor = cursor_of(last_event_id)
    if cursor.run_id != run_id:
        raise Conflict("Last-Event-ID belongs to another run.")
    return cursor.seq


def _json(told: bytes) -> Response:
    return Response(told, media_type="application/json")
