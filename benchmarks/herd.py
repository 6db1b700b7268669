"""Runs started at the same instant, each watched by a client of its own."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

from aqumen.simulator.pace import Pace

from .answered import Answered
from .deltas import Writing, delta_delays
from .plan import TOPIC, Plan
from .processes import Served, api
from .runs import Told
from .usage import Usage, Watch
from .wire import Exchange, ask, stream_path

_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Herd:
    """What became of so many runs at once, on a server of their own."""

    told: tuple[Told, ...]
    """The runs that came to their end."""
    paths: tuple[float, ...]
    """The critical path of each one's model calls, in seconds."""
    started: int
    deltas: bool
    usage: Usage
    health_seconds: tuple[float, ...]
    delta_seconds: tuple[float, ...]
    database_bytes: int

    @property
    def name(self) -> str:
        """What the herd is called above its column."""
        return f"{self.started} + deltas" if self.deltas else str(self.started)


class Watched(NamedTuple):
    """What the clients of a herd heard, and what the server took meanwhile."""

    exchanges: list[Exchange]
    """Those that were not broken off."""
    usage: Usage
    health_seconds: list[float]


def measure(plan: Plan, bedrock: Served, size: int, *, deltas: bool = False) -> Herd:
    """Start a server and so many runs on it, and watch until all are over."""
    with tempfile.TemporaryDirectory() as folder:
        with api(bedrock, Path(folder) / "runs.db") as server:
            path = stream_path(TOPIC, deltas=deltas)
            watched = together([server], size, path, plan.herd_seconds)
        kept = sum(file.stat().st_size for file in Path(folder).iterdir())
    told = [Told(exchange) for exchange in watched.exchanges]
    whole = tuple(run for run in told if run.done and run.without_gaps())
    answered, writing = Answered(bedrock), Writing(Pace(plan.speed))
    paths = tuple(answered.critical_path(run) for run in whole)
    late = (delta_delays(run, writing, answered) for run in whole if deltas)
    delays = tuple(each for delays in late for each in delays)
    health = tuple(watched.health_seconds)
    return Herd(whole, paths, size, deltas, watched.usage, health, delays, kept)


def together(servers: Sequence[Served], size: int, path: str, seconds: float) -> Watched:
    """Ask servers in turn for so many streams at once; hear each to its end, or so many seconds."""
    return asyncio.run(_together(servers, size, path, seconds))


async def _together(servers: Sequence[Served], size: int, path: str, seconds: float) -> Watched:
    # The first run would otherwise wait for the pipeline to be built.
    for server in servers:
        await ready(server)
    health: list[float] = []
    async with Watch(*(server.pid for server in servers)) as usage:
        polling = asyncio.create_task(_poll(servers[0], health))
        ports = (server.port for server in islice(cycle(servers), size))
        runs = (ask(port, "GET", path, seconds=seconds) for port in ports)
        ended = await asyncio.gather(*runs, return_exceptions=True)
        polling.cancel()
    return Watched([each for each in ended if isinstance(each, Exchange)], usage, health)


async def ready(server: Served) -> None:
    """Wait until the server can run pipelines; raises TimeoutError."""
    async with asyncio.timeout(30.0):
        while not await _is_ready(server):  # noqa: ASYNC110 - the server is another process
            await asyncio.sleep(_POLL_SECONDS)


async def _is_ready(server: Served) -> bool:
    answered = await ask(server.port, "GET", "/health")
    return b'"pipeline_ready":true' in answered.body()


async def _poll(server: Served, seconds: list[float]) -> None:
    while True:
        answered = await ask(server.port, "GET", "/health", seconds=10.0)
        seconds.append(answered.seconds)
        await asyncio.sleep(_POLL_SECONDS)
