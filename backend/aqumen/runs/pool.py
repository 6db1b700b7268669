"""The run pool: a bounded number of threads behind a bounded queue."""

import contextvars
import logging
import threading
import time
from typing import NamedTuple

from aqumen.errors import ServerFull, ShuttingDown
from aqumen.store.records import Lease

from .dispatch import Forget, Take, Work
from .line import Line

logger = logging.getLogger(__name__)

_RETRY_AFTER_SECONDS = 10


class _Task(NamedTuple):
    name: str
    work: Work
    context: contextvars.Context


class Pool:
    """Threads that drive runs, made when they are needed and gone when they are not.

    A place is reserved before a run is stored, so a full server refuses before anything exists.
    What waits is begun for each owner in turn.
    """

    here = True

    def __init__(self, size: int, queue_size: int) -> None:
        self._size = size
        self._room = size + queue_size
        self._change = threading.Condition()
        self._queue: Line[_Task] = Line()
        self._taken = 0
        self._working = 0
        self._closed = False

    def open(self, take: Take, forget: Forget) -> None:
        """Nothing comes from elsewhere, and nothing is taken away."""

    def reserve(self) -> None:
        """Take a place, to be used by `submit` or given back by `release`.

        Raises ServerFull, or ShuttingDown.
        """
        with self._change:
            if self._closed:
                raise ShuttingDown
            if self._taken >= self._room:
                raise ServerFull(_RETRY_AFTER_SECONDS)
            self._taken += 1

    def release(self) -> None:
        """Give a reserved place back."""
        with self._change:
            self._taken -= 1

    def submit(self, lease: Lease, work: Work, owner: str | None) -> None:
        """Do the work in a reserved place, now or when its turn comes.

        Raises ShuttingDown, or ServerFull if the machine gives no thread; the place is free then.
        """
        task = _Task(lease.run_id, work, contextvars.copy_context())
        with self._change:
            if self._closed:
                self._taken -= 1
                raise ShuttingDown
            if self._working >= self._size:
                self._queue.join(owner, task.name, task)
                return
            self._working += 1
        self._start(task)

    def waiting(self) -> dict[str, int]:
        """Return the queued tasks' positions by name, counted from 1."""
        with self._change:
            return {name: place for place, name in enumerate(self._queue.names(), start=1)}

    def withdraw(self, run_id: str) -> Work | None:
        """Take a task out of the queue and return its work; None if it has begun."""
        with self._change:
            task = self._queue.leave(run_id)
            if task is None:
                return None
            self._taken -= 1
        return lambda: task.context.run(task.work)

    def close(self, seconds: float) -> bool:
        """Take no more work, forget the queue, wait for the threads; False if some go on."""
        end = time.monotonic() + seconds
        with self._change:
            self._closed = True
            self._taken -= self._queue.clear()
            return self._change.wait_for(lambda: self._working == 0, end - time.monotonic())

    def _start(self, task: _Task) -> None:
        thread = threading.Thread(target=self._work, args=(task,), name="aqumen-run", daemon=True)
        try:
            thread.start()
        except RuntimeError as refused:
            with self._change:
                self._working -= 1
                self._taken -= 1
            raise ServerFull(_RETRY_AFTER_SECONDS) from refused

    def _work(self, task: _Task | None) -> None:
        while task is not None:
            try:
                task.context.run(task.work)
            except Exception:
                logger.exception("run %s: its thread failed", task.name)
            task = self._next()

    def _next(self) -> _Task | None:
        with self._change:
            self._taken -= 1
            task = self._queue.next()
            if task is None:
                self._working -= 1
                self._change.notify_all()
            return task
