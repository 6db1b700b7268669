"""A real server in a thread of the test's process, on the offline Bedrock."""

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from aqumen.assemble import server
from aqumen.settings import Settings
from aqumen.web.connections import Bounded
from aqumen.web.parts import Parts

from .eventually import eventually
from .sqlite import with_tables


@dataclass(frozen=True, slots=True)
class Served:
    """A server that is up."""

    url: str
    app: FastAPI
    listening: socket.socket
    """What is set on it holds for connections that are still to come."""

    @property
    def port(self) -> int:
        """Of loopback."""
        return int(self.url.rpartition(":")[2])

    @property
    def parts(self) -> Parts:
        """What the server's routes work with."""
        parts: Parts = self.app.state.parts
        return parts


@contextmanager
def serving(folder: Path, **settings: Any) -> Generator[Served]:
    """Serve the application with its own database; simulated models answer at once."""
    chosen = {
        "model_backend": "simulator",
        "simulator_speed": 0.0,
        "AQUMEN_DATABASE_URL": with_tables(folder / "served.db"),
        "bedrock_endpoint_url": None,
        **settings,
    }
    app = server(Settings(**chosen))
    assert isinstance(app, FastAPI)
    config = uvicorn.Config(app, http=Bounded, log_config=None, timeout_graceful_shutdown=3)
    running = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=running.run, args=([listening],), daemon=True)
    thread.start()
    eventually(lambda: running.started, 20)
    try:
        yield Served(f"http://127.0.0.1:{listening.getsockname()[1]}", app, listening)
    finally:
        app.state.parts.runs.leave()
        running.should_exit = True
        thread.join(10)
        assert not thread.is_alive(), "the server did not stop"
