"""Workers die at one moment of a run each, and a server goes on with what they leave."""

import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from aqumen.events import Rigor
from fakes.pipelines import FIRST_TIME
from fakes.processes import BACKEND, ROOT, Api, bedrock, clean_environment
from fakes.sqlite import with_tables

from .client import Client, wait_for
from .evidence import Case
from .story import cases_of
from .world import CALLS_PER_RUN, LEASE_SECONDS, calls_received

_SPEED = 0.0
_TOPIC = f"{FIRST_TIME} #fault=throttling@2,cut@7"
"""A call is refused, and another breaks off: workers die during retries, too."""
_TODAY = {
    "AQUMEN_RUN_DEADLINE_SECONDS": "0.01",
    "AQUMEN_RUN_BUDGET_USD": "0.0001",
    "AQUMEN_CALLS_PER_RUN": "1",
}
"""What the server is set to that goes on: no run that is made now could come to its end."""
_LIMIT = 60.0
_DYING_SECONDS = 540.0
"""For the workers of every moment, some at a time."""


def play(folder: Path, counts: Mapping[Rigor, int | None], seed: int) -> str:
    """Have so many workers of each rigor die, or one at every moment; check what became of it.

    Returns what happened, in a few words. Raises AssertionError, or what pytest fails with.
    """
    with ExitStack() as up:
        url = up.enter_context(bedrock(_SPEED))
        settings = {
            "AQUMEN_MODEL_BACKEND": "simulator",
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": url,
            "AQUMEN_DATABASE_URL": with_tables(folder / "runs.db"),
            "AQUMEN_LEASE_SECONDS": str(LEASE_SECONDS),
            "AQUMEN_CALLS_PER_RUN": str(CALLS_PER_RUN),
        }
        survivor = up.enter_context(Api(folder, settings | _TODAY))
        wanted = [rigor if count is None else f"{rigor}:{count}" for rigor, count in counts.items()]
        said = _die(settings, str(seed), *wanted)
        run_ids = [each["run_id"] for each in survivor.get("/api/runs", limit=200)["runs"]]
        clients = up.enter_context(_watching(survivor, run_ids))
        assert not wait_for(clients, _LIMIT)
        cases = cases_of(clients, survivor, settings["AQUMEN_DATABASE_URL"], calls_received(url))
    return f"{said}; {_checked(cases)}"


def _die(settings: Mapping[str, str], *wanted: str) -> str:
    """Have workers live and die; return what they say of it."""
    paths = f"{BACKEND}:{ROOT / 'tests'}"
    done = subprocess.run(
        [sys.executable, "-m", "chaos.mortal", _TOPIC, *wanted],
        cwd=BACKEND,
        env=clean_environment(**settings, PYTHONPATH=paths),
        capture_output=True,
        text=True,
        check=False,
        timeout=_DYING_SECONDS,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return "; ".join(done.stdout.splitlines())


@contextmanager
def _watching(server: Api, run_ids: list[str]) -> Generator[list[Client]]:
    """Have a client with each run, whose connection is cut again and again."""
    over = threading.Event()
    clients = [Client(number, 0, [server.url], over) for number in range(len(run_ids))]
    for client, run_id in zip(clients, run_ids, strict=True):
        client.only_watches(run_id)
    with ThreadPoolExecutor(len(clients)) as threads:
        watching = [threads.submit(client.stay) for client in clients]
        try:
            yield clients
        finally:
            over.set()
            for each in watching:
                each.result(_LIMIT)


def _checked(cases: list[Case]) -> str:
    for case in cases:
        case.check()
        assert case.row["status"] == "succeeded"
    taken_over = sum(case.workers > 1 for case in cases)
    assert taken_over >= len(cases) / 2
    return f"{taken_over} of {len(cases)} runs taken over"


def main(folder: Path, seed: int) -> None:
    """Have a worker die at every moment of a run; print what came of it."""
    began = time.monotonic()
    said = play(folder, {"single-sample": None, "screened": None}, seed)
    print(f"every moment: {said} ({time.monotonic() - began:.0f} s)", flush=True)
