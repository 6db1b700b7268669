"""What a run has spent."""

import threading
from dataclasses import dataclass, field

from aqumen.events import Usage


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens, dollars and calls, up to some moment of a run."""

    usage: Usage = field(default_factory=Usage)
    cost_usd: float = 0.0
    estimated: bool = False
    """Whether a call broke off before its usage arrived and was charged by its texts."""
    model_calls: int = 0
    """Calls that were answered, wholly or in part: those that cost money."""


class Ledger:
    """The sum of a run's model calls; safe to charge from several threads."""

    def __init__(self, spent: Spent | None = None) -> None:
        self._lock = threading.Lock()
        self._spent = spent or Spent()

    @property
    def spent(self) -> Spent:
        """The sum so far."""
        return self._spent

    def charge(self, usage: Usage, cost_usd: float, *, estimated: bool = False) -> None:
        """Add one model call."""
        with self._lock:
            before = self._spent
            self._spent = Spent(
                before.usage + usage,
                before.cost_usd + cost_usd,
                before.estimated or estimated,
                before.model_calls + 1,
            )
