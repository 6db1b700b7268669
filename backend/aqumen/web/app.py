"""The application: routes, middleware, start and end."""

import asyncio
import logging
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from sse_starlette.sse import AppStatus
from starlette.middleware.cors import CORSMiddleware

from aqumen import __version__
from aqumen.errors import StoreFailed
from aqumen.runs.runs import Runs

from . import (
    about,
    branches,
    bulk,
    docs_page,
    exporting,
    generate,
    insights,
    pinned,
    playing,
    problems,
    prompts,
    readiness,
    runs,
    site,
    tickets,
)
from .body_limit import BodyLimit
from .crowding import CROWD, Crowd
from .described import Described
from .guard import Guard
from .head_limit import HeadLimit
from .naming import RunIdHeader
from .origins import EXPOSED, Origins
from .parts import Parts, guarded
from .refusals import REFUSALS, Refusals
from .rights import Rights
from .safe_headers import SafeHeaders

logger = logging.getLogger(__name__)

_ROOMS = (
    about,
    readiness,
    docs_page,
    generate,
    site,
    tickets,
    runs,
    pinned,
    branches,
    exporting,
    bulk,
    prompts,
    playing,
    insights,
)
_CLOSING_SECONDS = 3.0
_LOOK_SECONDS = 0.1
_REOPEN_SECONDS = 3.0
_MOST_BYTES = 1024 * 1024
"""Of a request's body; the longest that can be meant bring prompts of their own."""


def create_app(parts: Parts, origins: Origins) -> FastAPI:
    """Return the application around its parts; its lifespan opens and closes them."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[dict[str, object]]:
        for start in parts.starters:
            start()
        refusals = Refusals(origins, parts.refused)
        tasks = [asyncio.ensure_future(work(parts)) for work in (_open, _leave_on_signal)]
        try:
            # For the server's connections, which begin before there is a request.
            yield {
                CROWD: Crowd(parts.door.connections_per_address, parts.door.proxies),
                REFUSALS: refusals,
            }
        finally:
            refusals.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            parts.runs.close(_CLOSING_SECONDS)
            parts.probes.close()
            parts.comparing.close()
            for close in parts.closers:
                close()

    app = Described(
        title="Aqumen",
        version=__version__,
        description="Generates assessment questions that tell strong understanding from weak.",
        lifespan=lifespan,
        # A redirect would lead to whatever the Host header of the request says.
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # The guard has seen every request to these routes, or none is answered.
        dependencies=[Depends(guarded)],
    )
    app.state.parts = parts
    rooms = [room for room in _ROOMS if parts.door.docs or room is not docs_page]
    for room in rooms:
        app.include_router(room.router)
    problems.install(app)
    rights = Rights([*app.routes, *(route for room in rooms for route in room.router.routes)])
    app.add_middleware(BodyLimit, most_bytes=_MOST_BYTES)
    app.add_middleware(Guard, parts=parts, rights=rights, origins=origins)
    app.add_middleware(problems.Unexpected)
    app.add_middleware(RunIdHeader)
    app.add_middleware(HeadLimit)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=origins.exact,
        allow_origin_regex=origins.pattern,
        allow_methods=["GET", "POST", "PUT", "DELETE"],
        allow_headers=["*"],
        expose_headers=EXPOSED,
    )
    app.add_middleware(SafeHeaders)
    return app


async def _open(parts: Parts) -> None:
    """Open the store, as often as it takes: a disk may come late, or a lock go away."""
    while not parts.opened:
        parts.store_failure = await _failure_to_open(parts.runs)
        parts.tried.set()
        if parts.store_failed:
            await asyncio.sleep(_REOPEN_SECONDS)


async def _failure_to_open(runs: Runs) -> str | None:
    """Try to open the store; return why that failed, in one sentence, and None if it did not."""
    try:
        await runs.office.do(runs.open)
    except StoreFailed as error:
        logger.exception("the store could not be opened; trying again")
        return error.text
    except Exception:
        # Nobody awaits this task: what is not logged here is never heard of.
        logger.exception("the store could not be opened, for an unknown reason; trying again")
        return StoreFailed.message
    return None


async def _leave_on_signal(parts: Parts) -> None:
    """Let the readers go when the server is told to stop.

    The server waits for open answers before it ends the lifespan, so they have to hear of it
    before that.
    """
    while not _told_to_stop():  # noqa: ASYNC110 - flags are all there is
        await asyncio.sleep(_LOOK_SECONDS)
    parts.runs.leave()


def _told_to_stop() -> bool:
    """Whether the server was told to stop, as sse-starlette or uvicorn itself noticed.

    sse-starlette hooks in when it is imported: too late in the processes that `--reload` and
    `--workers` start, where uvicorn's handler is in place before the application is loaded.
    """
    handler = signal.getsignal(signal.SIGTERM)
    server = getattr(handler, "__self__", None)
    return AppStatus.should_exit or getattr(server, "should_exit", False)
