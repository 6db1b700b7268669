"""An honest small queue of offers, in memory: what DBOS is to the house, without DBOS."""

import threading
from collections.abc import Iterable

from aqumen.errors import QueueFailed
from aqumen.runs.dispatch import Take
from aqumen.store.records import Lease


class MemoryQueue:
    """Keeps offers; a test says when one is taken, lost or left behind."""

    def __init__(self) -> None:
        self.waiting: list[Lease] = []
        self.turns: dict[Lease, int] = {}
        self.at_work: set[Lease] = set()
        self.withdrawn: list[Lease] = []
        self.away = False
        self._take: Take = lambda _lease: None
        self._lock = threading.Lock()

    def open(self, take: Take) -> None:
        self._take = take

    def offer(self, lease: Lease, turn: int) -> None:
        with self._answering():
            self.turns[lease] = turn
            self.waiting.append(lease)
            self.waiting.sort(key=lambda each: self.turns.get(each, 0))

    def withdraw(self, leases: Iterable[Lease]) -> None:
        with self._answering():
            for lease in leases:
                self.withdrawn.append(lease)
                self.at_work.discard(lease)
                if lease in self.waiting:
                    self.waiting.remove(lease)

    def standing(self, leases: Iterable[Lease]) -> set[Lease]:
        with self._answering():
            return {lease for lease in leases if lease in self.waiting or lease in self.at_work}

    def taken(self) -> set[Lease]:
        with self._answering():
            return set(self.at_work)

    def tidy(self) -> None:
        """Nothing is kept."""

    def close(self, seconds: float) -> bool:
        del seconds
        return not self.at_work

    def take_next(self) -> None:
        """Have the first offer taken, to the end of its run."""
        lease = self.waiting.pop(0)
        self.at_work.add(lease)
        self._take(lease)
        self.at_work.discard(lease)

    def _answering(self) -> threading.Lock:
        if self.away:
            raise QueueFailed
        return self._lock
