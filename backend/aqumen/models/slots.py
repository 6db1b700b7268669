"""A limit on how many model calls are open at once, over all runs of the process."""

import threading
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager

from aqumen.errors import ServerFull

from .cancel import Cancel


class Slots:
    """Places for calls, given to those who wait in the order they came."""

    def __init__(self, size: int) -> None:
        self._lock = threading.Lock()
        self.size = size
        self._free = size
        self._waiting: deque[threading.Event] = deque()

    @property
    def full(self) -> bool:
        """Whether whoever comes now may have to wait."""
        return self._free <= 0

    @property
    def in_use(self) -> int:
        """How many calls are open."""
        return self.size - self._free

    @property
    def waiting(self) -> int:
        """How many calls wait for a place."""
        return len(self._waiting)

    @contextmanager
    def taken(self, cancel: Cancel, patience_seconds: float) -> Generator[None]:
        """Hold a place inside the block.

        Raises ServerFull if none came free in time, or at once what `cancel` was thrown with.
        """
        self._take(cancel, patience_seconds)
        try:
            yield
        finally:
            self._give_back()

    def _take(self, cancel: Cancel, patience_seconds: float) -> None:
        cancel.check()
        turn = threading.Event()
        with self._lock:
            if self._free > 0:
                self._free -= 1
                return
            self._waiting.append(turn)
        try:
            with cancel.interrupting(turn.set):
                in_time = turn.wait(patience_seconds)
            cancel.check()
        except BaseException:
            self._leave(turn)
            raise
        if not in_time:
            self._leave(turn)
            raise ServerFull(retry_after_seconds=int(patience_seconds) or 1)

    def _leave(self, turn: threading.Event) -> None:
        """Stop waiting; a place given at the very moment goes to the next."""
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return
        self._give_back()

    def _give_back(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
