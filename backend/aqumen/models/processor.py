"""Whose turn it is at the processor.

Python runs one thread at a time and gives all that are ready a share. Where hundreds of runs come
to the same point in the same instant, all of them would leave it last; taking turns, the first
leave early, and from then on they no longer come together.
"""

import threading
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager, suppress

from aqumen.errors import AqumenError

from .cancel import Cancel


class Processor:
    """Gives threads their turns, in the order of coming.

    A turn is a courtesy, not a lock: who has waited for too long goes on without.
    """

    def __init__(self, longest_wait_seconds: float = 1.0) -> None:
        self._longest_wait_seconds = longest_wait_seconds
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._free = True
        self._mine = _Mine()

    @contextmanager
    def turn(self, cancel: Cancel) -> Generator[None]:
        """Wait for this thread's turn, and keep it inside the block; a cancel ends the wait."""
        self._mine.turn = self._comes(cancel)
        try:
            yield
        finally:
            self.pass_on()

    def pass_on(self) -> None:
        """Give this thread's turn, if it has one, to the next: it is about to wait."""
        if self._mine.turn:
            self._mine.turn = False
            self._next()

    def _comes(self, cancel: Cancel) -> bool:
        called = threading.Event()
        with self._lock:
            if self._free:
                self._free = False
                return True
            self._waiting.append(called)
        # One that is cancelled already need not wait; what it does next says so.
        with suppress(AqumenError), cancel.interrupting(called.set):
            called.wait(self._longest_wait_seconds)
        return not self._left(called)

    def _left(self, called: threading.Event) -> bool:
        """Leave the line; False if the turn has come."""
        with self._lock:
            if called in self._waiting:
                self._waiting.remove(called)
                return True
        return False

    def _next(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free = True


class _Mine(threading.local):
    turn = False
    """Whether it is this thread's turn."""


PROCESSOR = Processor()
"""The one this process has."""
