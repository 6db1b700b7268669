"""Who says when, and in which process, a stored run is driven."""

from collections.abc import Callable
from typing import Protocol

from aqumen.store.records import Lease

Work = Callable[[], None]
Take = Callable[[Lease], None]
Forget = Callable[[Lease], None]


class Dispatch(Protocol):
    """A bounded queue of runs.

    A place is reserved before a run is stored, so a full server refuses before anything exists.
    Runs that wait are begun for each owner in turn, so that none waits for all of another's.
    """

    here: bool
    """Whether this process drives what it is given; else any may take it, and this one holds it
    until then: it renews the lease, and ends it where that is asked for."""

    def open(self, take: Take, forget: Forget) -> None:
        """Begin to hand out runs.

        `take` drives a run from its log, if its lease is still the one that is given, and returns
        when that is over; `forget` is told of each lease on which another process has followed.
        Raises StoreFailed.
        """

    def reserve(self) -> None:
        """Take a place, to be used by `submit` or given back by `release`.

        Raises ServerFull, ShuttingDown or QueueFailed.
        """

    def release(self) -> None:
        """Give a reserved place back."""

    def submit(self, lease: Lease, work: Work, owner: str | None) -> None:
        """Have a run driven in its owner's turn; `work` does it here. Nobody's have one owner.

        Raises ShuttingDown, ServerFull or StoreFailed; the place is free then.
        """

    def waiting(self) -> dict[str, int]:
        """Return the positions of the runs that wait and were submitted here, from 1."""

    def withdraw(self, run_id: str) -> Work | None:
        """Take a run out of the queue and return its work; None if it has begun."""

    def close(self, seconds: float) -> bool:
        """Take no more work, forget the queue, wait for what goes on here; False if some does."""
