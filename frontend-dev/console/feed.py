"""Follow one run in a thread of its own, across dropped connections, to its last event."""

import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

import requests

from .client import Api
from .errors import ApiAway, ApiFull, ApiRefused, ConsoleError, TooManyFeeds
from .stream import Message, Misfit, messages

logger = logging.getLogger(__name__)

MOST_FEEDS = 64
"""Threads one console may have, over all its sessions."""

_places = threading.BoundedSemaphore(MOST_FEEDS)


@dataclass(frozen=True, slots=True)
class Connection:
    """How a feed stands."""

    phase: Literal["connecting", "live", "waiting", "ended", "refused", "closed"]
    problem: ConsoleError | None = None
    """Why it waits or was refused."""

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.phase in {"ended", "refused", "closed"}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a feed waits, in seconds."""

    first_wait: float = 0.5
    longest_wait: float = 5.0
    """Waits between connections double up to this."""
    unread: float = 180.0
    """A feed nobody takes from for so long closes: the session it belonged to is gone.

    Browsers let a hidden tab's timers run once a minute, so this is longer.
    """


_PATIENT = Patience()


class Feed:
    """The events of one run as they come. Whoever makes it closes it."""

    def __init__(self, api: Api, run_id: str, cursor: int = 0, patience: Patience = _PATIENT):
        """Follow the run after `cursor`; raises TooManyFeeds when no place is free."""
        if not _places.acquire(blocking=False):
            raise TooManyFeeds("This console follows as many runs as it can. Close another tab.")
        self.run_id = run_id
        self.connection = Connection("connecting")
        self.clock_offset = 0.0
        """Seconds by which the API's clock is ahead of ours, to the second."""
        self._api = api
        self._cursor = cursor
        self._patience = patience
        self._inbox: list[Message] = []
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._response: requests.Response | None = None
        self._taken_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)
        self._thread.start()

    def take(self) -> list[Message]:
        """Return what has come since the last call, in order."""
        with self._changed:
            self._taken_at = time.monotonic()
            taken, self._inbox = self._inbox, []
            return taken

    def wait(self, seconds: float) -> bool:
        """Wait until the feed is over, for `seconds` at most; return whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self.connection.over, timeout=seconds)

    def close(self) -> None:
        """Stop at once, in the middle of a silence too. May be called again."""
        self._stop.set()
        with self._changed:
            response = self._response
        if response is not None:
            _interrupt(response)

    def join(self, seconds: float) -> bool:
        """Wait for the thread to end, for `seconds` at most; return whether it has."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._follow()
        finally:
            if not self.connection.over:
                self._say(Connection("closed"))
            _places.release()

    def _follow(self) -> None:
        wait = self._patience.first_wait
        while not self._stop.is_set():
            before = self._cursor
            outcome, pause = self._attempt()
            self._say(outcome)
            if outcome.over:
                return
            if self._cursor > before:
                wait = self._patience.first_wait
            self._stop.wait(max(wait, min(pause, self._patience.longest_wait)))
            wait = min(wait * 2, self._patience.longest_wait)
            self._stop_if_unread()

    def _attempt(self) -> tuple[Connection, float]:
        """Connect once and read to the end; return how it ended and how long to wait at least."""
        try:
            return self._read(), 0.0
        except ApiFull as exc:
            return Connection("waiting", exc), float(exc.retry_after)
        except ApiAway as exc:
            return Connection("waiting", exc), 0.0
        except ApiRefused as exc:
            return Connection("waiting" if exc.status >= 500 else "refused", exc), 0.0
        except ConsoleError as exc:
            return Connection("refused", exc), 0.0
        # A socket that is shut down under a reader, and a tail cut inside a character, are
        # ValueErrors.
        except (requests.RequestException, Misfit, ValueError) as exc:
            logger.info("run %s: broke off after event %d: %s", self.run_id, self._cursor, exc)
            return _broken_off(), 0.0

    def _read(self) -> Connection:
        with self._api.events(self.run_id, self._cursor) as response:
            if response.status_code == 204:
                return Connection("ended")
            self._attach(response)
            for message in messages(response, self.run_id, self._cursor):
                self._deliver(message)
                if message.last:
                    return Connection("ended")
                self._stop_if_unread()
                if self._stop.is_set():
                    break
        return _broken_off()

    def _attach(self, response: requests.Response) -> None:
        self.clock_offset = _clock_offset(response.headers.get("Date", ""))
        with self._changed:
            self._response = response
        self._say(Connection("live"))
        if self._stop.is_set():
            _interrupt(response)

    def _deliver(self, message: Message) -> None:
        with self._changed:
            self._cursor = message.seq or self._cursor
            self._inbox.append(message)

    def _say(self, connection: Connection) -> None:
        with self._changed:
            self.connection = connection
            self._changed.notify_all()

    def _stop_if_unread(self) -> None:
        with self._changed:
            unread = time.monotonic() - self._taken_at
        if unread > self._patience.unread:
            self._stop.set()


def _broken_off() -> Connection:
    return Connection("waiting", ApiAway("The connection to the API broke off."))


def _interrupt(response: requests.Response) -> None:
    # Closing from here would wait for the reader's lock; shutting the socket wakes it up.
    with suppress(ValueError, RuntimeError, OSError, AttributeError):
        response.raw.shutdown()


def _clock_offset(date: str) -> float:
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return 0.0
    if theirs.tzinfo is None:
        return 0.0
    offset = (theirs - datetime.now(UTC)).total_seconds()
    # The header counts whole seconds: a difference of that size says nothing.
    return offset if abs(offset) > 2 else 0.0
