"""A client that costs next to nothing: bytes with the moment they came, read afterwards."""

import asyncio
import json
import time
from typing import Any, NamedTuple
from urllib.parse import urlencode

Chunks = list[tuple[float, bytes]]


class Heard(NamedTuple):
    """One server-sent event."""

    at: float
    """When its last byte came, in seconds since the epoch."""
    name: str
    data: dict[str, Any]


class Exchange(NamedTuple):
    """One request and all that came back."""

    sent_at: float
    chunks: Chunks

    @property
    def seconds(self) -> float:
        """From opening the connection to the last byte."""
        return self.chunks[-1][0] - self.sent_at if self.chunks else float("inf")

    def body(self) -> bytes:
        """What came after the headers."""
        return b"".join(data for _, data in self.chunks).partition(b"\r\n\r\n")[2]

    def events(self) -> list[Heard]:
        """Return the server-sent events, in order; comments are left out."""
        found, kept = [], b""
        for at, data in self.chunks:
            *blocks, kept = (kept + data.replace(b"\r\n", b"\n")).split(b"\n\n")
            found += [heard for block in blocks if (heard := _heard(at, block)) is not None]
        return found


class Line(asyncio.Protocol):
    """One request on a connection of its own."""

    def __init__(self, request: bytes, until: bytes | None = None) -> None:
        self.chunks: Chunks = []
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request = request
        self._until = until
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Send the request."""
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Keep the bytes; hang up when what was waited for has come."""
        self.chunks.append((time.time(), data))
        if self._until is not None and self._until in data and self._transport is not None:
            self._transport.abort()

    def connection_lost(self, _exc: Exception | None) -> None:
        """Nothing more will come."""
        if not self.over.done():
            self.over.set_result(None)


async def ask(
    port: int, method: str, path: str, *, until: bytes | None = None, seconds: float = 30.0
) -> Exchange:
    """Send a request to loopback and keep the answer, to its end or to some bytes in it.

    Raises OSError or TimeoutError.
    """
    # By HTTP/1.0 the body comes as it is, and ends with the connection.
    request = f"{method} {path} HTTP/1.0\r\nhost: 127.0.0.1\r\ncontent-length: 0\r\n\r\n".encode()
    sent_at = time.time()
    async with asyncio.timeout(seconds):
        transport, line = await asyncio.get_running_loop().create_connection(
            lambda: Line(request, until), "127.0.0.1", port
        )
        try:
            await line.over
        finally:
            transport.abort()
    return Exchange(sent_at, line.chunks)


def stream_path(topic: str, *, deltas: bool = False) -> str:
    """Return the path that starts a run and streams it."""
    return "/api/generate-stream?" + urlencode({"topic": topic, "deltas": str(deltas).lower()})


def _heard(at: float, block: bytes) -> Heard | None:
    fields = dict(line.split(b": ", 1) for line in block.split(b"\n") if b": " in line[:8])
    if b"data" not in fields or b"event" not in fields:
        return None
    return Heard(at, fields[b"event"].decode(), json.loads(fields[b"data"]))
