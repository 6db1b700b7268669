"""One thread receives the bytes of every answer that is being written.

A model writes a dozen pieces a second or more. Were each to wake the thread that reads its call,
hundreds of calls would spend more on taking turns at the interpreter than on reading.
"""

import logging
import selectors
import threading
import time
from typing import Protocol

logger = logging.getLogger(__name__)

_LOOKS_PER_SECOND = 8000
"""Of all sockets together: one alone is looked at as soon as there is something."""
_LONGEST_BETWEEN_LOOKS_SECONDS = 0.025
_IDLE_SECONDS = 0.1


class Receives(Protocol):
    """What has a socket of its own and takes in what comes there."""

    def fileno(self) -> int:
        """Return the socket's descriptor, the same as long as it is received."""

    def take_in(self) -> None:
        """Take in what has come, or read it, without waiting and without raising."""


class Receiver:
    """Runs its thread as long as there is something to receive."""

    def __init__(self) -> None:
        # Reentrant: an answer that nobody holds any more may be dropped wherever that is noticed.
        self._lock = threading.RLock()
        self._selector = selectors.DefaultSelector()
        self._running = False
        self._count = 0

    @property
    def count(self) -> int:
        """How many are received at present."""
        return self._count

    def add(self, one: Receives) -> None:
        """Have it take in what comes, until it is dropped."""
        with self._lock:
            if not self._running:
                # First: where no thread can be had, nothing waits for one.
                threading.Thread(target=self._run, name="aqumen-receiver", daemon=True).start()
                self._running = True
            self._selector.register(one.fileno(), selectors.EVENT_READ, one)
            self._count += 1

    def drop(self, one: Receives) -> None:
        """Leave its socket alone from now on; to drop it again is nothing."""
        with self._lock:
            key = self._selector.get_map().get(one.fileno())
            if key is not None and key.data is one:
                self._selector.unregister(one.fileno())
                self._count -= 1

    def _run(self) -> None:
        while not self._done():
            for key, _ in self._selector.select(_IDLE_SECONDS):
                self._have_take_in(key.data)
            pause = min(self._count / _LOOKS_PER_SECOND, _LONGEST_BETWEEN_LOOKS_SECONDS)
            time.sleep(pause)

    def _have_take_in(self, one: Receives) -> None:
        try:
            one.take_in()
        except Exception:
            # The others go on; whoever reads this one finds out when it looks for itself.
            logger.exception("an answer could not be received")
            self.drop(one)

    def _done(self) -> bool:
        with self._lock:
            self._running = self._count > 0
            return not self._running


RECEIVER = Receiver()
"""The one this process has."""
