"""The product's own processes on free ports, as tests start, ask, stop and kill them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest
import requests

from .sqlite import with_tables

ROOT = Path(__file__).parents[2]
BACKEND = ROOT / "backend"

START_SECONDS = 30.0
"""How long a process may take until it answers; the machine may be busy."""
_STOP_SECONDS = 15.0
_LOOK_SECONDS = 0.05
_NOT_INHERITED = ("AQUMEN_", "AWS_", "DATABASE_URL")


def free_port() -> int:
    """Return a port of loopback that nobody uses at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def clean_environment(**more: str) -> dict[str, str]:
    """Return this process's environment without anybody's AWS account or settings."""
    kept = {name: value for name, value in os.environ.items() if not _ours(name)}
    return kept | {"PYTHONUNBUFFERED": "1"} | more


def _ours(name: str) -> bool:
    return name.startswith(_NOT_INHERITED)


@contextmanager
def bedrock(speed: float) -> Generator[str]:
    """Run an offline Bedrock in a process of its own; yield its address."""
    command = [sys.executable, "-m", "aqumen", "simulate", "--port", "0", "--speed", str(speed)]
    process = subprocess.Popen(
        command, cwd=BACKEND, env=clean_environment(), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.communicate(timeout=_STOP_SECONDS)


@dataclass(slots=True)
class Api:
    """`uvicorn api_server:app` on simulated models, with a database in a folder.

    A context manager; it may be killed and started again inside, on the same port and database.
    """

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    """Environment variables besides those every test wants."""
    port: int = field(default_factory=free_port)
    options: tuple[str, ...] = ()
    """More of uvicorn's own."""
    start_seconds: float = START_SECONDS
    """How long it may take until it is ready."""
    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The process's id while it is up."""
        return self._process.pid if self._process is not None else None

    @property
    def log(self) -> str:
        """What it has printed, over all its starts."""
        file = self.folder / "api.log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def start(self) -> None:
        """Start it and wait until it can run pipelines; fail the test if it does not."""
        options = ["--port", str(self.port), "--timeout-graceful-shutdown", "5"]
        command = [sys.executable, "-m", "uvicorn", "api_server:app", *options, *self.options]
        with (self.folder / "api.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=BACKEND, env=self._environment(), stdout=log, stderr=log
            )
        self._await_healthy()

    def stop(self) -> None:
        """Ask it to stop, as a host does, and wait until it has."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it without a chance to say goodbye."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Have it stand still, as a machine does that is moved or out of memory."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Have it go on."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def get(self, path: str, **parameters: str | int) -> Any:
        """Return the JSON a GET answers; raises requests' HTTPError for an error."""
        return self._json(requests.get(f"{self.url}{path}", params=parameters, timeout=20))

    def post(self, path: str, body: object = None) -> Any:
        """Return the JSON a POST answers; raises requests' HTTPError for an error."""
        return self._json(requests.post(f"{self.url}{path}", json=body, timeout=60))

    def _json(self, response: requests.Response) -> Any:
        response.raise_for_status()
        return response.json()

    def _environment(self) -> dict[str, str]:
        wanted = {
            "AQUMEN_MODEL_BACKEND": "simulator",
            "AQUMEN_SIMULATOR_SPEED": "0",
            **self.settings,
        }
        if "AQUMEN_DATABASE_URL" not in wanted:
            wanted["AQUMEN_DATABASE_URL"] = with_tables(self.folder / "runs.db")
        return clean_environment(**wanted)

    def _await_healthy(self) -> None:
        end = time.monotonic() + self.start_seconds
        while time.monotonic() < end:
            if self._process is not None and self._process.poll() is not None:
                pytest.fail(f"the API ended by itself:\n{self.log}")
            try:
                if requests.get(f"{self.url}/health", timeout=2).json()["pipeline_ready"]:
                    return
            except requests.RequestException:
                pass
            time.sleep(_LOOK_SECONDS)
        pytest.fail(f"the API was not ready within {self.start_seconds} s:\n{self.log}")

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(number)
        process.send_signal(signal.SIGCONT)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(_STOP_SECONDS)
            pytest.fail(f"the API did not stop within {_STOP_SECONDS} s:\n{self.log}")
