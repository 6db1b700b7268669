"""Several API processes on one PostgreSQL, behind the product's own round robin."""

import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import requests

from .processes import BACKEND, Api, bedrock, clean_environment

Json = dict[str, Any]


@dataclass(frozen=True)
class Cluster:
    """What is up."""

    apis: list[Api]
    url: str
    """The round robin's."""
    database_url: str
    bedrock_url: str
    killed: list[Api] = field(default_factory=list)

    def start(self, topic: str, runs: int) -> list[str]:
        """Start runs, one after the other, on the processes in turn; return their ids."""
        answers = [
            requests.post(f"{self.url}/api/runs", json={"topic": topic}, timeout=20)
            for _ in range(runs)
        ]
        return [answer.json()["run_id"] for answer in answers]

    def rows(self, columns: str, where: str = "TRUE") -> list[tuple[Any, ...]]:
        """Return columns of the runs."""
        return self.select(f"SELECT {columns} FROM runs WHERE {where} ORDER BY id")

    def select(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the database."""
        plain = self.database_url.replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(plain, autocommit=True) as connection:
            return connection.execute(query.encode()).fetchall()

    def do(self, statement: str) -> None:
        """Change the database."""
        plain = self.database_url.replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement.encode())

    def kill_the_busiest(self) -> Api:
        """End the process that drives or holds most runs, without a chance to say goodbye."""
        pids = Counter(int(worker.split(":")[1]) for (worker,) in self.rows("worker", OPEN))
        busiest = max(self.apis, key=lambda api: pids[api.pid or 0])
        assert pids[busiest.pid or 0] > 0
        busiest.kill()
        self.killed.append(busiest)
        return busiest

    def log(self, run_id: str) -> list[Json]:
        """Return a run's log, as one of the living processes has it."""
        living = next(api for api in self.apis if api not in self.killed)
        log: list[Json] = living.get(f"/api/runs/{run_id}/events")
        return log

    def received(self) -> list[Json]:
        """Return the calls that the offline Bedrock received."""
        newest = requests.get(f"{self.bedrock_url}/simulator/calls/newest", timeout=20)
        calls: list[Json] = newest.json()
        return calls


_START_SECONDS = 90.0
"""Several processes start at once, on a machine that may be busy."""
OPEN = "status IN ('queued', 'running')"
"""What is true of a run that is not over."""


def assert_whole(log: Sequence[Json]) -> None:
    """Fail unless a log has no gap, no event twice and one end."""
    assert [item["seq"] for item in log] == list(range(1, len(log) + 1))
    ends = [item["event"] for item in log if item["event"] in ("done", "error")]
    assert ends == ["done"]
    assert log[-1]["event"] == "done"


def assert_nothing_asked_again(log: Sequence[Json], received: Sequence[Json]) -> None:
    """Fail if a call came in after its answer was stored."""
    stored = {
        tuple(item["data"][name] for name in ("step_number", "attempt", "answer")): item["data"]
        for item in log
        if item["data"].get("type") == "step"
    }
    for call in received:
        place = tuple(int(call["metadata"][name]) for name in ("step", "attempt", "answer"))
        at = datetime.fromisoformat(stored[place]["timestamp"]).timestamp()
        assert call["received_at"] <= at + 0.001, f"{place} was asked after it was stored"


@contextmanager
def serving_cluster(
    folder: Path,
    database_url: str,
    settings: Mapping[str, str] | None = None,
    *,
    speed: float,
    processes: int = 3,
) -> Generator[Cluster]:
    """Start everything at once; stop it at the end."""
    with ExitStack() as up:
        bedrock_url = up.enter_context(bedrock(speed))
        wanted = {
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": bedrock_url,
            "AQUMEN_DATABASE_URL": database_url,
            "AQUMEN_LEASE_SECONDS": "2",
            **(settings or {}),
        }
        apis = [
            Api(_folder(folder, number), wanted, start_seconds=_START_SECONDS)
            for number in range(processes)
        ]
        threads = up.enter_context(ThreadPoolExecutor(processes))
        up.callback(lambda: list(threads.map(Api.stop, apis)))
        list(threads.map(Api.start, apis))
        url = up.enter_context(round_robin([api.port for api in apis]))
        yield Cluster(apis, url, database_url, bedrock_url)


@contextmanager
def round_robin(ports: Sequence[int]) -> Generator[str]:
    """Run the product's proxy in front of ports of loopback; yield its address."""
    command = [sys.executable, "-m", "aqumen", "balance", "--port", "0", "--to", *map(str, ports)]
    process = subprocess.Popen(
        command,
        cwd=BACKEND,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.communicate(timeout=10)


def _folder(folder: Path, number: int) -> Path:
    place = folder / f"api-{number}"
    place.mkdir()
    return place
