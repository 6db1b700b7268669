"""Whether a server under mixed traffic stays as it was: `python -m benchmarks.soak`."""

import argparse
import json
import random
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import psutil
import requests

from aqumen.access.keys import digest, new_key

from .context import describe
from .plan import TOPIC
from .processes import Served, api, simulator

_SPEED = 20.0
"""A run takes some two seconds: a soak is about many runs, not about long ones."""
_CLIENTS = 12
_ROUNDS = 9
"""After each, everybody waits until the server has nothing to do, and looks at what it takes."""
_REST_SECONDS = 3.0
_REST_LIMIT_SECONDS = 60.0
_WAIT_SECONDS = 60.0
_FLAT = {"memory, MB": (1.05, 8.0), "handles": (1.0, 6.0), "threads": (1.0, 4.0)}
"""By how much the last rounds may be above the first: a factor, and what comes and goes."""


class Taken(NamedTuple):
    """What a process takes when it has nothing to do."""

    memory: float
    """MB, resident."""
    handles: float
    threads: float


@dataclass(slots=True)
class Crowd:
    """Clients that do all that can be done, in no order."""

    url: str
    key: str
    answers: Counter[str] = field(default_factory=Counter)
    """How often each thing was done, by its name and how it was answered."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def live(self, seconds: float, seed: int) -> None:
        """Do one thing after the other for so long."""
        chance, end = random.Random(seed), time.monotonic() + seconds
        with requests.Session() as session:
            while time.monotonic() < end:
                name, act = chance.choice(_ACTS)
                said = act(self, session)
                with self._lock:
                    self.answers[f"{name}: {said}"] += 1

    def ask(
        self, session: requests.Session, method: str, place: str, **more: object
    ) -> requests.Response:
        """Ask with the key, and read the answer unless it is a stream."""
        wanted = {"headers": {"Authorization": f"Bearer {self.key}"}, "timeout": _WAIT_SECONDS}
        return session.request(method, self.url + place, **(wanted | more))  # type: ignore[arg-type]

    def busy(self) -> bool:
        """Whether a run goes on."""
        with requests.Session() as session:
            place = "/api/runs?status=queued&status=running"
            return bool(self.ask(session, "GET", place).json()["runs"])


def _watched(crowd: Crowd, session: requests.Session) -> str:
    order = {"topic": TOPIC, "deltas": "true"}
    with crowd.ask(session, "GET", "/api/generate-stream", params=order, stream=True) as answer:
        return "done" if b"event: done" in answer.content else f"{answer.status_code}"


def _left(crowd: Crowd, session: requests.Session) -> str:
    order = {"topic": TOPIC}
    with crowd.ask(session, "GET", "/api/generate-stream", params=order, stream=True) as answer:
        next(answer.iter_content(200), b"")
        return str(answer.status_code)


def _cancelled(crowd: Crowd, session: requests.Session) -> str:
    run_id = crowd.ask(session, "POST", "/api/runs", json={"topic": TOPIC}).json()["run_id"]
    return str(crowd.ask(session, "POST", f"/api/runs/{run_id}/cancel").status_code)


def _awaited(crowd: Crowd, session: requests.Session) -> str:
    return str(crowd.ask(session, "POST", "/api/generate", json={"topic": TOPIC}).status_code)


def _with_a_ticket(crowd: Crowd, session: requests.Session) -> str:
    ticket = crowd.ask(session, "POST", "/api/tickets").json()["ticket"]
    order = {"topic": TOPIC, "ticket": ticket}
    place = f"{crowd.url}/api/generate-stream"
    return str(session.get(place, params=order, timeout=_WAIT_SECONDS).status_code)


def _read_again(crowd: Crowd, session: requests.Session) -> str:
    runs = crowd.ask(session, "GET", "/api/runs?limit=5&status=succeeded").json()["runs"]
    for run in runs:
        place = f"/api/runs/{run['run_id']}"
        crowd.ask(session, "GET", f"{place}/events")
        crowd.ask(session, "GET", f"{place}/export?format=markdown")
    return str(crowd.ask(session, "GET", "/api/insights").status_code)


def _refused(crowd: Crowd, session: requests.Session) -> str:
    answers = [
        session.get(f"{crowd.url}/api/runs", timeout=_WAIT_SECONDS),
        session.get(f"{crowd.url}/api/runs", headers={"X-API-Key": "x"}, timeout=_WAIT_SECONDS),
        crowd.ask(session, "POST", "/api/runs", data=b"{"),
        crowd.ask(session, "GET", "/api/runs/nobody"),
        crowd.ask(session, "GET", "/api/generate-stream?topic=" + "x" * 300),
    ]
    return " ".join(str(answer.status_code) for answer in answers)


_ACTS: Sequence[tuple[str, Callable[[Crowd, requests.Session], str]]] = (
    ("watch a run with its text", _watched),
    ("leave a run", _left),
    ("cancel a run", _cancelled),
    ("await a run", _awaited),
    ("start with a ticket", _with_a_ticket),
    ("read earlier runs", _read_again),
    ("be refused", _refused),
)


def main() -> int:
    """Measure and print; returns 1 if the server is not what it was."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0, help="how long, in all")
    seconds = parser.parse_args().seconds
    # As an exception, so that the processes under test are stopped on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(*describe(_SPEED), sep="\n", flush=True)
    key = new_key()
    named = {"name": "soak", "scopes": ["admin"], "digest": digest("soak", key)}
    settings = {
        "AQUMEN_AUTH": "required",
        "AQUMEN_API_KEYS": json.dumps([named]),
        "AQUMEN_GRACE_SECONDS": "1",
        "AQUMEN_RETENTION_RUNS": "100",
        "AQUMEN_DAILY_BUDGET_USD": "1000000",
    }
    with (
        tempfile.TemporaryDirectory() as folder,
        simulator(_SPEED) as bedrock,
        api(bedrock, Path(folder) / "runs.db", **settings) as server,
    ):
        crowd = Crowd(f"http://127.0.0.1:{server.port}", key)
        taken = [_round(crowd, server, seconds / _ROUNDS, number) for number in range(_ROUNDS)]
    return _verdict(crowd, taken)


def _round(crowd: Crowd, server: Served, seconds: float, number: int) -> Taken:
    with ThreadPoolExecutor(_CLIENTS) as threads:
        lives = [
            threads.submit(crowd.live, max(1.0, seconds - 2 * _REST_SECONDS), number * 100 + client)
            for client in range(_CLIENTS)
        ]
    for life in lives:
        life.result()
    end = time.monotonic() + _REST_LIMIT_SECONDS
    while crowd.busy():
        if time.monotonic() > end:
            raise TimeoutError("runs went on a minute after their clients had gone")
        time.sleep(_REST_SECONDS / 10)
    time.sleep(_REST_SECONDS)  # for what ends a moment after its run: threads, connections
    process = psutil.Process(server.pid)
    memory = process.memory_info().rss / 2**20
    taken = Taken(memory, process.num_fds(), process.num_threads())
    print(f"round {number + 1}: {memory:.0f} MB, {taken.handles} handles, {taken.threads} threads",
          flush=True)  # fmt: skip
    return taken


def _verdict(crowd: Crowd, taken: Sequence[Taken]) -> int:
    print(f"\n{sum(crowd.answers.values())} things were done:\n")
    for said, count in sorted(crowd.answers.items()):
        print(f"- {said} ({count})")
    # The first round fills pools and caches.
    third = (len(taken) - 1) // 3
    first, last = taken[1 : 1 + third], taken[-third:]
    print()
    grown = []
    for (name, (factor, slack)), before, after in zip(
        _FLAT.items(), zip(*first, strict=True), zip(*last, strict=True), strict=True
    ):
        was, is_now = statistics.median(before), statistics.median(after)
        flat = is_now <= was * factor + slack
        grown += [] if flat else [name]
        print(f"{name}: {was:.0f} -> {is_now:.0f}, {'flat' if flat else 'grown'}")
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())
