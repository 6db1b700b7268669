"""Work of several threads done in one transaction: committing many costs little more than one."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar, cast

from sqlalchemy import Connection

from aqumen.errors import AqumenError, StoreFailed

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

    def do(self, work: Callable[[Connection], T]) -> T:
        """Do work in a transaction, shared or not; return its value when it is committed.

        Raises what the work raises, or StoreFailed if the database does not answer in time.
        """
        job = _Job(work)
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
        try:
            self._do(jobs)
        finally:
            with self._lock:
                self._led = bool(self._waiting)
                if self._led:
                    self._waiting[0].leads = True
                    self._waiting[0].told.set()

    def _do(self, jobs: "list[_Job[object]]") -> None:
        try:
            with self._database.write() as connection:
                for job in jobs:
                    job.run(connection)
        except StoreFailed as failed:
            for job in jobs:
                job.fail(failed)
        except Exception as error:  # noqa: BLE001 - raised in the threads whose work it was
            if len(jobs) == 1:
                jobs[0].fail(error)
                return
            # A defect in one job undid the work of all: it is to cost nobody else anything.
            for job in jobs:
                self._do([job])
        for job in jobs:
            job.told.set()


class _Job(Generic[T]):
    """One thread's work, and what became of it."""

    def __init__(self, work: Callable[[Connection], T]) -> None:
        self._work = work
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
        # One of its own for each thread: a raised error collects where it has been.
        self._error = StoreFailed(error.text) if isinstance(error, StoreFailed) else error
        self._error.__cause__ = error.__cause__

    def outcome(self) -> T:
        """Return the work's value; raises what it raised."""
        if self._error is not None:
            raise self._error
        return self._values[0]
