"""How long a run stands still whose server is killed, until its next model call."""

import json
import os
import signal
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPConnection
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple

from .plan import TOPIC, Plan
from .processes import Served, api
from .table import Row, show

_LIMIT_SECONDS = 60.0
_LOOK_SECONDS = 0.05


class Recovered(NamedTuple):
    """One run whose server was killed and started again at once; seconds to its next call."""

    lease_seconds: float
    from_kill: float
    from_restart: float
    """From when the next server answered."""


def measure(plan: Plan, bedrock: Served) -> list[Recovered]:
    """Kill servers in the middle of a run; all at the same time, for most of it is waiting."""
    leases = [lease for lease in plan.leases for _ in range(plan.kills)]
    with ThreadPoolExecutor(len(leases)) as threads:
        return list(threads.map(_recover, repeat(bedrock), leases))


def show_recoveries(found: list[Recovered]) -> None:
    """Print a column for each length of a lease."""
    leases = list(dict.fromkeys(each.lease_seconds for each in found))

    def row(measure: str, value: Callable[[Recovered], float]) -> Row:
        by_lease = [[value(each) for each in found if each.lease_seconds == of] for of in leases]
        return Row(measure, [statistics.median(values) for values in by_lease])

    rows = [
        row("from the kill, s", lambda each: each.from_kill),
        row("from the restart, s", lambda each: each.from_restart),
    ]
    note = (
        "From kill -9 of a server in the middle of a run to the run's next model call, by another."
    )
    show("Recovery", [f"lease {lease:g} s" for lease in leases], rows, note)


def _recover(bedrock: Served, lease_seconds: float) -> Recovered:
    with tempfile.TemporaryDirectory() as folder:
        serve = partial(
            api, bedrock, Path(folder) / "runs.db", AQUMEN_LEASE_SECONDS=str(lease_seconds)
        )
        with serve() as first:
            run_id = json_of(first.port, "POST", "/api/runs", {"topic": TOPIC})["run_id"]
            await_(lambda: len(calls_of(bedrock, run_id)) >= 3)
            os.kill(first.pid, signal.SIGKILL)
            killed_at = time.time()
        with serve() as second:
            answered_at = time.time()
            await_(lambda: calls_of(bedrock, run_id)[-1] > killed_at)
            next_at = calls_of(bedrock, run_id)[-1]
            json_of(second.port, "POST", f"/api/runs/{run_id}/cancel")
        return Recovered(lease_seconds, next_at - killed_at, next_at - answered_at)


def calls_of(bedrock: Served, run_id: str) -> list[float]:
    """Return when the calls for a run were received, in order."""
    newest = json_of(bedrock.port, "GET", "/simulator/calls/newest")
    return [call["received_at"] for call in newest if call["metadata"].get("run") == run_id]


def await_(condition: Callable[[], bool]) -> None:
    """Wait until something is so; raises TimeoutError."""
    end = time.monotonic() + _LIMIT_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(_LOOK_SECONDS)


def json_of(port: int, method: str, path: str, body: object = None) -> Any:
    """Ask an API on loopback, and return what it answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10.0)
    try:
        headers = {"Content-Type": "application/json"}
        connection.request(method, path, json.dumps(body), headers)
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
