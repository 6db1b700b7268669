"""What a process remembers of the runs it drives, for those who watch them."""

import threading
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aqumen.events import Delta, Place
from aqumen.models.cancel import Cancel
from aqumen.models.ledger import Ledger
from aqumen.store.records import Lease, Stored

from .bells import Bell

_REMEMBERED = 32
"""Newest events kept in memory; a reader that is further behind reads the log."""


@dataclass(slots=True)
class OpenCall:
    """The text of a model call that is not over."""

    place: Place
    pieces: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Append what the model has just written."""
        self.pieces.append(text)


@dataclass(slots=True)
class Seen:
    """How far a reader has read one open call."""

    call: OpenCall
    pieces: int = 0
    length: int = 0

    def news(self) -> Delta | None:
        """Return the text written since the last time, if any."""
        fresh = self.call.pieces[self.pieces :]
        if not fresh:
            return None
        place, text = self.call.place, "".join(fresh)
        delta = Delta(
            step_number=place.step_number,
            attempt=place.attempt,
            answer=place.answer,
            call=place.call,
            offset=self.length,
            text=text,
        )
        self.pieces += len(fresh)
        self.length += len(text)
        return delta


class LiveRun:
    """A run this process drives: its newest events, its unfinished text, its readers."""

    def __init__(self, lease: Lease, cancel: Cancel, ledger: Ledger, deadline: float) -> None:
        self.lease = lease
        self.run_id = lease.run_id
        self.cancel = cancel
        self.ledger = ledger
        self.deadline = deadline
        """When it has taken too long, in `time.monotonic` seconds."""
        self.queueing = threading.Lock()
        """Held while a position in the queue is told, so that none is told to a run that began."""
        self.begun = False
        self.held = False
        """Whether another process may come for it; then its log says more than this does."""
        self.position = 0
        """The position in the queue that was told last."""
        self._lock = threading.Lock()
        self._newest: deque[Stored] = deque(maxlen=_REMEMBERED)
        self._open: dict[Place, OpenCall] = {}
        self._bells: set[Bell] = set()
        self._wakes: set[Callable[[], None]] = set()
        """Of those who read the open calls."""

    def told(self, stored: list[Stored]) -> None:
        """Remember events that have just been stored, and wake the readers."""
        with self._lock:
            if stored and self._newest and stored[0].seq != self._newest[-1].seq + 1:
                # Something was stored that nobody could say was: readers find it in the log.
                self._newest.clear()
            self._newest.extend(stored)
        self.ring()

    def wrote(self, place: Place, text: str) -> None:
        """Remember a piece of unfinished text, and wake those who want it."""
        with self._lock:
            call = self._open.get(place)
            if call is None:
                call = self._open[place] = OpenCall(place)
            call.add(text)
            bells = [bell for bell in self._bells if bell.deltas]
        for bell in bells:
            bell.chime()

    def watched(self) -> bool:
        """Whether anybody wants unfinished text."""
        with self._lock:
            return any(bell.deltas for bell in self._bells)

    @contextmanager
    def arriving(self, wake: Callable[[], None]) -> Generator[None]:
        """Call `wake` when somebody comes who wants unfinished text."""
        with self._lock:
            self._wakes.add(wake)
        try:
            yield
        finally:
            with self._lock:
                self._wakes.discard(wake)

    def close_calls(self, step_number: int, attempt: int, call: int | None = None) -> None:
        """Forget the unfinished text of a step, or of one of its calls."""
        with self._lock:
            for place in list(self._open):
                same_step = (place.step_number, place.attempt) == (step_number, attempt)
                if same_step and call in (None, place.call):
                    del self._open[place]

    def since(self, seq: int) -> list[Stored] | None:
        """Return the events after `seq`; None if some of them are no longer remembered."""
        with self._lock:
            if not self._newest or self._newest[0].seq > seq + 1:
                return None
            return [stored for stored in self._newest if stored.seq > seq]

    def open_calls(self) -> list[OpenCall]:
        """Return the calls that are not over."""
        with self._lock:
            return list(self._open.values())

    def ring(self) -> None:
        """Wake every reader."""
        with self._lock:
            bells = list(self._bells)
        for bell in bells:
            bell.ring()

    def attach(self, bell: Bell) -> None:
        """Wake a reader from now on."""
        with self._lock:
            self._bells.add(bell)
            wakes = list(self._wakes) if bell.deltas else []
        for wake in wakes:
            wake()

    def detach(self, bell: Bell) -> None:
        """Wake it no more."""
        with self._lock:
            self._bells.discard(bell)


class LiveRuns:
    """The runs this process drives, by id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[str, LiveRun] = {}

    def add(self, run: LiveRun) -> None:
        """Remember a run."""
        with self._lock:
            self._runs[run.run_id] = run

    def drop(self, lease: Lease) -> None:
        """Forget it, unless it is driven here again under another lease by now.

        Its readers are woken: from here on they read the log.
        """
        with self._lock:
            run = self._runs.get(lease.run_id)
            if run is None or run.lease != lease:
                return
            del self._runs[lease.run_id]
        run.ring()

    def get(self, run_id: str) -> LiveRun | None:
        """Return a run this process drives or holds, or None."""
        return self._runs.get(run_id)

    def driven(self, run_id: str) -> LiveRun | None:
        """Return a run that is driven nowhere but here, or None."""
        run = self._runs.get(run_id)
        return None if run is None or run.held else run

    def all(self) -> list[LiveRun]:
        """Return every run this process drives or holds."""
        with self._lock:
            return list(self._runs.values())

    def ring_all(self) -> None:
        """Wake every reader of every run."""
        for run in self.all():
            run.ring()
