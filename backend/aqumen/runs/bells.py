"""Wake the readers of runs, which wait on an event loop, from any thread."""

import asyncio
import threading
from contextlib import suppress
from math import inf

_PAUSE_SECONDS = 0.03
"""Between two chimes, so that many small pieces of text travel as one."""


class Chime:
    """Rings the bells of all who read unfinished text at once, when some has come.

    Woken one by one, hundreds of readers would each cost their loop a wait for the interpreter.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._lock = threading.Lock()
        self._bells: set[Bell] = set()
        self._last = -inf
        """When it rang, in the loop's time."""

    def add(self, bell: "Bell") -> None:
        """Have a bell rung with the next; the first comes at once, if none has of late."""
        with self._lock:
            alone = not self._bells
            self._bells.add(bell)
        if alone:
            with suppress(RuntimeError):  # the loop is closed: nobody is left to wake
                self.loop.call_soon_threadsafe(self._prepare)

    def _prepare(self) -> None:
        self.loop.call_at(self._last + _PAUSE_SECONDS, self._ring)

    def _ring(self) -> None:
        self._last = self.loop.time()
        with self._lock:
            bells, self._bells = self._bells, set()
        for bell in bells:
            bell.rung.set()


class Bell:
    """Wakes one reader."""

    def __init__(self, chime: Chime, *, deltas: bool) -> None:
        self.deltas = deltas
        """Whether the reader also wants to know of unfinished text."""
        self.rung = asyncio.Event()
        self._chime = chime
        self._pending = False

    def ring(self) -> None:
        """Wake the reader now; rings that come before it has woken are one."""
        if self._pending:
            return
        self._pending = True
        with suppress(RuntimeError):  # the loop is closed: nobody is left to wake
            self._chime.loop.call_soon_threadsafe(self.rung.set)

    def chime(self) -> None:
        """Wake the reader with the others who read unfinished text."""
        if not self._pending:
            self._chime.add(self)

    async def wait(self, seconds: float) -> None:
        """Wait for a ring, at most so long; one that came since the last is one."""
        try:
            async with asyncio.timeout(seconds):
                await self.rung.wait()
        except TimeoutError:
            return
        self._pending = False
        self.rung.clear()
