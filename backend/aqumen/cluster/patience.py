"""What is to be believed only after it has been so for a while."""

import time
from collections.abc import Iterable

from aqumen.store.records import Lease


class Overdue:
    """Remembers since when leases have been in a state that should not last."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: dict[Lease, float] = {}

    def among(self, found: Iterable[Lease]) -> set[Lease]:
        """Return those that have been found each time for so long."""
        now = time.monotonic()
        self._since = {lease: self._since.get(lease, now) for lease in found}
        return {lease for lease, since in self._since.items() if now - since >= self._seconds}
