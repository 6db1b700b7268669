"""Serve the simulated Bedrock on loopback, in a thread."""

import asyncio
import socket
import threading
from typing import Self

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from aqumen.errors import AqumenError

from .calls import Calls
from .faults import Faults
from .routes import app
from .service import Service

_START_SECONDS = 10.0
_STOP_SECONDS = 5.0
_BACKLOG = 2048


class SimulatorFailed(AqumenError):
    """The simulator's thread did not start or stop in time."""

    message = "The simulator did not start or stop in time."


class Simulator:
    """Serves a service on 127.0.0.1 in a thread of its own, as a context manager."""

    def __init__(self, service: Service, port: int = 0) -> None:
        """Take the port (0: any free one); raises OSError if it is taken."""
        self._service = service
        self._socket = socket.create_server(("127.0.0.1", port), backlog=_BACKLOG)
        self._server = _Server(service)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="simulator", daemon=True
        )
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def faults(self) -> Faults:
        """What is scripted to go wrong."""
        return self._service.faults

    @property
    def calls(self) -> Calls:
        """How many calls came and how they went."""
        return self._service.calls

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    def start(self) -> None:
        """Serve; raises SimulatorFailed if that takes longer than ten seconds."""
        self._thread.start()
        if not self._server.up.wait(_START_SECONDS):
            raise SimulatorFailed

    def stop(self) -> None:
        """Drop every connection and stop; raises SimulatorFailed if that takes five seconds."""
        self._server.should_exit = True
        self._thread.join(_STOP_SECONDS)
        if self._thread.is_alive():
            raise SimulatorFailed

    @property
    def serving(self) -> bool:
        """Whether it was started and has not stopped."""
        return self._thread.is_alive()


class _Server(uvicorn.Server):
    """uvicorn that says when it is up and, when stopped, waits for nobody."""

    def __init__(self, service: Service) -> None:
        super().__init__(
            uvicorn.Config(
                app(service),
                http=_Line,
                lifespan="off",
                # uvicorn's loggers belong to whoever serves the product in this process.
                log_config=None,
                backlog=_BACKLOG,
                # Longer than pauses in a run: a line closed just before its next use is a retry.
                timeout_keep_alive=75,
            )
        )
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.force_exit = True
        await self._drop_lines()
        await super().shutdown(sockets)
        await self._drop_lines()

    async def _drop_lines(self) -> None:
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)


class _Line(HttpToolsProtocol):
    """A connection that its requests can drop: `scope["state"]["line"]`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # asyncio does so itself only for sockets that were made with an explicit protocol.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.access_log = False
        self.app_state = {**self.app_state, "line": transport}
