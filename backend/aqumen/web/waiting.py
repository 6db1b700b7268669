"""Awaiting a run's end on behalf of a caller who may hang up."""

import asyncio
from typing import TypeVar

from fastapi import Request

from aqumen.errors import ShuttingDown
from aqumen.events import AnyEvent, parse
from aqumen.runs.runs import Runs
from aqumen.store.records import Stored

T = TypeVar("T")


class HungUp(Exception):
    """The caller is gone; nobody will read an answer."""


async def end_of(runs: Runs, run_id: str, request: Request) -> list[AnyEvent]:
    """Watch a run to its end and return its last two events.

    Raises HungUp if the caller leaves before, ShuttingDown if the server does.
    """
    watching = asyncio.ensure_future(_last_events(runs, run_id))
    leaving = asyncio.ensure_future(_hung_up(request))
    try:
        await asyncio.wait({watching, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not watching.done():
            raise HungUp
        return watching.result()
    finally:
        for task in (watching, leaving):
            task.cancel()
        await asyncio.gather(watching, leaving, return_exceptions=True)


async def _last_events(runs: Runs, run_id: str) -> list[AnyEvent]:
    last: list[Stored] = []
    async for heard in runs.follow(run_id, 0):
        last = [*last, *(item for item in heard if isinstance(item, Stored))][-2:]
    if not last or not last[-1].terminal:
        raise ShuttingDown
    return [parse(stored.data) for stored in last]


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
