"""The only file that knows DBOS: a durable queue of runs, shared by all processes.

A workflow stands for one offer of a run, and has no steps: what happened to a run is in its log,
and neither DBOS's replay nor its recovery may have a word in it. So

- the application version is pinned: else offers made before a deploy would never be taken up;
- every process has an executor id of its own: with DBOS's default, a process that starts would
  go on with what its live siblings are doing;
- an offer of a process that died is cancelled, and a new one made, by whoever takes the run over.
"""

import logging
import math
from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions, error

from aqumen.errors import QueueFailed
from aqumen.runs.dispatch import Take
from aqumen.store.postgres import queue_engine
from aqumen.store.records import Lease

logger = logging.getLogger(__name__)

_APPLICATION = "aqumen"
_VERSION = "1"
"""Of what an offer says, not of the product: any release takes up what another has offered."""
_QUEUE = "aqumen-runs"
_WORKFLOW = "drive"
_OPEN = ["ENQUEUED", "PENDING"]
_OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_HIGHEST_PRIORITY = 1
"""DBOS's number for what goes first; higher ones go later."""
_POLL_SECONDS = 0.2
"""How often a process looks for work: half of it is the usual wait of a run that has room."""
_SPARE_THREADS = 8
"""For DBOS's own errands, beside those that drive runs."""
_CONNECTIONS = 5
"""DBOS's own to the database; the client that offers has as many."""
_KEPT_SECONDS = 600.0
"""How long an offer that is over is kept: longer than the minute that starts are counted over."""
_TIDIED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Rates:
    """How much may be going on."""

    here: int
    """Runs at once in this process."""
    everywhere: int | None = None
    """Runs at once in all processes; None for no limit but each one's own."""
    starts_per_minute: int | None = None
    """Over all processes; a run that is gone on with counts again."""


class Queue:
    """Offers of runs, by their turns; first come, first served where those are the same.

    Nothing waits for a database that is away: what needs it raises QueueFailed within seconds.
    """

    def __init__(self, url: str, worker: str, rates: Rates) -> None:
        self._url = url
        self._worker = worker
        self._rates = rates
        self._client: DBOSClient | None = None
        self._opened = ExitStack()
        self._at_work: set[Lease] = set()
        """What was taken here and is not over."""

    def open(self, take: Take) -> None:
        """Make the queue's tables, and have what is offered taken, each in a thread of its own."""
        if self._client is not None:
            return
        dbos = logging.getLogger("dbos")
        dbos.handlers = [*logging.getLogger("aqumen").handlers]
        dbos.addFilter(worth_saying)

        @DBOS.workflow(name=_WORKFLOW)
        def drive(run_id: str, epoch: int) -> None:
            self._take(Lease(run_id, epoch), take)

        with _translated():
            try:
                self._launch()
            except BaseException:
                DBOS.destroy(destroy_registry=True)
                self._opened.close()
                raise

    def offer(self, lease: Lease, turn: int) -> None:
        """Let any process take the run over from who holds this lease, after all earlier turns."""
        options = EnqueueOptions(
            workflow_name=_WORKFLOW,
            queue_name=_QUEUE,
            workflow_id=_id(lease),
            app_version=_VERSION,
            priority=_HIGHEST_PRIORITY + turn,
        )
        with self._asked() as client:
            client.enqueue(options, lease.run_id, lease.epoch)

    def withdraw(self, leases: Iterable[Lease]) -> None:
        """Make offers void, and free the room of those that were taken; unknown ones are fine."""
        if ids := [_id(lease) for lease in leases]:
            with self._asked() as client:
                client.cancel_workflows(ids)

    def standing(self, leases: Iterable[Lease]) -> set[Lease]:
        """Return which of these offers wait to be taken, or are taken."""
        ids = [_id(lease) for lease in leases]
        return set(self._listed(workflow_ids=ids, status=_OPEN)) if ids else set()

    def taken(self) -> set[Lease]:
        """Return the offers that take room: their process is at work on them, or is gone."""
        return set(self._listed(queue_name=_QUEUE, status="PENDING"))

    def tidy(self) -> None:
        """Forget some of what is long over."""
        before = (datetime.now(UTC) - timedelta(seconds=_KEPT_SECONDS)).isoformat()
        over = self._listed(status=_OVER, completed_before=before, limit=_TIDIED_AT_ONCE)
        if over:
            with self._asked() as client:
                client.delete_workflows([_id(lease) for lease in over])

    def close(self, seconds: float) -> bool:
        """Take nothing more, and wait about so long for what was taken; False if some goes on.

        No connection is left, even where DBOS ends badly: that is raised as QueueFailed.
        """
        if self._client is None:
            return True
        try:
            with _translated(), self._opened:
                DBOS.destroy(workflow_completion_timeout_sec=math.ceil(seconds))
        finally:
            self._client = None
        return not self._at_work

    def _launch(self) -> None:
        own = queue_engine(self._url, _CONNECTIONS)
        self._opened.callback(own.dispose)
        DBOS(config=self._config(own))
        DBOS.launch()
        self._register()
        asking = queue_engine(self._url, _CONNECTIONS)
        self._opened.callback(asking.dispose)
        self._client = DBOSClient(
            system_database_engine=asking,
            application_name=_APPLICATION,
            retry_connection_errors=False,
        )
        self._opened.callback(self._client.destroy)

    def _take(self, lease: Lease, take: Take) -> None:
        self._at_work.add(lease)
        try:
            take(lease)
        finally:
            self._at_work.discard(lease)

    def _register(self) -> None:
        rates = self._rates
        here = rates.here if rates.everywhere is None else min(rates.here, rates.everywhere)
        starts = rates.starts_per_minute
        DBOS.register_queue(
            _QUEUE,
            worker_concurrency=here,
            global_concurrency=rates.everywhere,
            limiter=None if starts is None else {"limit": starts, "period": 60.0},
            polling_interval_sec=_POLL_SECONDS,
            on_conflict="always_update",
        )

    def _config(self, engine: Any) -> DBOSConfig:
        return DBOSConfig(
            name=_APPLICATION,
            application_version=_VERSION,
            executor_id=self._worker,
            system_database_engine=engine,
            max_executor_threads=self._rates.here + _SPARE_THREADS,
            # Nobody waits for what a workflow says: its run says it.
            use_listen_notify=False,
            log_level="ERROR",
        )

    def _listed(self, **which: Any) -> list[Lease]:
        with self._asked() as client:
            found = client.list_workflows(
                name=_WORKFLOW, load_input=False, load_output=False, **which
            )
        return [_lease(each.workflow_id) for each in found]

    @contextmanager
    def _asked(self) -> Generator[DBOSClient]:
        if self._client is None:
            raise QueueFailed
        with _translated():
            yield self._client


def worth_saying(record: logging.LogRecord) -> bool:
    """Whether DBOS says something new: that an offer was withdrawn is this house's own doing."""
    raised = record.exc_info[1] if record.exc_info else None
    return not isinstance(raised, error.DBOSAwaitedWorkflowCancelledError)


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except Exception as failure:
        # DBOS lets through whatever its database driver raises.
        raise QueueFailed from failure


def _id(lease: Lease) -> str:
    return f"{lease.run_id}-{lease.epoch}"


def _lease(workflow_id: str) -> Lease:
    run_id, _, epoch = workflow_id.rpartition("-")
    return Lease(run_id, int(epoch))
