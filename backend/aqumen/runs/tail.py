"""Reading a run's log from a cursor: what is stored, then what comes, then the end."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Literal

from aqumen.events import Delta
from aqumen.store.log import PAGE, Log
from aqumen.store.records import Stored

from .back_office import BackOffice
from .bells import Bell, Chime
from .elsewhere import Elsewhere
from .live import LiveRun, LiveRuns, OpenCall, Seen

Note = Literal["no deltas here", "restarting"]
Heard = Stored | Delta | Note

_WAIT_SECONDS = 5.0
"""How long a reader waits for its bell before it looks anyway."""


class Tail:
    """Reads runs, whoever drives them."""

    def __init__(self, log: Log, live: LiveRuns, elsewhere: Elsewhere, office: BackOffice) -> None:
        self._log = log
        self._live = live
        self._elsewhere = elsewhere
        self._office = office
        self._leaving = False
        self._chime: Chime | None = None

    def leave(self) -> None:
        """Tell every reader that this process is going away, and let them go."""
        self._leaving = True
        self._live.ring_all()
        self._elsewhere.ring_all()

    async def follow(
        self, run_id: str, after: int, *, deltas: bool = False
    ) -> AsyncGenerator[list[Heard]]:
        """Yield every event after a seq, up to the terminal one, or to the note that we leave.

        What is there at the same time is yielded together. With `deltas`, unfinished text too:
        first what is written so far, then what is added.
        """
        if deltas and self._live.driven(run_id) is None:
            yield ["no deltas here"]
        rope = _Rope(self._bell(deltas=deltas), run_id, self._elsewhere)
        try:
            async for heard in self._follow(run_id, after, rope):
                yield heard
        finally:
            rope.let_go()

    async def _follow(self, run_id: str, after: int, rope: "_Rope") -> AsyncGenerator[list[Heard]]:
        seen: dict[int, Seen] = {}
        bell = rope.bell
        while True:
            run = self._live.driven(run_id)
            rope.hold(run, after)
            stored = await self._look(run_id, run, after)
            if stored:
                yield [*stored]
                after = stored[-1].seq
                if stored[-1].terminal:
                    return
            if self._leaving:
                yield ["restarting"]
                return
            if stored is None:
                return  # deleted while it was read
            if stored and (run is not None or len(stored) == PAGE):
                continue
            rope.hold(run, after)
            news = _news(run, seen) if run is not None and bell.deltas else []
            if news:
                yield [*news]
            await bell.wait(self._elsewhere.patience if run is None else _WAIT_SECONDS)

    async def _look(self, run_id: str, run: LiveRun | None, after: int) -> list[Stored] | None:
        """Return what is stored after a seq; None if nothing is, or ever will be."""
        stored = await self._since(run_id, run, after)
        if stored or run is not None or await self._office.do(self._log.is_open, run_id):
            return stored
        # Nothing can follow any more: what has since the log was read is found now.
        return await self._since(run_id, run, after) or None

    async def _since(self, run_id: str, run: LiveRun | None, after: int) -> list[Stored]:
        remembered = run.since(after) if run is not None else None
        if remembered is not None:
            return remembered
        return await self._office.do(self._log.read, run_id, after)

    def _bell(self, *, deltas: bool) -> Bell:
        loop = asyncio.get_running_loop()
        if self._chime is None or self._chime.loop is not loop:
            self._chime = Chime(loop)
        return Bell(self._chime, deltas=deltas)


class _Rope:
    """Ties a reader's bell to its run: which process drives it may change while it is read."""

    def __init__(self, bell: Bell, run_id: str, elsewhere: Elsewhere) -> None:
        self.bell = bell
        self._run_id = run_id
        self._elsewhere = elsewhere
        self._run: LiveRun | None = None

    def hold(self, run: LiveRun | None, seq: int) -> None:
        """Have the bell rung by this run from now on; without one, by who hears of it."""
        if run is None:
            self._release_run()
            self._elsewhere.attach(self._run_id, seq, self.bell)
        elif run is not self._run:
            self.let_go()
            run.attach(self.bell)
            self._run = run

    def let_go(self) -> None:
        """Have it rung by nobody."""
        self._release_run()
        self._elsewhere.detach(self._run_id, self.bell)

    def _release_run(self) -> None:
        if self._run is not None:
            self._run.detach(self.bell)
            self._run = None


def _news(run: LiveRun, seen: dict[int, Seen]) -> list[Delta]:
    """Return what the open calls have added; forget the calls that are over."""
    calls: list[OpenCall] = run.open_calls()
    for gone in seen.keys() - {id(call) for call in calls}:
        del seen[gone]
    found = (seen.setdefault(id(call), Seen(call)).news() for call in calls)
    return [delta for delta in found if delta is not None]
