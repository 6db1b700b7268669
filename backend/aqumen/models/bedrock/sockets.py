"""Interrupt a thread that waits for Bedrock, from another thread.

Neither botocore nor urllib3 offers this, so a few of their private parts are used here and
nowhere else; tests pin each of them, and without them a cancelled call ends by its timeouts.

Looking up the host, opening the connection, waiting for the first byte (`waiting`) and for the
next (`shut_down`) end at once. Only fetching credentials from AWS cannot be interrupted.
"""

import logging
import socket
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)
from urllib3.exceptions import HTTPError

from aqumen.models.cancel import Cancel
from aqumen.models.processor import PROCESSOR
from aqumen.models.request import Request

from .body import Reader
from .received import ReceivedResponse

logger = logging.getLogger(__name__)

_LONGEST_OPENING_SECONDS = 60.0
"""Connecting has its own timeout; looking up a host has none."""


class _Current(threading.local):
    cancel: Cancel | None = None
    request: Request | None = None
    reader: Reader | None = None


_current = _Current()


class _Interruptible:
    sock: socket.socket | None

    def _new_conn(self) -> socket.socket:
        """Look up the host and connect, unless the thread's call is cancelled."""
        PROCESSOR.pass_on()
        connect: Callable[[], socket.socket] = super()._new_conn  # type: ignore[misc]
        return connect() if _current.cancel is None else _abandonable(connect, _current.cancel)

    def connect(self) -> None:
        """Connect and greet (TLS), unless the thread's call is cancelled."""
        with self._interrupted():
            super().connect()  # type: ignore[misc]

    def send(self, data: Any) -> None:
        """Send a request, unless the thread's call is cancelled, or late: this process stood still.

        Another worker may have made a late call by now.
        """
        if self.sock is None:
            self.connect()
        if _current.cancel is not None:
            _current.cancel.check()
        if _current.request is not None:
            _current.request.departure.leave()
        super().send(data)  # type: ignore[misc]

    def getresponse(self) -> Any:
        """Wait for the status line and headers, unless the thread's call is cancelled."""
        PROCESSOR.pass_on()
        self.response_class: Any = partial(ReceivedResponse, reader=_current.reader)
        try:
            with self._interrupted():
                return super().getresponse()  # type: ignore[misc]
        finally:
            # The connection outlives the call, and would keep alive all that the call knows of.
            self.response_class = ReceivedResponse

    @contextmanager
    def _interrupted(self) -> Generator[None]:
        if _current.cancel is None:
            yield
            return
        with _current.cancel.interrupting(self._shut):
            yield

    def _shut(self) -> None:
        # AttributeError: there is no socket yet.
        with suppress(AttributeError, OSError):
            self.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]


class _Http(_Interruptible, AWSHTTPConnection):  # type: ignore[misc]
    pass


class _Https(_Interruptible, AWSHTTPSConnection):  # type: ignore[misc]
    pass


class _HttpPool(AWSHTTPConnectionPool):  # type: ignore[misc]
    ConnectionCls = _Http


class _HttpsPool(AWSHTTPSConnectionPool):  # type: ignore[misc]
    ConnectionCls = _Https


def make_interruptible(client: Any) -> None:
    """Have a boto3 client open connections whose waits can be interrupted."""
    try:
        pools = client._endpoint.http_session._pool_classes_by_scheme  # noqa: SLF001
    except AttributeError:
        logger.warning("this botocore hides its connections: cancelling may take up to a timeout")
        return
    pools.update(http=_HttpPool, https=_HttpsPool)


@contextmanager
def waiting(cancel: Cancel, request: Request, reader: Reader) -> Generator[None]:
    """Let `cancel` interrupt this thread's wait for the beginning of an answer.

    A request that is too late for its departure is not sent: its connection counts as lost.
    What comes of an answer can be read by its reader where it is received.
    """
    _current.cancel, _current.request, _current.reader = cancel, request, reader
    try:
        yield
    finally:
        _current.cancel = _current.request = _current.reader = None


def raw_stream(stream: Any) -> Any:
    """Return the HTTP response under a botocore EventStream; None if it is hidden."""
    return getattr(stream, "_raw_stream", None)


def hurry(stream: Any) -> None:
    """Have what has come of an answer read now, if it is wanted; safe from any thread."""
    with suppress(AttributeError):  # hidden: it is read as it comes
        raw_stream(stream)._original_response.hurry()  # noqa: SLF001


def shut_down(stream: Any) -> None:
    """End another thread's wait for the next bytes of an answer, without blocking."""
    # `stream.close()` would wait for the reading thread, whose lock it needs (urllib3 #2868).
    # AttributeError: hidden; the others: read to its end or closed in the meantime.
    with suppress(AttributeError, OSError, RuntimeError, ValueError):
        raw_stream(stream).shutdown()


def _abandonable(connect: Callable[[], socket.socket], cancel: Cancel) -> socket.socket:
    """Connect in a thread that is left to its timeout, and its socket closed, on a cancel."""
    opening: Future[socket.socket] = Future()
    over = threading.Event()
    opening.add_done_callback(lambda _: over.set())
    with cancel.interrupting(over.set):
        # Only inside: a switch that was thrown before must find nothing that was begun.
        threading.Thread(target=_open, args=(opening, connect), daemon=True).start()
        over.wait(_LONGEST_OPENING_SECONDS)
    if opening.done():
        return opening.result()
    opening.add_done_callback(_close)
    cancel.check()
    raise TimeoutError


def _open(opening: "Future[socket.socket]", connect: Callable[[], socket.socket]) -> None:
    try:
        opening.set_result(connect())
    except (HTTPError, OSError, UnicodeError) as exc:
        opening.set_exception(exc)


def _close(opening: "Future[socket.socket]") -> None:
    if opening.exception() is None:
        opening.result().close()
