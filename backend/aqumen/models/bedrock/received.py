"""Receive answers apart from the threads that wait for them."""

import io
import socket
from http.client import HTTPResponse
from typing import Any

from .body import Body, Reader

_READ_AT_ONCE = 2**13
"""Of every open call, from its start to its end: hundreds of them are held at once."""
_FIRST_ERROR = 300


class ReceivedResponse(HTTPResponse):
    """A response whose body, where it comes in chunks, is received by the one thread.

    Its reader, if it has one, reads the body of an answer, but not that of an error; who waits
    then finds nothing in it but its end.
    """

    def __init__(
        self,
        sock: socket.socket,
        *args: Any,
        reader: Reader | None = None,
        **more: Any,
    ) -> None:
        super().__init__(sock, *args, **more)
        self._sock = sock
        self._reader = reader
        self._received: Body | None = None

    def begin(self) -> None:
        """Read the status line and the headers; what follows is received."""
        super().begin()
        # TLS within TLS, through a proxy, is no socket: it is read as it comes.
        if self.chunked and not self.isclosed() and isinstance(self._sock, socket.socket):
            reader = self._reader if self.status < _FIRST_ERROR else None
            self._received = Body(self._sock, self.fp, reader)
            self.fp = io.BufferedReader(self._received, _READ_AT_ONCE)
            # Whoever reads finds the chunks taken off.
            self.chunked = False
            del self.headers["Transfer-Encoding"]
        self._reader = None

    def hurry(self) -> None:
        """Have what has come read now, if it is wanted; safe from any thread."""
        if self._received is not None:
            self._received.hurry()
