"""HTTP connections with limits that uvicorn's lack: `--http aqumen.web.connections:Bounded`.

uvicorn reads a request however long its head is and takes, or its body once it is answered, queues
all that come on one connection, and waits for ever for a client that does not read its answer. The
application sees nothing of this.
"""

import asyncio
import socket
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from aqumen.errors import Code

from .body_limit import SENTENCE
from .crowding import CROWD, Crowd
from .crowding import SENTENCE as CROWDED
from .hanging_up import LINE
from .head_limit import TOO_MANY
from .origins import Origins
from .refusals import REFUSALS, Refusals

_MOST_OF_A_HEAD = 128 * 1024
"""Above what `HeadLimit` lets through, which answers more politely."""
_MOST_OF_A_REQUEST = 8 * 2**20
"""Far above what `BodyLimit` lets through; for those who go on after their answer."""
_HEAD_SECONDS = 20.0
"""From the connection, or a request's first byte, to the end of its head."""
_REST_SECONDS = 20.0
"""From an answer to the end of a body that it did not wait for."""
_SEND_SECONDS = 45.0
"""How long a client may take no byte of an answer; streams are dropped sooner, by themselves."""
_MOST_WAITING = 100
"""Requests on one connection that wait for the answer to an earlier one."""
_LATE = "The head of the request did not arrive in time."
_UNREADABLE = "This is no HTTP request that can be answered."


class Bounded(HttpToolsProtocol):
    """Answers 431 and 408 to heads without an end, and drops who sends or leaves too much.

    And 429 to who has too many connections open already, before it reads any of what they ask: a
    page in a browser is not told of that, for which page that is would be in what they ask. Nor is
    one told of a head that is refused before its `Origin` has come.

    Also a client that is gone without a word: the kernel says so when it has confirmed nothing for
    as long as it may take nothing.
    """

    _crowd: Crowd | None = None
    """Where this connection is counted, as long as it is."""
    _in_head = True
    _read = 0
    """Of this request, in bytes."""
    _unsent = 0
    _head_timer: asyncio.TimerHandle | None = None
    _rest_timer: asyncio.TimerHandle | None = None
    _send_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for a request, and not for ever."""
        super().connection_made(transport)  # type: ignore[arg-type]
        # Every byte that the kernel does not take is waited for with an end: below some mark the
        # connection of a client that reads nothing more would stay for good.
        self.transport.set_write_buffer_limits(high=0)
        self.app_state = {**self.app_state, LINE: self.transport}
        self._notice_silence()
        if self._let_in():
            self._await_head()
        else:
            self._refuse(429, CROWDED, "rate_limited")

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._forget_timers()
        if self._crowd is not None:
            self._crowd.leave(self._peer)
            self._crowd = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless that is too much by now, or none of HTTP."""
        self._read += len(data)
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # whoever asks for another protocol is answered as if they had not
        except httptools.HttpParserError:
            # Here and not by uvicorn, which logs a line for each.
            self._refuse(400, _UNREADABLE)
        if self._in_head and self._read > _MOST_OF_A_HEAD:
            self._refuse(431, TOO_MANY)
        elif self._read > _MOST_OF_A_REQUEST:
            self._refuse(413, SENTENCE)

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        super().on_message_begin()
        if not self._in_head:
            self._in_head, self._read = True, 0
            self._await_head()

    def on_headers_complete(self) -> None:
        """End to read it; raises ValueError, which the parser passes on, if too many wait."""
        if len(self.pipeline) >= _MOST_WAITING:
            raise ValueError("too many requests wait")
        self._in_head = False
        self._drop(self._head_timer)
        super().on_headers_complete()

    def _should_upgrade(self) -> bool:
        """Speak no WebSocket: its connections would have none of these limits."""
        return False

    def on_message_complete(self) -> None:
        """End to read a body."""
        self._drop(self._rest_timer)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for what was not read of a body, and not for ever."""
        if self.cycle.more_body:
            self._drop(self._rest_timer)
            self._rest_timer = self.loop.call_later(_REST_SECONDS, self.transport.close)
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Wait for the client to read, while it does."""
        super().pause_writing()
        self._await_reader()

    def resume_writing(self) -> None:
        """Go on writing."""
        self._drop(self._send_timer)
        super().resume_writing()

    @property
    def _peer(self) -> str:
        return self.client[0] if self.client else ""

    @property
    def _origin(self) -> str | None:
        """The `Origin` of the request whose head is read, as far as that has come."""
        came: Any = self.headers if self._in_head else ()  # None before the first request begins
        return next(
            (value.decode("latin-1") for name, value in came or () if name == b"origin"), None
        )

    def _let_in(self) -> bool:
        crowd: Crowd | None = self.app_state.get(CROWD)
        if crowd is None:
            return True
        self._crowd = crowd if crowd.let_in(self._peer) else None
        return self._crowd is not None

    def _notice_silence(self) -> None:
        connection = self.transport.get_extra_info("socket")
        if hasattr(socket, "TCP_USER_TIMEOUT") and connection.family != socket.AF_UNIX:
            limit = int(_SEND_SECONDS * 1000)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, limit)

    def _await_head(self) -> None:
        self._drop(self._head_timer)
        self._head_timer = self.loop.call_later(_HEAD_SECONDS, self._head_is_late)

    def _head_is_late(self) -> None:
        if self.flow.read_paused:  # an earlier request is answered first: we do not listen
            self._await_head()
        elif self._in_head:
            self._refuse(408, _LATE)

    def _await_reader(self) -> None:
        self._unsent = self.transport.get_write_buffer_size()
        self._drop(self._send_timer)
        self._send_timer = self.loop.call_later(_SEND_SECONDS, self._see_reader)

    def _see_reader(self) -> None:
        if self.transport.get_write_buffer_size() < self._unsent:
            self._await_reader()
        else:
            self.transport.abort()

    def _refuse(self, status: int, sentence: str, code: Code = "invalid_request") -> None:
        if self.transport.is_closing():
            return
        self._forget_timers()
        refusals: Refusals = self.app_state.get(REFUSALS, _UNTOLD)
        if refusals is not _UNTOLD:
            refusals.note(status)
        cycle: Any = self.cycle  # None before the first request, whatever its type says
        if cycle is None or cycle.response_complete:  # else it would go into an answer
            self.transport.write(refusals.answer(status, sentence, code, self._origin))
        self.transport.close()
        self._await_reader()  # also where it was not reading before: of that nothing is told again

    def _forget_timers(self) -> None:
        for timer in (self._head_timer, self._rest_timer, self._send_timer):
            self._drop(timer)

    @staticmethod
    def _drop(timer: Any) -> None:
        if timer is not None:
            timer.cancel()


def _nobody(_status: int) -> None:
    pass


_UNTOLD = Refusals(Origins(), _nobody)
"""Answers where no application has said who is to hear of refusals."""
