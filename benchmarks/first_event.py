"""From asking for a run to its first event, one run after the other."""

import asyncio
import tempfile
from pathlib import Path

from .herd import ready
from .plan import TOPIC, Plan
from .processes import Served, api
from .runs import Told
from .table import Row, milliseconds, percentile, show
from .wire import ask, stream_path


def measure(plan: Plan, bedrock: Served) -> list[float]:
    """Return the seconds of each start; every run is cancelled once it has begun."""
    with tempfile.TemporaryDirectory() as folder, api(bedrock, Path(folder) / "runs.db") as server:
        return asyncio.run(_one_by_one(server, plan.starts))


def show_first_events(seconds: list[float]) -> None:
    """Print the starts' percentiles."""
    rows = [
        Row("p50, ms", [milliseconds(percentile(seconds, 0.5))], target=50),
        Row("p99, ms", [milliseconds(percentile(seconds, 0.99))]),
    ]
    show(f"First event, {len(seconds)} starts one by one", ["measured"], rows)


async def _one_by_one(server: Served, starts: int) -> list[float]:
    await ready(server)
    return [await _start(server) for _ in range(starts)]


async def _start(server: Served) -> float:
    run = Told(await ask(server.port, "GET", stream_path(TOPIC), until=b"event: start"))
    await ask(server.port, "POST", f"/api/runs/{run.events[0].data['run_id']}/cancel")
    return run.first_event_seconds
