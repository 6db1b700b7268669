"""What is asked of a queue that several processes share."""

from collections.abc import Iterable
from typing import Protocol

from aqumen.runs.dispatch import Take
from aqumen.store.records import Lease


class Offers(Protocol):
    """Offers of runs; each names the lease of the one who holds the run.

    Nothing waits for a queue that is away: everything but `close` raises QueueFailed then.
    """

    def open(self, take: Take) -> None:
        """Have what is offered taken, each in a thread of its own."""

    def offer(self, lease: Lease, turn: int) -> None:
        """Let any process take the run over from who holds this lease, after all earlier turns."""

    def withdraw(self, leases: Iterable[Lease]) -> None:
        """Make offers void, and free the room of those that were taken; unknown ones are fine."""

    def standing(self, leases: Iterable[Lease]) -> set[Lease]:
        """Return which of these offers wait to be taken, or are taken."""

    def taken(self) -> set[Lease]:
        """Return the offers that take room: their process is at work on them, or is gone."""

    def tidy(self) -> None:
        """Forget some of what is long over."""

    def close(self, seconds: float) -> bool:
        """Take nothing more, and wait about so long for what was taken; False if some goes on."""
