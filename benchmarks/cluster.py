"""Three API processes on one PostgreSQL: handing runs out, and taking over those of a dead one."""

import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from .plan import TOPIC, Plan
from .postgres import postgres
from .processes import Served, api
from .recovery import await_, calls_of, json_of
from .runs import moment
from .table import milliseconds, percentile, row_of, show

_PROCESSES = 3
_SETTLE_SECONDS = 2.0
"""For the runs to be in the middle of their steps."""


class Kind(NamedTuple):
    """How a cluster is set up."""

    dispatcher: str
    lease_seconds: float

    @property
    def name(self) -> str:
        """What it is called above its column."""
        return f"{self.dispatcher}, lease {self.lease_seconds:g} s"


class Found(NamedTuple):
    """What was measured of one kind, in seconds."""

    kind: Kind
    dispatches: list[float]
    """From a run's first event to the first step, one run after the other."""
    calls: list[float]
    """From the kill of a process to the next model call for each of its runs."""
    events: list[float]
    """The same, to the first new event: the answer of the step that was cut short, mostly."""


@dataclass(slots=True)
class Cluster:
    """The processes, and the database they share."""

    servers: list[Served]
    database_url: str
    dead: int | None = None
    """The id of the process that was killed."""

    def start(self, number: int) -> str:
        """Start a run on the process whose turn it is."""
        server = self.servers[number % len(self.servers)]
        run_id: str = json_of(server.port, "POST", "/api/runs", {"topic": TOPIC})["run_id"]
        return run_id

    def log(self, run_id: str) -> list[dict[str, Any]]:
        """Return the log of a run, from a process that is alive."""
        server = next(server for server in self.servers if server.pid != self.dead)
        log: list[dict[str, Any]] = json_of(server.port, "GET", f"/api/runs/{run_id}/events")
        return log

    def step_at(self, run_id: str, after: float = 0.0) -> float:
        """Wait for the first step that begins or ends after a moment, and return when that was."""

        def found() -> list[float]:
            kinds = ("step_started", "step")
            told = (item["data"] for item in self.log(run_id) if item["event"] in kinds)
            times = (moment(data["timestamp"]) for data in told)
            return [at for at in times if at > after]

        await_(lambda: bool(found()))
        return found()[0]

    def workers(self) -> dict[str, int]:
        """Return the process of each run that goes on."""
        plain = self.database_url.replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(plain, autocommit=True) as connection:
            rows = connection.execute(
                "SELECT id, worker FROM runs WHERE status = 'running'"
            ).fetchall()
        return {run_id: int(worker.split(":")[1]) for run_id, worker in rows}


def measure(plan: Plan, bedrock: Served) -> list[Found]:
    """Set clusters up, one after the other."""
    return [_measured(plan, bedrock, Kind(*kind)) for kind in plan.clusters]


def show_clusters(found: list[Found]) -> None:
    """Print a column for each kind."""
    row = partial(row_of, found)
    rows = [
        row("first step after the start p50, ms", lambda each: _ms(each.dispatches, 0.5), 0),
        row("first step after the start p99, ms", lambda each: _ms(each.dispatches, 0.99), 0),
        row("runs of the killed process", lambda each: len(each.events), 0),
        row("kill to next model call p50, s", lambda each: percentile(each.calls, 0.5)),
        row("kill to next model call p99, s", lambda each: percentile(each.calls, 0.99)),
        row("kill to first new event p50, s", lambda each: percentile(each.events, 0.5)),
        row("kill to first new event p99, s", lambda each: percentile(each.events, 0.99)),
    ]
    note = (
        "The first new event is mostly the answer to a model call that was cut short and is made "
        "again, so it comes that call's time later."
    )
    show("Three processes on one PostgreSQL", [each.kind.name for each in found], rows, note)


def _ms(seconds: list[float], share: float) -> float | None:
    return milliseconds(percentile(seconds, share))


def _measured(plan: Plan, bedrock: Served, kind: Kind) -> Found:
    with _cluster(bedrock, kind) as cluster:
        dispatches = [_dispatch(cluster, number) for number in range(plan.dispatches)]
        for number in range(plan.cluster_runs):
            cluster.start(number)
        await_(lambda: len(cluster.workers()) == plan.cluster_runs)
        time.sleep(_SETTLE_SECONDS / plan.speed)
        killed_at, left = _killed(cluster)
        events = [cluster.step_at(run_id, killed_at) - killed_at for run_id in left]
        later = (
            [at - killed_at for at in calls_of(bedrock, run_id) if at > killed_at]
            for run_id in left
        )
        calls = [times[0] for times in later if times]
        return Found(kind, dispatches, calls, events)


def _dispatch(cluster: Cluster, number: int) -> float:
    run_id = cluster.start(number)
    seconds = cluster.step_at(run_id) - moment(cluster.log(run_id)[0]["data"]["timestamp"])
    json_of(cluster.servers[0].port, "POST", f"/api/runs/{run_id}/cancel")
    return seconds


def _killed(cluster: Cluster) -> tuple[float, list[str]]:
    """Kill the process that has most runs; return when that was, and which they are."""
    ((cluster.dead, _), *_) = Counter(cluster.workers().values()).most_common()
    os.kill(cluster.dead, signal.SIGKILL)
    killed_at = time.time()
    return killed_at, [run_id for run_id, pid in cluster.workers().items() if pid == cluster.dead]


@contextmanager
def _cluster(bedrock: Served, kind: Kind) -> Generator[Cluster]:
    with ExitStack() as up, tempfile.TemporaryDirectory() as folder:
        url = up.enter_context(postgres())
        settings = {
            "AQUMEN_DATABASE_URL": url,
            "AQUMEN_DISPATCHER": kind.dispatcher,
            "AQUMEN_LEASE_SECONDS": str(kind.lease_seconds),
        }
        place = Path(folder) / "unused.db"
        servers = [up.enter_context(api(bedrock, place, **settings)) for _ in range(_PROCESSES)]
        for server in servers:
            await_(lambda port=server.port: json_of(port, "GET", "/health")["pipeline_ready"])  # type: ignore[misc]
        yield Cluster(servers, url)
