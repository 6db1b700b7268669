"""One thread of the process that hears what other processes say."""

import logging
import random
import threading
from collections.abc import Callable

from aqumen.errors import StoreFailed

from .engine import Database
from .line import Heard, Line

logger = logging.getLogger(__name__)

_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds between tries to connect; each is varied, lest all processes come at once."""
_CLOSE_SECONDS = 3.0


class Listener:
    """Hears notices while it can, and says when that begins and ends; on SQLite it never does."""

    def __init__(self, database: Database) -> None:
        self._line = None if database.is_sqlite else Line(database.url)
        self._heard: Heard = lambda _notice: None
        self._changed: Callable[[], None] = lambda: None
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self.listening = False
        """Whether what other processes say is heard at the moment."""

    def open(self, heard: Heard, changed: Callable[[], None]) -> None:
        """Begin to listen, if the database can tell.

        Both are called from the listener's own thread and must not block it: one with each
        notice, the other when `listening` has changed; something may have been missed then.
        """
        self._heard, self._changed = heard, changed
        if self._line is not None and self._thread is None:
            self._thread = threading.Thread(
                target=self._keep_listening, args=(self._line,), name="aqumen-listener", daemon=True
            )
            self._thread.start()

    def close(self) -> None:
        """Listen no more, within a few seconds."""
        self._closed.set()
        if self._line is None:
            return
        self._line.cut()
        if self._thread is not None:
            self._thread.join(_CLOSE_SECONDS)
        if self._thread is None or not self._thread.is_alive():
            self._line.close()

    def _keep_listening(self, line: Line) -> None:
        failures = 0
        while not self._closed.is_set():
            failures = 0 if self._listen(line, quiet=failures > 0) else failures + 1
            pause = _PAUSES[min(failures, len(_PAUSES) - 1)]
            self._closed.wait(pause * random.uniform(0.5, 1.5))  # noqa: S311 - no secret

    def _listen(self, line: Line, *, quiet: bool) -> bool:
        """Listen until that ends; return whether it began."""
        try:
            line.hear(self._begun, self._heard)
        except StoreFailed as failed:
            if not quiet:
                logger.warning("other processes cannot be heard: %s", failed.why)
        except Exception:
            # A thread that ends here would leave the process deaf for the rest of its life.
            logger.exception("other processes cannot be heard")
        began = self.listening
        self._now(listening=False)
        return began

    def _begun(self) -> None:
        self._now(listening=True)

    def _now(self, *, listening: bool) -> None:
        if listening != self.listening:
            self.listening = listening
            self._changed()
