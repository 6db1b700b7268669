"""A run's log as a response: server-sent events, or lines of JSON."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from functools import partial

from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.types import Message, Receive, Scope, Send

from aqumen.archive import lines
from aqumen.errors import StoreFailed
from aqumen.events import Delta
from aqumen.runs.tail import Heard
from aqumen.store.records import Stored

from .hanging_up import hang_up
from .seats import Seat, nothing

logger = logging.getLogger(__name__)

_PING_SECONDS = 10
_SEND_SECONDS = 30
"""How long a reader may take no byte before it is dropped."""
_GOODBYE_SECONDS = 3.0

RETRY = b"retry: 3000\n\n"
"""Milliseconds that a reader waits before it comes back."""
COME_BACK = b": the log cannot be read\n" + RETRY
"""A stream without events, for a reader who is to come back."""


class LogResponse(EventSourceResponse):
    """A stream that drops a reader who does not read, without a traceback."""

    seat: Seat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream until it ends, the reader leaves, the server does or its seat is given.

        Whose seat was given comes back, if anybody still reads: the stream just ends.
        """
        try:
            if self.seat.limited:
                await self._until_given(scope, receive, send)
            else:
                await super().__call__(scope, receive, send)
        except SendTimeoutError:
            logger.info("dropped a reader that took nothing for %s s", _SEND_SECONDS)
            await hang_up(scope)

    async def _until_given(self, scope: Scope, receive: Receive, send: Send) -> None:
        whole = False

        async def noting(message: Message) -> None:
            nonlocal whole
            whole = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(None) as seated:
                self.seat.end = lambda: seated.reschedule(loop.time())
                await super().__call__(scope, receive, noting)
        except SendTimeoutError:
            raise  # which is a TimeoutError, too
        except TimeoutError:
            if not whole:
                await send({"type": "http.response.body", "body": b""})
        finally:
            self.seat.end = nothing


def event_stream(run_id: str, heard: AsyncGenerator[list[Heard]], seat: Seat) -> LogResponse:
    """Return a run's events as `text/event-stream`; each as one block with its id last."""
    blocks = _encoded(RETRY, heard, partial(as_event, run_id))
    return _response(blocks, "text/event-stream", b": ping\n\n", seat)


def json_lines(heard: AsyncGenerator[list[Heard]], seat: Seat) -> LogResponse:
    """Return a run's events as lines of JSON; an empty line now and then shows it is alive."""
    return _response(_encoded(b"", heard, as_line), "application/x-ndjson", b"\n", seat)


def as_event(run_id: str, heard: Heard) -> bytes:
    """Return what was heard as a block of server-sent events."""
    if isinstance(heard, Stored):
        return f"event: {heard.name}\ndata: {heard.data}\nid: {run_id}:{heard.seq}\n\n".encode()
    if isinstance(heard, Delta):
        return f"event: delta\ndata: {heard.model_dump_json()}\n\n".encode()
    return b": restarting\nretry: 1000\n\n" if heard == "restarting" else b": no deltas here\n\n"


def as_line(heard: Heard) -> bytes:
    """Return what was heard as a line of JSON; a note is none."""
    if isinstance(heard, Stored):
        return lines.as_line(heard)
    if isinstance(heard, Delta):
        return f'{{"seq":null,"event":"delta","data":{heard.model_dump_json()}}}\n'.encode()
    return b""


def _response(blocks: AsyncGenerator[bytes], media: str, ping: bytes, seat: Seat) -> LogResponse:
    response = LogResponse(
        blocks,
        headers={"Cache-Control": "no-cache"},
        media_type=media,
        ping=_PING_SECONDS,
        ping_message_factory=lambda: _Raw(ping),
        sep="\n",
        send_timeout=_SEND_SECONDS,
        shutdown_grace_period=_GOODBYE_SECONDS,
    )
    response.seat = seat
    return response


async def _encoded(
    first: bytes, heard: AsyncGenerator[list[Heard]], encode: Callable[[Heard], bytes]
) -> AsyncGenerator[bytes]:
    try:
        if first:
            yield first
        async for items in heard:
            # One chunk for what is there at once: a chunk costs more than an event.
            yield b"".join(map(encode, items))
    except StoreFailed:
        # The reader comes back with its cursor; there is no better way to say it by now.
        logger.warning("a stream ends early: the log could not be read")
    finally:
        await heard.aclose()


class _Raw(ServerSentEvent):
    """A heartbeat whose bytes are known."""

    def __init__(self, raw: bytes) -> None:
        super().__init__()
        self._raw = raw

    def encode(self) -> bytes:
        return self._raw
