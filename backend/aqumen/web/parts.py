"""What the routes work with."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Literal

from fastapi import Depends, Request

from aqumen.access.callers import Caller
from aqumen.access.turnstile import Turnstile
from aqumen.errors import AqumenError, NotAdmitted, StoreFailed
from aqumen.pipeline.cast import Cast
from aqumen.runs.back_office import BackOffice
from aqumen.runs.runs import Runs
from aqumen.store.records import Summary

from .door import Door
from .owned import owned
from .seats import Seats

_OPENING_SECONDS = 20.0
"""How long a request waits for the store of a server that has just started."""


@dataclass(frozen=True, slots=True)
class About:
    """What the server says of itself."""

    backend: Literal["bedrock", "simulator"]
    simulated: bool
    cast: Cast
    prices_as_of: str
    model_names: dict[str, str]
    """Names for people, by role."""
    warnings: Callable[[], list[str]]
    pipeline_ready: Callable[[], bool]


@dataclass(slots=True)
class Parts:
    """The running server, as its routes see it."""

    runs: Runs
    about: About
    signing: Callable[[], AqumenError | None]
    """Says why no request to the models can be signed; may take as long as credentials do."""
    exposition: Callable[[], tuple[bytes, str]]
    """What the process counts, and its media type."""
    refused: Callable[[int], None]
    """Counts a connection that is refused for what came on it, or did not, by status."""
    door: Door = field(default_factory=Door)
    turnstile: Turnstile = field(default_factory=Turnstile)
    seats: Seats = field(default_factory=Seats)
    """Open event streams, where those are limited."""
    probes: BackOffice = field(default_factory=lambda: BackOffice(threads=1))
    """For signing, which nobody else is to wait for."""
    comparing: BackOffice = field(default_factory=lambda: BackOffice(threads=1))
    """For comparing texts, which is all computing: one thread, and nobody else waits for it."""
    starters: tuple[Callable[[], None], ...] = ()
    """Called when the server starts; none of them may block."""
    closers: tuple[Callable[[], None], ...] = ()
    """Called when it has stopped."""
    tried: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when it was first tried to open the store, however that went."""
    store_failure: str | None = None
    """Why it could not be opened when that was last tried, in one sentence."""

    @property
    def store_failed(self) -> bool:
        """Whether the store could not be opened when that was last tried."""
        return self.store_failure is not None

    @property
    def opened(self) -> bool:
        """Whether the store can be used."""
        return self.tried.is_set() and not self.store_failed

    @property
    def ready(self) -> bool:
        """Whether pipelines can be run."""
        return self.opened and self.about.pipeline_ready()

    async def usable(self) -> Runs:
        """Return the runs when the store can be used; raises StoreFailed if it cannot."""
        try:
            async with asyncio.timeout(_OPENING_SECONDS):
                await self.tried.wait()
        except TimeoutError as late:
            raise StoreFailed from late
        if self.store_failure is not None:
            raise StoreFailed(self.store_failure)
        return self.runs


# All are coroutines: FastAPI calls a plain function in a thread, which costs more than it does.
async def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


async def _runs(parts: "PartsDep") -> Runs:
    return await parts.usable()


async def _caller(request: Request) -> Caller:
    # An error rather than a guess where nobody has asked who it is.
    caller: Caller = request.state.caller
    return caller


async def guarded(request: Request) -> None:
    """Raise NotAdmitted where nobody has asked who the caller is: the guard's second lock."""
    if not hasattr(request.state, "caller"):
        raise NotAdmitted


async def _known_run(
    run_id: str, request: Request, runs: "RunsDep", caller: "CallerDep"
) -> Summary:
    summary = await runs.office.do(owned, runs, caller, run_id)
    name_run(request, run_id)
    return summary


def name_run(request: Request, run_id: str) -> None:
    """Have the answer carry the run's id, whatever it turns out to be."""
    request.state.run_id = run_id


PartsDep = Annotated[Parts, Depends(_parts)]
RunsDep = Annotated[Runs, Depends(_runs)]
CallerDep = Annotated[Caller, Depends(_caller)]
"""Who asks; the guard has seen to it that they may."""
KnownRun = Annotated[Summary, Depends(_known_run)]
"""The run a path names; the answer is 404 if there is none, or it is not the caller's."""
