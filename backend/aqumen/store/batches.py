"""Work of several threads done in one transaction: committing many costs little more than one."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar, cast

from sqlalchemy import Connection

from aqumen.errors import AqumenError, StoreFailed, StoreRefused

from .engine import Database

T = TypeVar("T")

_MOST = 64
"""Jobs in one transaction; more would make the first of them wait."""
_WAIT_SECONDS = 120.0
"""How long a job waits for those before it, each batch of which is bound by the database's time."""


class Batches:
    """Takes jobs from any thread; whoever comes first does those that came while it waited.

    A job whose own check fails must not have written anything: the others' work is kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._waiting: deque[_Job[object]] = deque()
        self._led = False
        """Whether some thread is doing jobs, or has been told to."""

    def do(self, work: Callable[[Connection], T], order: str = "") -> T:
        """Do work in a transaction, shared or not; return its value when it is committed.

        Jobs that share one are done by their `order`: those who change the same rows in any
        process have to do so in the same one, or they wait for each other.

        Raises what the work raises, or StoreFailed if the database does not answer in time.
        """
        job = _Job(work, order)
        with self._lock:
            self._waiting.append(cast("_Job[object]", job))
            leads, self._led = not self._led, True
        if leads or self._must_lead(cast("_Job[object]", job)):
            self._lead()
        return job.outcome()

    def _must_lead(self, job: "_Job[object]") -> bool:
        """Wait until the job is done, or until it is this thread's turn to do it."""
        if job.told.wait(_WAIT_SECONDS):
            return job.leads
        with self._lock:
            if job in self._waiting and not job.leads:
                self._waiting.remove(job)
                raise StoreFailed
        # It is being done: whether it was is worth knowing, for what was done is not repeated.
        if not job.told.wait(_WAIT_SECONDS):
            raise StoreFailed
        return job.leads

    def _lead(self) -> None:
        """Do the oldest jobs, one's own among them, and pass the lead on."""
        with self._lock:
            jobs = [self._waiting.popleft() for _ in range(min(_MOST, len(self._waiting)))]
        jobs.sort(key=lambda job: job.order)
        try:
            self._do(jobs)
        finally:
            with self._lock:
                self._led = bool(self._waiting)
                if self._led:
                    self._waiting[0].leads = True
                    self._waiting[0].told.set()

    def _do(self, jobs: "list[_Job[object]]") -> None:
        failure = self._failure_of(jobs)
        if failure is not None and len(jobs) > 1 and not _is_away(failure):
            self._do_apart(jobs)
        elif failure is not None:
            for job in jobs:
                job.fail(failure)
        for job in jobs:
            job.told.set()

    def _do_apart(self, jobs: "list[_Job[object]]") -> None:
        """Do jobs one by one: a defect in one undid the work of all, and is to cost no other."""
        failure: Exception | None = None
        for job in jobs:
            # A database that has gone away meanwhile is not waited for again and again.
            if failure is None or not _is_away(failure):
                failure = self._failure_of([job])
            if failure is not None:
                job.fail(failure)

    def _failure_of(self, jobs: "list[_Job[object]]") -> Exception | None:
        """Do jobs in one transaction; return why nothing of it was kept, if so."""
        try:
            with self._database.write() as connection:
                for job in jobs:
                    job.run(connection)
        except Exception as error:  # noqa: BLE001 - raised in the threads whose work it was
            return error
        return None


def _is_away(failure: Exception) -> bool:
    """Whether it is the database that failed, and not what it was given."""
    return isinstance(failure, StoreFailed) and not isinstance(failure, StoreRefused)


class _Job(Generic[T]):
    """One thread's work, and what became of it."""

    def __init__(self, work: Callable[[Connection], T], order: str) -> None:
        self._work = work
        self.order = order
        self.told = threading.Event()
        """Set when the job is done, or when its thread is to do it."""
        self.leads = False
        """Whether its thread is to do it, and those behind it."""
        self._values: list[T] = []
        self._error: Exception | None = None

    def run(self, connection: Connection) -> None:
        """Do the work; only an error that is not the product's own goes on."""
        self._values, self._error = [], None
        try:
            self._values.append(self._work(connection))
        except AqumenError as error:
            self._error = error

    def fail(self, error: Exception) -> None:
        """Keep why the work was not done."""
        self._error = error
        if isinstance(error, StoreFailed):
            # One of its own for each thread: a raised error collects where it has been.
            self._error = type(error)(error.text)
            self._error.__cause__ = error.__cause__

    def outcome(self) -> T:
        """Return the work's value; raises what it raised."""
        if self._error is not None:
            raise self._error
        return self._values[0]
