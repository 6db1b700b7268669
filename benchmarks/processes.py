"""The processes under test, always stopped, on Linux also when their starter is killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

from aqumen.launch.parentage import ends_with_parent
from aqumen.simulator.pace import PIECES_PER_SECOND

BACKEND = Path(__file__).parent.parent / "backend"
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0
_LOOK_SECONDS = 0.005
_ROOM = 256
"""Runs the server under test takes at once; it also opens as many connections as they need."""


class NotStarted(Exception):
    """A process under test did not answer in time."""


class Served(NamedTuple):
    """A process that answers HTTP on loopback."""

    pid: int
    port: int
    start_seconds: float
    """From being started to its first answer."""


@contextmanager
def simulator(
    speed: float, pieces_per_second: int = PIECES_PER_SECOND, frames_per_write: int = 1
) -> Generator[Served]:
    """An offline Bedrock in a process of its own; raises NotStarted."""
    port = free_port()
    arguments = ["-m", "aqumen", "simulate", "--port", str(port), "--speed", str(speed)]
    arguments += ["--pieces-per-second", str(pieces_per_second)]
    arguments += ["--frames-per-write", str(frames_per_write)]
    with _serving(arguments, {}, port, "/simulator/calls") as served:
        yield served


@contextmanager
def api(bedrock: Served, database: Path, **more: str) -> Generator[Served]:
    """The API on an offline Bedrock and a database file; raises NotStarted.

    `more` are environment variables of its own.
    """
    variables = {
        **offline(bedrock),
        "AQUMEN_DATABASE_URL": f"sqlite:///{database}",
        "AQUMEN_MAX_CONCURRENT_RUNS": str(_ROOM),
        "AQUMEN_LOG_LEVEL": "WARNING",
        **more,
    }
    with application("api_server:app", **variables) as served:
        yield served


def offline(bedrock: Served) -> dict[str, str]:
    """Return the environment variables of a process that asks an offline Bedrock."""
    return {
        "AQUMEN_MODEL_BACKEND": "simulator",
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": f"http://127.0.0.1:{bedrock.port}",
    }


@contextmanager
def application(name: str, **variables: str) -> Generator[Served]:
    """An ASGI application of the project in a process of its own; raises NotStarted."""
    port = free_port()
    arguments = ["-m", "uvicorn", name, "--port", str(port), "--log-level", "warning"]
    arguments += ["--app-dir", str(BACKEND.parent)]
    with _serving(arguments, variables, port, "/health") as served:
        yield served


@contextmanager
def console(
    server: Served, app: Path = BACKEND.parent / "frontend-dev" / "streamlit_app.py"
) -> Generator[Served]:
    """The console, or another application of Streamlit's, on an API; raises NotStarted."""
    port = free_port()
    arguments = ["-m", "streamlit", "run", str(app), "--server.port", str(port)]
    arguments += ["--server.address", "127.0.0.1"]
    variables = {"AQUMEN_API_URL": f"http://127.0.0.1:{server.port}"}
    with _serving(arguments, variables, port, "/_stcore/health") as served:
        yield served


def python_seconds(code: str) -> float:
    """Return how long a Python process takes to run some code."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", code], cwd=BACKEND, check=True, timeout=_START_SECONDS)
    return time.monotonic() - began


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def _serving(
    arguments: list[str], variables: Mapping[str, str], port: int, path: str
) -> Generator[Served]:
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=BACKEND,
        env={**os.environ, **variables},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        preexec_fn=ends_with_parent(),  # noqa: PLW1509 - no other thread runs while one is started
    )
    try:
        _await_answer(process, port, path)
        yield Served(process.pid, port, time.monotonic() - began)
    finally:
        _stop(process)


def _await_answer(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if answers(port, path):
            return
        time.sleep(_LOOK_SECONDS)
    raise NotStarted(" ".join(str(argument) for argument in process.args))  # type: ignore[union-attr]


def answers(port: int, path: str) -> bool:
    """Whether a GET of a path on loopback is answered with 200."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5.0)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(_STOP_SECONDS)
