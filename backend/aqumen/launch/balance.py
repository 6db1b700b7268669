"""`python -m aqumen balance`: one address in front of several API processes on this machine."""

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from .failure import LaunchFailed
from .signals import Stop

_CHUNK = 65_536
_CONNECT_SECONDS = 2.0
_DEAD_SECONDS = 1.0
"""How long a process that could not be reached is left out, while there are others."""
_SILENT_SECONDS = 3600.0
"""Longer than the longest run: a blocking request hears nothing until its end."""
_MOST_CONNECTIONS = 2000
_SAFE_TO_REPEAT = (b"GET ", b"HEAD ", b"OPTIONS ")
_LOOK_SECONDS = 0.1
_SORRY = (
    b'{"type":"about:blank","title":"Unavailable","status":503,'
    b'"detail":"No API process can be reached. Try again in a moment.","code":"restarting"}'
)
_NOBODY = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n"
    b"Retry-After: 1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b"
) % (len(_SORRY), _SORRY)


@dataclass(slots=True)
class _Exchange:
    """One client's connection, and what it said before anything was answered."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    said: bytearray = field(default_factory=bytearray)
    answered: bool = False

    @property
    def repeatable(self) -> bool:
        """Whether another process may be asked the same: what may have been acted on may not."""
        only_asks = self.said.startswith(_SAFE_TO_REPEAT) and not self._may_have_started_a_run()
        return only_asks and not self.answered

    def _may_have_started_a_run(self) -> bool:
        line, _, rest = self.said.partition(b"\r\n")
        if b"/api/generate-stream" not in line:
            return False
        # With one of these it attaches to the run it has begun.
        return b"request_id=" not in line and b"last-event-id:" not in rest.lower()


class Balancer:
    """Gives each connection to the next process, byte by byte as it comes.

    A process that cannot be reached is passed over; one that goes away before the first byte of
    an answer is, too, if the request only asks. Later the client sees the cut, and comes back.
    """

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = tuple(ports)
        self._turn = itertools.cycle(range(len(ports)))
        self._dead_until = dict.fromkeys(ports, 0.0)
        self._room = asyncio.Semaphore(_MOST_CONNECTIONS)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client to the end of its connection."""
        async with self._room:
            try:
                # Cancelled when the balancer stops: nobody waits to hear of it.
                with suppress(OSError, asyncio.CancelledError):
                    await self._carry(_Exchange(reader, writer))
            finally:
                writer.close()

    async def _carry(self, client: _Exchange) -> None:
        for port in self._order():
            if await self._tried(client, port):
                return
        client.writer.write(_NOBODY)
        await client.writer.drain()

    def _order(self) -> Iterator[int]:
        """Yield each port once, beginning with the next in turn, the dead ones last."""
        first = next(self._turn)
        around = self._ports[first:] + self._ports[:first]
        now = time.monotonic()
        return iter(sorted(around, key=lambda port: self._dead_until[port] > now))

    async def _tried(self, client: _Exchange, port: int) -> bool:
        """Have a process answer; return whether that is all that can be done for the client."""
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except (OSError, TimeoutError):
            self._dead_until[port] = time.monotonic() + _DEAD_SECONDS
            return False
        try:
            with suppress(OSError):
                await _pass_on(client, reader, writer)
        finally:
            writer.close()
        return not client.repeatable


async def _pass_on(
    client: _Exchange, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Carry both ways until either side ends."""
    writer.write(client.said)
    ways = {
        asyncio.ensure_future(_up(client, writer)),
        asyncio.ensure_future(_down(reader, client)),
    }
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _up(client: _Exchange, writer: asyncio.StreamWriter) -> None:
    while words := await _read(client.reader):
        if not client.answered:
            client.said += words
            # Too long to be kept, and so to be repeated.
            client.answered = len(client.said) > _CHUNK
        writer.write(words)
        await writer.drain()
    client.answered = True  # it has gone: nobody is left to answer


async def _down(reader: asyncio.StreamReader, client: _Exchange) -> None:
    while words := await _read(reader):
        client.answered = True
        client.writer.write(words)
        await client.writer.drain()


async def _read(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(_SILENT_SECONDS):
        return await reader.read(_CHUNK)


def balance(port: int, to: Sequence[int]) -> None:
    """Serve until stopped; raises LaunchFailed if the port is taken."""
    stop = Stop()
    try:
        asyncio.run(_serve(port, to, stop))
    except OSError as taken:
        raise LaunchFailed(f"Port {port} is taken.") from taken


async def _serve(port: int, to: Sequence[int], stop: Stop) -> None:
    balancer = Balancer(to)
    server = await asyncio.start_server(balancer.carry, "127.0.0.1", port, limit=_CHUNK)
    address = server.sockets[0].getsockname()
    print(f"Round robin: http://127.0.0.1:{address[1]}", flush=True)
    while not stop.asked:  # noqa: ASYNC110 - a signal's handler may set a flag and no more
        await asyncio.sleep(_LOOK_SECONDS)
    server.close()
