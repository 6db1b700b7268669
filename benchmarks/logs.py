"""How fast the log takes events, and how soon a reader in another process has them."""

import asyncio
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

from aqumen.events import Event, Failed, Start, StepStarted, Usage
from aqumen.models.ledger import Ledger
from aqumen.order import Order
from aqumen.runs.back_office import BackOffice
from aqumen.runs.elsewhere import Elsewhere
from aqumen.runs.ids import new_run_id
from aqumen.runs.live import LiveRuns
from aqumen.runs.tail import Tail
from aqumen.store.records import Lease, NewRun, Pinned, Stored
from aqumen.store.store import Store
from aqumen.templates import Prompts

from .plan import Plan
from .postgres import postgres
from .table import Row, milliseconds, percentile, show

_BYTES = 3000
"""Of an event, about the mean of a run's."""
_LISTENING_SECONDS = 10.0
_READING_SECONDS = 120.0

Moments = dict[tuple[str, int], float]
"""When something happened to an event, by its run and seq, in `time.monotonic` seconds."""


@dataclass(slots=True)
class Measured:
    """One database under one number of runs at once."""

    database: str
    runs: int
    appended_per_second: float = 0.0
    tailed_per_second: float = 0.0
    delays: list[float] = field(default_factory=list)
    """Seconds from when an event was stored to when another worker's reader had it."""


def measure(plan: Plan) -> list[Measured]:
    """Append flat out; the same with a reader to every run; then at the pace of real runs."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        databases = {
            "SQLite": f"sqlite:///{folder / 'log.db'}",
            "PostgreSQL": opened.enter_context(postgres()),
        }
        return [
            _measured(plan, name, url, runs)
            for name, url in databases.items()
            for runs in plan.logs
        ]


def show_logs(measured: list[Measured]) -> None:
    """Print the table."""
    columns = [f"{each.database}, {each.runs}" for each in measured]
    delays = {
        f"stored to read elsewhere, {name}, ms": [
            milliseconds(percentile(each.delays, share)) for each in measured
        ]
        for name, share in (("p50", 0.5), ("p99", 0.99))
    }
    show(
        "The event log, by database and runs at once",
        columns,
        [
            Row("events/s appended", [each.appended_per_second for each in measured], 0),
            Row("events/s appended and tailed", [each.tailed_per_second for each in measured], 0),
            *(Row(name, values) for name, values in delays.items()),
        ],
        f"Events of {_BYTES / 1000:g} kB, each a transaction of its run. Who tails is another "
        "worker with connections of its own, in the same Python process; the delays are those of "
        "20 events a second of one run, and 100 of many. PostgreSQL is on this machine, over a "
        "socket, and says `fsync`; SQLite leaves that to its checkpoints.",
    )


def _measured(plan: Plan, name: str, url: str, runs: int) -> Measured:
    measured, each = Measured(name, runs), plan.log_events // runs
    with closing(Store(url)) as store:
        store.open()
        leases = [_run(store) for _ in range(runs)]
        began = time.monotonic()
        stored = _append(store, leases, each)
        measured.appended_per_second = len(stored) / (time.monotonic() - began)
        with closing(Readers(url)) as readers:
            leases = [_run(store) for _ in range(runs)]
            began = time.monotonic()
            _, read = readers.during(leases, lambda: _append(store, leases, each))
            measured.tailed_per_second = len(read) / (time.monotonic() - began)
            paced = [_run(store) for _ in range(runs)]
            pause = 0.05 if runs == 1 else runs / 100
            count = int(plan.log_seconds / pause)
            stored, read = readers.during(paced, lambda: _append(store, paced, count, pause))
    measured.delays = [read[event] - moment for event, moment in stored.items()]
    return measured


def _run(store: Store) -> Lease:
    order = Order(topic="The event log")
    pinned = Pinned("full", order, {}, Prompts.shipped(), simulated=True)
    new = NewRun(new_run_id(), pinned, store.leases.worker, needs_watcher=False)
    start = Start(
        run_id=new.id, topic=order.topic, max_attempts=3, rigor=order.rigor, simulated=True
    )
    store.runs.create(new, start, store.leases.until())
    return Lease(new.id, 1)


def _append(store: Store, leases: list[Lease], count: int, pause: float = 0.0) -> Moments:
    """Append so many events to each run and end it; every run in a thread of its own."""
    moments: Moments = {}

    def drive(number: int) -> None:
        time.sleep(pause * number / len(leases))  # real runs do not march in step
        ledger = Ledger()
        for event in _events(leases[number].run_id, count):
            for stored in store.log.append(leases[number], [event], ledger):
                moments[leases[number].run_id, stored.seq] = time.monotonic()
            time.sleep(pause)

    with ThreadPoolExecutor(len(leases)) as threads:
        list(threads.map(drive, range(len(leases))))
    return moments


def _events(run_id: str, count: int) -> Iterator[Event]:
    for _ in range(count - 1):
        yield StepStarted(
            run_id=run_id, step_number=3, description="x" * _BYTES, model="strong", attempt=1
        )
    yield Failed(
        run_id=run_id,
        code="cancelled",
        error="The end.",
        retryable=False,
        step_number=None,
        usage=Usage(),
        cost_usd=0.0,
        cost_estimated=False,
        model_calls=0,
    )


class Readers:
    """Another worker, that drives nothing and reads everything."""

    def __init__(self, url: str) -> None:
        self._store = Store(url)
        self._office = BackOffice(threads=4)
        self._elsewhere = Elsewhere(self._store.listener, lambda _run_id: None)
        self._tail = Tail(self._store.log, LiveRuns(), self._elsewhere, self._office)
        self._elsewhere.open()
        end = time.monotonic() + (0 if url.startswith("sqlite") else _LISTENING_SECONDS)
        while not self._store.listener.listening and time.monotonic() < end:
            time.sleep(0.01)

    def close(self) -> None:
        """Let go of the database."""
        self._office.close()
        self._store.close()

    def during(self, leases: list[Lease], work: Callable[[], Moments]) -> tuple[Moments, Moments]:
        """Read runs to their ends while some work is done; return both's moments."""
        read: Moments = {}
        thread = threading.Thread(target=lambda: asyncio.run(self._read_all(leases, read)))
        thread.start()
        stored = work()
        thread.join()
        return stored, read

    async def _read_all(self, leases: list[Lease], read: Moments) -> None:
        async with asyncio.timeout(_READING_SECONDS), asyncio.TaskGroup() as reading:
            for lease in leases:
                reading.create_task(self._read(lease.run_id, read))

    async def _read(self, run_id: str, read: Moments) -> None:
        async for heard in self._tail.follow(run_id, 1):
            for item in heard:
                if isinstance(item, Stored):
                    read[run_id, item.seq] = time.monotonic()
