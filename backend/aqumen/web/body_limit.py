"""Refuses bodies that nobody can mean, before they are read, and those that never come."""

import asyncio

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import problem

SENTENCE = "The body of a request may have at most 1 MB."
LATE = "The body of the request did not arrive in time."


class BodyLimit:
    """Answers 413 where a body is, or turns out to be, longer than `most_bytes`.

    And 408 where it is not there after so many seconds.
    """

    def __init__(self, app: ASGIApp, most_bytes: int, most_seconds: float = 30.0) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._most_seconds = most_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > self._most_bytes:
            await problem(413, "invalid_request", SENTENCE)(scope, receive, send)
            return
        await self._app(scope, self._bounded(receive), send)

    def _bounded(self, receive: Receive) -> Receive:
        read, whole = 0, False
        end = asyncio.get_running_loop().time() + self._most_seconds

        async def bounded() -> Message:
            nonlocal read, whole
            if whole:
                # What comes now is that the caller hangs up, whenever that is.
                return await receive()
            try:
                async with asyncio.timeout_at(end):
                    message = await receive()
            except TimeoutError as late:
                raise HTTPException(408, LATE.removesuffix(".")) from late
            whole = not message.get("more_body", False)
            read += len(message.get("body", b""))
            if read > self._most_bytes:
                raise HTTPException(413, SENTENCE.removesuffix("."))
            return message

        return bounded
