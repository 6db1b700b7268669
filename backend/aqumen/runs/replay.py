"""Telling a run that is over again, at the pace at which it happened."""

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import NamedTuple

from aqumen.store.log import Log
from aqumen.store.records import Stored

from .back_office import BackOffice
from .tail import Heard

_BATCH = 32
"""Events in memory for one reader, who may take hours over them."""
_LOOK_SECONDS = 0.5
"""How often a reader who waits looks whether this process is going away."""


class _Past(NamedTuple):
    """An event, and when it was stored, in seconds since the epoch."""

    stored: Stored
    at: float


class _Clock:
    """Says when what happened then is due now, so many times as fast."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._began: tuple[float, float] | None = None

    def due(self, at: float) -> float:
        """Return when to tell of a moment, in `time.monotonic` seconds; of the first, now.

        Counted from the first, so that lateness does not add up.
        """
        if self._began is None:
            self._began = (at, time.monotonic())
        then, now = self._began
        return now + (at - then) / self._speed


class Replay:
    """Reads the logs of runs that are over, and takes its time."""

    def __init__(self, log: Log, office: BackOffice) -> None:
        self._log = log
        self._office = office
        self._leaving = False

    def leave(self) -> None:
        """Tell every reader within a moment that this process is going away, and let them go."""
        self._leaving = True

    async def follow(
        self, run_id: str, after: int, speed: float, *, deltas: bool = False
    ) -> AsyncGenerator[list[Heard]]:
        """Yield every event after a seq at `speed` times its pace, up to the terminal one.

        The first comes at once; or, where there is one before it, as long after the reader's
        coming as it came after that one. Nothing is left out, and no pause is shortened.
        """
        if deltas:
            yield ["no deltas here"]
        clock = _Clock(speed)
        if after:
            for seen in await self._office.do(self._read, run_id, after - 1, 1):
                clock.due(seen.at)
        while batch := deque(await self._office.do(self._read, run_id, after, _BATCH)):
            while batch:
                if not await self._reached(clock.due(batch[0].at)):
                    yield ["restarting"]
                    return
                told = _due(batch, clock)
                yield [*told]
                after = told[-1].seq

    def _read(self, run_id: str, after: int, limit: int) -> list[_Past]:
        return [_Past(stored, _moment(stored)) for stored in self._log.read(run_id, after, limit)]

    async def _reached(self, due: float) -> bool:
        """Wait for a moment; False if this process goes away before."""
        # A flag is all there is: `leave` is called from any thread, also where no loop runs.
        while not self._leaving and (left := due - time.monotonic()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(left, _LOOK_SECONDS))
        return not self._leaving


def _due(batch: deque[_Past], clock: _Clock) -> list[Stored]:
    """Take what is due off the batch: its first, and what is so by now."""
    told = [batch.popleft().stored]
    while batch and clock.due(batch[0].at) <= time.monotonic():
        told.append(batch.popleft().stored)
    return told


def _moment(stored: Stored) -> float:
    return datetime.fromisoformat(json.loads(stored.data)["timestamp"]).timestamp()
