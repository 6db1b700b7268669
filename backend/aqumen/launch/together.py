"""What every command needs that starts several processes of the product."""

import socket
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from aqumen.settings import environment

from .child import Child
from .failure import LaunchFailed
from .signals import Stop

BACKEND = Path(__file__).parents[2]
_CONSOLE = BACKEND.parent / "frontend-dev"
_START_SECONDS = 60.0
_LOOK_SECONDS = 0.2
_loopback = build_opener(ProxyHandler({}))
"""Asks our own processes, past any proxy of the environment."""


def serve_together(
    children: Sequence[Child], healthy: Sequence[str], welcome: str, stop: Stop
) -> None:
    """Start processes in order, say so when all addresses answer, and serve until stopped.

    Raises LaunchFailed if one does not start, or ends by itself; the others are stopped then.
    """
    with ExitStack() as running:
        up = [running.enter_context(child) for child in children]
        for url in healthy:
            _await_answer(url, up, stop)
        if not stop.asked:
            print(welcome, flush=True)
        while not stop.wait(_LOOK_SECONDS):
            _check_running(up)
            up = _without_lost(up)


def loopback(**more: str) -> dict[str, str]:
    """Return the environment of processes that ask each other, past any proxy it names."""
    variables = environment(**more)
    for name in ("NO_PROXY", "no_proxy"):
        variables[name] = ",".join(filter(None, [variables.get(name), "localhost", "127.0.0.1"]))
    return variables


def python(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module as this process's Python does."""
    return [sys.executable, "-m", module, *arguments]


def api(name: str, port: int, variables: dict[str, str], *, spare: bool = False) -> Child:
    """Return an API process; a spare one may end and the others go on."""
    options = ["--port", str(port), "--timeout-graceful-shutdown", "5", "--log-level", "warning"]
    options += ["--no-proxy-headers", "--http", "aqumen.web.connections:Bounded"]
    return Child(name, python("uvicorn", "api_server:app", *options), BACKEND, variables, spare)


def api_health(port: int) -> str:
    """Return what answers when the API on a port is up."""
    return f"http://127.0.0.1:{port}/health"


def console(port: int, variables: dict[str, str]) -> Child:
    """Return the console."""
    options = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    command = python("streamlit", "run", "streamlit_app.py", *options, "--server.headless", "true")
    return Child("the console", command, _CONSOLE, variables)


def console_health(port: int) -> str:
    """Return what answers when the console on a port is up."""
    return f"http://127.0.0.1:{port}/_stcore/health"


def bedrock(port: int, variables: dict[str, str]) -> Child:
    """Return the offline Bedrock."""
    command = python("aqumen", "simulate", "--port", str(port))
    return Child("the offline Bedrock", command, BACKEND, variables)


def check_free(port: int) -> None:
    """Raise LaunchFailed if somebody listens on a port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as taken:
            raise LaunchFailed(
                f"Port {port} is taken. Stop what uses it, or choose another: "
                "python -m aqumen up --help."
            ) from taken


def free_port() -> int:
    """Return a port that nobody uses at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _await_answer(url: str, children: Sequence[Child], stop: Stop) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        _check_running(children)
        try:
            with _loopback.open(url, timeout=2):
                return
        except (URLError, OSError):
            if stop.wait(_LOOK_SECONDS):
                return
    raise LaunchFailed(f"Nothing answered at {url} within {_START_SECONDS:.0f} s.")


def _without_lost(children: list[Child]) -> list[Child]:
    """Return the processes that are left, and say which spare one is not."""
    left = [child for child in children if not child.ended]
    for lost in children:
        if lost not in left:
            print(f"{lost.name} has ended; the others go on with its runs.", flush=True)
    return left


def _check_running(children: Sequence[Child]) -> None:
    spare = [child for child in children if child.spare]
    if spare and all(child.ended for child in spare):
        raise LaunchFailed("Stopping: no API process is left.")
    for child in children:
        if child.ended and not child.spare:
            raise LaunchFailed(f"Stopping: {child.name} has ended by itself.")
