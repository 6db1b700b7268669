"""Hold a body's bytes from when they come until they are read.

They are read where they are received while somebody waits for the text in them, and else at the
end by the thread that waits for that: hundreds of threads woken by every piece would spend more
on taking turns at the interpreter than on reading.
"""

import io
import socket
import ssl
import threading
from contextlib import suppress
from http.client import HTTPException
from time import monotonic
from typing import Any, Protocol

from .chunks import Chunks
from .receiver import RECEIVER

_RECEIVED_AT_ONCE = 2**16
_MOST_HELD = 2**22
_NOTHING_YET = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Reader(Protocol):
    """Reads one answer, in one thread at a time."""

    def wanted(self) -> bool:
        """Whether what comes is to be read at once, and not when the answer is over."""

    def read(self, came: bytes) -> None:
        """Read what has come, without waiting; what it raises is raised to who waits."""


class Body(io.RawIOBase):
    """A body that the one thread receives; raises what its reader raises to who waits."""

    def __init__(self, sock: socket.socket, head: io.BufferedReader, reader: Reader | None) -> None:
        super().__init__()
        self._sock = sock
        self._is_tls = isinstance(sock, ssl.SSLSocket)
        self._fileno = sock.fileno()
        self._timeout = sock.gettimeout()
        self._reader = reader
        self._changed = threading.Condition(threading.Lock())
        """Held for moments only: the event loop comes here, too (`hurry`)."""
        self._reading = threading.Lock()
        """Held while what has come is read; taken before the other."""
        self._chunks = Chunks()
        self._held = bytearray()
        self._error: Exception | None = None
        self._came_at = monotonic()
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
        """It is."""
        return True

    def fileno(self) -> int:
        """Return the socket's, also when that is closed."""
        return self._fileno

    def take_in(self) -> None:
        """Hold what has come, or have it read if it is wanted; wake who waits for the end."""
        with self._changed:
            if self._receiving:
                self._look()
            reader = self._reader if self._wanted else None
        if reader is not None:
            self._have_read(reader)
        with self._changed:
            if self._over:
                self._changed.notify()

    def hurry(self) -> None:
        """Wake who waits for the end, who looks whether what is held is wanted."""
        with self._changed:
            self._changed.notify()

    def readinto(self, buffer: Any) -> int:
        """Take what is held; with a reader, wait until that has read everything, and return 0.

        Raises TimeoutError after a silence, what broke the connection off, or what reading raised.
        """
        reader = self._reader
        if reader is None:
            with self._changed:
                self._await()
                return self._drink(buffer)
        self._have_all_read(reader)
        return 0

    def _have_all_read(self, reader: Reader) -> None:
        while True:
            with self._changed:
                self._await()
            self._have_read(reader)
            with self._changed:
                if self._held:
                    continue
                if self._error is not None:
                    raise self._error
                if self._chunks.over:
                    return

    def _have_read(self, reader: Reader) -> None:
        """Have all read that is held; what goes wrong is for who waits for the end."""
        with self._reading:
            with self._changed:
                if not self._held:
                    return
                came, was_full = bytes(self._held), self._full
                self._held.clear()
            error: Exception | None = None
            try:
                reader.read(came)
            except Exception as wrong:  # noqa: BLE001 - raised in the thread whose answer it is
                error = wrong
            with self._changed:
                if error is not None:
                    self._error = error
                    self._held.clear()
                    RECEIVER.drop(self)
                self._go_on(was_full=was_full)

    def _go_on(self, *, was_full: bool) -> None:
        if was_full and not self._over:
            self._receiving = True
            RECEIVER.add(self)

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
    def _wanted(self) -> bool:
        """Whether something is held that is to be read at once."""
        return bool(self._held) and self._reader is not None and self._reader.wanted()

    @property
    def _full(self) -> bool:
        return len(self._held) >= _MOST_HELD

    @property
    def _over(self) -> bool:
        """Whether nothing more is received, at least until a read."""
        return self._chunks.over or self._error is not None or self._full

    def _await(self) -> None:
        """Wait for the end, or for what is wanted.

        Raises TimeoutError if nothing has come for too long, and nothing is held.
        """
        while not (self._over or self._wanted):
            left = self._patience()
            if left is not None and left <= 0 and self._is_silent():
                if self._held:
                    break
                raise TimeoutError("timed out")
            self._changed.wait(left)

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
        self._go_on(was_full=was_full)
        return count

    def close(self) -> None:
        """Receive no more, and give the socket back as it was."""
        with self._reading, self._changed:
            if not self.closed:
                self._receiving = False
                RECEIVER.drop(self)
                # The one thread may have been about to have it read.
                self._held.clear()
                # The connection goes on to the next call as it was.
                self._sock.settimeout(self._timeout)
                self._raw.close()
                # The connection keeps this as well, and with it the call that is over.
                self._reader = None
        super().close()
