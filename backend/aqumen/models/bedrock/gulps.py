"""Hand answers to those who read them in gulps when many are written at once.

A reader is woken when its answer is over, and otherwise with what has come since it last read: a
call alone reads at once, 200 calls that somebody watches five times a second each.
"""

import io
import socket
import ssl
import threading
from collections.abc import Callable
from http.client import HTTPResponse
from time import monotonic
from typing import Any

from aqumen.models.onlooker import NOBODY

from .receiver import RECEIVER

_READS_PER_SECOND = 1000
"""Of all calls together, if all are watched."""
_LONGEST_PAUSE_SECONDS = 0.2
_PATIENCE_UNWATCHED = 2.5
"""How many times as long a call waits whose text nobody watches."""
_RECEIVED_AT_ONCE = 2**16
_MOST_HELD = 2**22
_LAST_CHUNK = b"0\r\n\r\n"
_NOTHING_YET = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class GulpedResponse(HTTPResponse):
    """A response whose body, where it comes in chunks, is received by the one thread.

    `watched` says whether somebody waits for its pieces.
    """

    def __init__(
        self,
        sock: socket.socket,
        *args: Any,
        watched: Callable[[], bool] = NOBODY.watched,
        **more: Any,
    ) -> None:
        super().__init__(sock, *args, **more)
        self._gulps = _Gulps(self.fp.detach(), sock, watched)
        self.fp = io.BufferedReader(self._gulps, _RECEIVED_AT_ONCE)

    def begin(self) -> None:
        """Read the status line and the headers; what follows is received."""
        super().begin()
        if self.chunked and not self.isclosed():
            self._gulps.receive()


class _Gulps(io.RawIOBase):
    """A socket's bytes, held from when they come until a read is due."""

    def __init__(self, raw: Any, sock: socket.socket, watched: Callable[[], bool]) -> None:
        super().__init__()
        self._raw = raw
        self._sock = sock
        self._fileno: int = raw.fileno()
        self._timeout = sock.gettimeout()
        self._watched = watched
        self._changed = threading.Condition()
        self._receiving = False
        self._held = bytearray()
        self._over = False
        self._error: Exception | None = None
        self._thirsty = False
        """Whether the reader takes whatever comes first."""
        self._read_at = 0.0

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._fileno

    def receive(self) -> None:
        """Leave the socket to the one thread."""
        self._sock.setblocking(False)
        self._receiving = True
        RECEIVER.add(self)

    def take_in(self) -> None:
        """Hold what has come; wake the reader if the answer is over, or if it is thirsty."""
        with self._changed:
            if not self._receiving:
                return
            self._look()
            if self._thirsty or self._complete:
                self._changed.notify()

    def _look(self) -> None:
        try:
            self._hold_what_came()
        except _NOTHING_YET:
            pass
        except (OSError, ValueError) as error:
            self._error, self._over = error, True
        if self._over or self._full:
            RECEIVER.drop(self)

    def _hold_what_came(self) -> None:
        while not self._full:
            part = self._sock.recv(_RECEIVED_AT_ONCE)
            self._held += part
            if not part:
                self._over = True
                return

    @property
    def _full(self) -> bool:
        return len(self._held) >= _MOST_HELD

    @property
    def _complete(self) -> bool:
        return self._over or self._full or self._held.endswith(_LAST_CHUNK)

    def readinto(self, buffer: Any) -> int | None:
        if not self._receiving:
            count: int | None = self._raw.readinto(buffer)
            return count
        with self._changed:
            self._await()
            count = self._drink(buffer)
            # What is left of a gulp is taken at once.
            self._read_at = 0.0 if self._held else monotonic()
            return count

    def _await(self) -> None:
        """Wait until the next read is due, then for whatever comes; raises TimeoutError."""
        due = self._read_at + self._pause() - monotonic()
        if due > 0:
            self._changed.wait_for(lambda: self._complete, due)
        if not self._held and not self._over:
            self._thirsty = True
            came = self._changed.wait_for(lambda: self._held or self._over, self._timeout)
            self._thirsty = False
            if not came and not self._came_meanwhile():
                raise TimeoutError("timed out")

    def _came_meanwhile(self) -> bool:
        """Whether the socket holds what the one thread has not taken in.

        So it is when the whole process stood still: the time is over before anybody has looked.
        """
        self._look()
        return bool(self._held) or self._over

    def _pause(self) -> float:
        pause = min(RECEIVER.count / _READS_PER_SECOND, _LONGEST_PAUSE_SECONDS)
        return pause if self._watched() else pause * _PATIENCE_UNWATCHED

    def _drink(self, buffer: Any) -> int:
        if not self._held and self._error is not None:
            raise self._error
        count = min(len(buffer), len(self._held))
        was_full = self._full
        buffer[:count] = self._held[:count]
        del self._held[:count]
        if was_full and not self._over:
            RECEIVER.add(self)
        return count

    def close(self) -> None:
        with self._changed:
            if self._receiving:
                self._receiving = False
                RECEIVER.drop(self)
                # The connection goes on to the next call as it was.
                self._sock.settimeout(self._timeout)
            self._raw.close()
        super().close()
