"""The application: routes, middleware, start and end."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI
from sse_starlette.sse import AppStatus
from starlette.middleware.cors import CORSMiddleware

from aqumen import __version__
from aqumen.errors import StoreFailed

from . import about, generate, problems, runs, site
from .body_limit import BodyLimit
from .naming import RunIdHeader
from .parts import Parts

logger = logging.getLogger(__name__)

_CLOSING_SECONDS = 3.0
_LOOK_SECONDS = 0.1
_REOPEN_SECONDS = 3.0
_MOST_BYTES = 64 * 1024
"""Of a request's body; the longest that can be meant has a few hundred."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Which web pages may call the API."""

    exact: tuple[str, ...] = ()
    pattern: str | None = None


def create_app(parts: Parts, origins: Origins) -> FastAPI:
    """Return the application around its parts; its lifespan opens and closes them."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        for start in parts.starters:
            start()
        tasks = [asyncio.ensure_future(work(parts)) for work in (_open, _leave_on_signal)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            parts.runs.close(_CLOSING_SECONDS)
            for close in parts.closers:
                close()

    app = FastAPI(
        title="Aqumen",
        version=__version__,
        description="Generates assessment questions that tell strong understanding from weak.",
        lifespan=lifespan,
    )
    app.state.parts = parts
    for router in (about.router, generate.router, site.router, runs.router):
        app.include_router(router)
    problems.install(app)
    app.add_middleware(BodyLimit, most_bytes=_MOST_BYTES)
    app.add_middleware(problems.Unexpected)
    app.add_middleware(RunIdHeader)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=origins.exact,
        allow_origin_regex=origins.pattern,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["*"],
        expose_headers=["X-Run-Id", "Retry-After"],
    )
    return app


async def _open(parts: Parts) -> None:
    """Open the store, as often as it takes: a disk may come late, or a lock go away."""
    while not parts.opened.is_set():
        try:
            await parts.runs.office.do(parts.runs.open)
        except StoreFailed:
            logger.exception("the store could not be opened; trying again")
            parts.store_failed = True
            await asyncio.sleep(_REOPEN_SECONDS)
        else:
            parts.store_failed = False
            parts.opened.set()


async def _leave_on_signal(parts: Parts) -> None:
    """Let the readers go when the server is told to stop.

    The server waits for open answers before it ends the lifespan, so they have to hear of it
    before that; sse-starlette sees the signal first.
    """
    while not AppStatus.should_exit:  # noqa: ASYNC110 - a flag is all it offers
        await asyncio.sleep(_LOOK_SECONDS)
    parts.runs.leave()
