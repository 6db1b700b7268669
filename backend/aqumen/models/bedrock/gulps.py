"""Hand answers to those who read them in gulps.

A reader is woken when its answer is over, and before that only while somebody waits for what it
reads: a call alone is then read at once, 200 calls five times a second each.
"""

import io
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException, HTTPResponse
from time import monotonic
from typing import Any

from aqumen.models.onlooker import NOBODY

from .chunks import Chunks
from .receiver import RECEIVER

_READS_PER_SECOND = 1000
"""Of all calls together, if all are waited for."""
_LONGEST_PAUSE_SECONDS = 0.2
_RECEIVED_AT_ONCE = 2**16
_READ_AT_ONCE = 2**13
"""Of every open call, from its start to its end: hundreds of them are held at once."""
_MOST_HELD = 2**22
_NOTHING_YET = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class GulpedResponse(HTTPResponse):
    """A response whose body, where it comes in chunks, is received by the one thread.

    `wanted` says whether somebody waits for its pieces.
    """

    def __init__(
        self,
        sock: socket.socket,
        *args: Any,
        wanted: Callable[[], bool] = NOBODY.watched,
        **more: Any,
    ) -> None:
        super().__init__(sock, *args, **more)
        self._sock = sock
        self._wanted = wanted
        self._gulps: _Gulps | None = None

    def begin(self) -> None:
        """Read the status line and the headers; what follows is received."""
        super().begin()
        # TLS within TLS, through a proxy, is no socket: it is read as it comes.
        if self.chunked and not self.isclosed() and isinstance(self._sock, socket.socket):
            self._gulps = _Gulps(self._sock, self.fp, self._wanted)
            self.fp = io.BufferedReader(self._gulps, _READ_AT_ONCE)
            # Whoever reads finds the chunks taken off.
            self.chunked = False
            del self.headers["Transfer-Encoding"]
        self._wanted = NOBODY.watched

    def hurry(self) -> None:
        """Have what has come read now, if somebody waits for it; safe from any thread."""
        if self._gulps is not None:
            self._gulps.hurry()


class _Gulps(io.RawIOBase):
    """A body's bytes, held from when they come until a read is due."""

    def __init__(
        self, sock: socket.socket, head: io.BufferedReader, wanted: Callable[[], bool]
    ) -> None:
        super().__init__()
        self._sock = sock
        self._is_tls = isinstance(sock, ssl.SSLSocket)
        self._fileno = sock.fileno()
        self._timeout = sock.gettimeout()
        self._wanted = wanted
        self._changed = threading.Condition(threading.Lock())
        self._chunks = Chunks()
        self._held = bytearray()
        self._error: Exception | None = None
        self._thirsty = False
        """Whether the reader takes whatever comes first, if somebody waits for it."""
        self._came_at = monotonic()
        self._read_at = 0.0
        sock.setblocking(False)
        with suppress(*_NOTHING_YET):
            self._take(head.peek())
        self._raw = head.detach()
        if self._is_tls:
            # What TLS has decrypted and not handed out does not make the socket readable.
            self._look()
        self._receiving = not self._over
        if self._receiving:
            RECEIVER.add(self)

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._fileno

    def take_in(self) -> None:
        """Hold what has come; wake the reader if the answer is over, or waited for."""
        with self._changed:
            if self._receiving:
                self._look()
                if self._over or (self._thirsty and self._wanted()):
                    self._changed.notify()

    def hurry(self) -> None:
        """Wake the reader, who looks whether somebody waits."""
        with self._changed:
            self._changed.notify()

    def _look(self) -> None:
        try:
            self._hold_what_came()
        except _NOTHING_YET:
            pass
        except (OSError, ValueError, HTTPException) as error:
            self._error = error
        if self._over:
            RECEIVER.drop(self)

    def _hold_what_came(self) -> None:
        more = True
        while more and not self._over:
            part = self._sock.recv(_RECEIVED_AT_ONCE)
            if not part:
                raise HTTPException("the answer was cut off")
            self._take(part)
            # TLS hands out one record after the other, and only says at the end that it was.
            more = self._is_tls or len(part) == _RECEIVED_AT_ONCE

    def _take(self, part: bytes) -> None:
        self._held += self._chunks.take(part)
        self._came_at = monotonic()

    @property
    def _full(self) -> bool:
        return len(self._held) >= _MOST_HELD

    @property
    def _over(self) -> bool:
        """Whether nothing more is received, at least until a read."""
        return self._chunks.over or self._error is not None or self._full

    def readinto(self, buffer: Any) -> int:
        with self._changed:
            self._await()
            count = self._drink(buffer)
            # What is left of a gulp is taken at once.
            self._read_at = 0.0 if self._held else monotonic()
            return count

    def _await(self) -> None:
        """Wait until a read is due; raises TimeoutError if nothing has come for too long."""
        due = self._read_at + min(RECEIVER.count / _READS_PER_SECOND, _LONGEST_PAUSE_SECONDS)
        if self._wanted() and (pause := due - monotonic()) > 0:
            self._changed.wait_for(lambda: self._over, pause)
        self._thirsty = True
        while not (self._over or (self._held and self._wanted())):
            left = self._patience()
            if left is not None and left <= 0 and self._is_silent():
                if self._held:
                    break
                raise TimeoutError("timed out")
            self._changed.wait(left)
        self._thirsty = False

    def _patience(self) -> float | None:
        """Return how long the silence may last yet."""
        return None if self._timeout is None else self._came_at + self._timeout - monotonic()

    def _is_silent(self) -> bool:
        """Whether the socket holds nothing that the one thread has not taken in.

        It does when the whole process stood still: the time is over before anybody has looked.
        """
        before = self._came_at
        self._look()
        return self._came_at == before and not self._over

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
            if not self.closed:
                self._receiving = False
                RECEIVER.drop(self)
                # The connection goes on to the next call as it was.
                self._sock.settimeout(self._timeout)
                self._raw.close()
                # The connection keeps this as well, and with it the call that is over.
                self._wanted = NOBODY.watched
        super().close()
