"""Whose turn it is to write."""

import threading
from collections.abc import Generator
from contextlib import contextmanager

from aqumen.errors import StoreFailed


class Turns:
    """A lock that lets some callers in before all others.

    Hundreds of runs append all the time, and a plain lock goes to whoever happens to ask at the
    right moment: a lease, or a cancel, could be overtaken for a minute.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._first = threading.Condition(self._lock)
        self._others = threading.Condition(self._lock)
        self._firsts_waiting = 0
        self._taken = False

    @contextmanager
    def taken(self, *, first: bool) -> Generator[None]:
        """Hold the turn inside the block; raises StoreFailed if it does not come in time."""
        with self._lock:
            in_time = self._wait_first() if first else self._wait_behind()
            if not in_time:
                raise StoreFailed
            self._taken = True
        try:
            yield
        finally:
            with self._lock:
                self._taken = False
                (self._first if self._firsts_waiting else self._others).notify()

    def _wait_first(self) -> bool:
        self._firsts_waiting += 1
        try:
            return self._first.wait_for(lambda: not self._taken, self._seconds)
        finally:
            self._firsts_waiting -= 1

    def _wait_behind(self) -> bool:
        def free() -> bool:
            return not self._taken and not self._firsts_waiting

        return self._others.wait_for(free, self._seconds)
