"""Send one answer as an event stream, at its pace, with what goes wrong on the way."""

import asyncio
from collections.abc import Iterator
from itertools import islice
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from .answers import body_frames, end_frames
from .calls import Received
from .faults import STREAM, HttpFault
from .frames import exception
from .service import Course, Service

_HEADERS = [
    (b"content-type", b"application/vnd.amazon.eventstream"),
    (b"x-amzn-requestid", b"simulated"),
]
_BREAKING = frozenset({*STREAM, "cut", "stall", "truncate"})


def error_response(fault: HttpFault) -> Response:
    """Return an error the way Bedrock, or something on the way to it, sends one."""
    if fault.type is None:
        return Response(fault.message, fault.status, dict(fault.headers), "text/html")
    headers = {"x-amzn-errortype": f"{fault.type}:http://internal.amazon.com/", **fault.headers}
    return JSONResponse({"message": fault.message}, fault.status, headers)


class ConverseStream:
    """The ASGI endpoint of `converse-stream`: one task and one generator a call."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call. Returns early, and quietly, when the other side is gone."""
        line: asyncio.Transport = scope["state"]["line"]
        with self._service.calls.one() as received:
            try:
                await self._answer(scope, receive, send, received)
            except ClientDisconnect:
                return
            except asyncio.CancelledError:
                # The simulator is stopping: the line is dropped before uvicorn misses the end.
                await _drop(line)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, received: Received) -> None:
        raw = await Request(scope, receive).body()
        course = self._service.course(scope["path_params"]["model_id"], raw, received)
        if isinstance(course, HttpFault):
            await error_response(course)(scope, receive, send)
        else:
            line = scope["state"]["line"]
            await _Sending(course, line, receive, send, received).run(self._service)


class _Sending:
    """One answer on its way."""

    def __init__(
        self,
        course: Course,
        line: asyncio.Transport,
        receive: Receive,
        send: Send,
        received: Received,
    ) -> None:
        self._course = course
        self._received = received
        self._line = line
        self._receive = receive
        self._send = send
        self._began = asyncio.get_running_loop().time()

    async def run(self, service: Service) -> None:
        fault, timing = self._course.fault, self._course.timing
        if fault == "hang_up":
            return await _drop(self._line)
        if fault == "silence":
            return await self._until_gone()
        await self._send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        frames = body_frames(self._course.answer, timing.pieces)
        if fault in _BREAKING:
            await self._pieces(islice(frames, 2 + timing.pieces // 2), service.frames_per_write)
            return await self._break(fault)
        await self._pieces(frames, service.frames_per_write)
        if self._line.is_closing():
            return await _drop(self._line)
        # Counted before the last bytes go out: who has read them sees the count.
        usage = self._course.answer.usage()
        service.calls.answer(self._received, self._course.exchange.step, usage)
        elapsed_ms = round((asyncio.get_running_loop().time() - self._began) * 1000)
        return await self._write(end_frames(self._course.answer, elapsed_ms), last=True)

    async def _pieces(self, frames: Iterator[bytes], at_once: int) -> None:
        """Send frames when they are due; those that are late go out together."""
        timing = self._course.timing
        clock = asyncio.get_running_loop().time
        due = self._began + timing.first_seconds
        sent = 0
        while batch := b"".join(islice(frames, at_once)):
            if (wait := due + sent * timing.gap_seconds - clock()) > 0:
                await asyncio.sleep(wait)
            elif timing.gap_seconds:
                late = int(-wait / timing.gap_seconds)
                batch += b"".join(islice(frames, late))
                sent += late
            else:
                batch += b"".join(frames)
            if self._line.is_closing():
                return
            await self._write(batch)
            self._received.begun = True
            sent += at_once

    async def _break(self, fault: str) -> None:
        if fault == "cut":
            return await _drop(self._line)
        if fault == "stall":
            return await self._until_gone()
        last = exception(STREAM[fault], "It broke off.") if fault in STREAM else b""
        return await self._write(last, last=True)

    async def _write(self, data: bytes, *, last: bool = False) -> None:
        await self._send({"type": "http.response.body", "body": data, "more_body": not last})

    async def _until_gone(self) -> None:
        message: Any = None
        while message is None or message["type"] != "http.disconnect":
            message = await self._receive()


async def _drop(line: asyncio.Transport) -> None:
    line.abort()
    # The loop tells uvicorn in its next turn that the connection is lost.
    await asyncio.sleep(0)
