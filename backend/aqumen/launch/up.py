"""`python -m aqumen up`: the API and the console, and offline the simulator too."""

import socket
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from aqumen.errors import CredentialsMissing
from aqumen.machinery import check_bedrock
from aqumen.models.known import KnownModels
from aqumen.settings import Settings, environment

from .child import Child
from .failure import LaunchFailed
from .signals import Stop

_BACKEND = Path(__file__).parents[2]
_CONSOLE = _BACKEND.parent / "frontend-dev"
_START_SECONDS = 60.0
_LOOK_SECONDS = 0.2
_NO_CREDENTIALS = (
    "AWS credentials are missing: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE or "
    "AWS_BEARER_TOKEN_BEDROCK, or start `make demo` (python -m aqumen up --offline), which works "
    "offline and needs none."
)
"""Not the API's sentence: what it says of the simulator's setting does nothing here."""
_loopback = build_opener(ProxyHandler({}))
"""Asks our own processes, past any proxy of the environment."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the processes listen, on loopback."""

    api: int
    console: int
    bedrock: int | None
    """None for the real Bedrock."""


def up(api_port: int, console_port: int, *, offline: bool) -> None:
    """Serve until stopped. Raises LaunchFailed, or a ModelFailed if Bedrock cannot be used."""
    ports = Ports(api_port, console_port, _free_port() if offline else None)
    for port in (api_port, console_port):
        _check_free(port)
    if not offline:
        _check_bedrock()
    stop = Stop()
    with ExitStack() as running:
        children = [running.enter_context(child) for child in _children(ports)]
        for url in (_api_health(ports), _console_health(ports)):
            _await_answer(url, children, stop)
        if not stop.asked:
            print(_addresses(ports), flush=True)
        while not stop.wait(_LOOK_SECONDS):
            _check_running(children)


def _check_bedrock() -> None:
    try:
        check_bedrock(Settings(model_backend="bedrock"), KnownModels.shipped())
    except CredentialsMissing as missing:
        raise LaunchFailed(_NO_CREDENTIALS) from missing


def _api_health(ports: Ports) -> str:
    return f"http://127.0.0.1:{ports.api}/health"


def _console_health(ports: Ports) -> str:
    return f"http://127.0.0.1:{ports.console}/_stcore/health"


def _children(ports: Ports) -> list[Child]:
    variables = environment(
        AQUMEN_MODEL_BACKEND="simulator" if ports.bedrock else "bedrock",
        AQUMEN_API_URL=f"http://127.0.0.1:{ports.api}",
    )
    for name in ("NO_PROXY", "no_proxy"):
        # The console asks the API on loopback, past any proxy of the environment.
        variables[name] = ",".join(filter(None, [variables.get(name), "localhost", "127.0.0.1"]))
    if ports.bedrock:
        variables["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] = f"http://127.0.0.1:{ports.bedrock}"
    api = Child("the API", _api(ports), _BACKEND, variables)
    console = Child("the console", _streamlit(ports), _CONSOLE, variables)
    if not ports.bedrock:
        return [api, console]
    simulator = _python("aqumen", "simulate", "--port", str(ports.bedrock))
    return [Child("the offline Bedrock", simulator, _BACKEND, variables), api, console]


def _api(ports: Ports) -> list[str]:
    options = ["--port", str(ports.api), "--timeout-graceful-shutdown", "5"]
    return _python("uvicorn", "api_server:app", *options, "--log-level", "warning")


def _streamlit(ports: Ports) -> list[str]:
    options = ["--server.port", str(ports.console), "--server.address", "127.0.0.1"]
    return _python("streamlit", "run", "streamlit_app.py", *options, "--server.headless", "true")


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _addresses(ports: Ports) -> str:
    models = "simulated models, no AWS account needed" if ports.bedrock else "Amazon Bedrock"
    return (
        f"\n  Console   http://localhost:{ports.console}\n"
        f"  API       http://localhost:{ports.api}/docs\n"
        f"  Models    {models}\n\n  Ctrl-C stops everything.\n"
    )


def _await_answer(url: str, children: list[Child], stop: Stop) -> None:
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


def _check_running(children: list[Child]) -> None:
    for child in children:
        if child.ended:
            raise LaunchFailed(f"Stopping: {child.name} has ended by itself.")


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as taken:
            raise LaunchFailed(
                f"Port {port} is taken. Stop what uses it, or choose another: "
                "python -m aqumen up --help."
            ) from taken


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
