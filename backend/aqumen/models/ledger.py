"""What a run has spent, and what it is about to spend."""

import threading
from dataclasses import dataclass, field, replace

from aqumen.events import Place, Usage


@dataclass(frozen=True, slots=True)
class Opening:
    """A try of a model call on its way, at what it costs if nothing more is heard of it."""

    place: Place
    usage: Usage
    cost_usd: float


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens, dollars and calls, up to some moment of a run."""

    usage: Usage = field(default_factory=Usage)
    cost_usd: float = 0.0
    estimated: bool = False
    """Whether a call broke off before its usage arrived and was charged by its texts."""
    model_calls: int = 0
    """Calls that were answered, wholly or in part: those that cost money."""
    open: tuple[Opening, ...] = ()
    """Calls on their way, which the sums do not hold yet."""

    def plus(self, usage: Usage, cost_usd: float, *, estimated: bool) -> "Spent":
        """Return the sums with one more call."""
        return replace(
            self,
            usage=self.usage + usage,
            cost_usd=self.cost_usd + cost_usd,
            estimated=self.estimated or estimated,
            model_calls=self.model_calls + 1,
        )

    def given_up(self) -> "Spent":
        """Return the sums if nothing more is heard of the open calls: each counts once."""
        spent = replace(self, open=())
        for opening in self.open:
            spent = spent.plus(opening.usage, opening.cost_usd, estimated=True)
        return spent


class Ledger:
    """The sum of a run's model calls; safe to use from several threads."""

    def __init__(self, spent: Spent | None = None) -> None:
        self._lock = threading.Lock()
        self._spent = spent or Spent()
        self._news = Spent()

    @property
    def spent(self) -> Spent:
        """The sum so far, and the calls that are on their way, as of one moment."""
        return self._spent

    def open(self, opening: Opening) -> None:
        """Note a call that is about to be made."""
        with self._lock:
            self._spent = replace(self._spent, open=(*self._spent.open, opening))

    def charge(
        self, opening: Opening, usage: Usage, cost_usd: float, *, estimated: bool = False
    ) -> None:
        """Close a call that cost something."""
        with self._lock:
            self._spent = self._without(opening).plus(usage, cost_usd, estimated=estimated)
            self._news = self._news.plus(usage, cost_usd, estimated=estimated)

    def news(self) -> Spent:
        """Return what was charged since this was last asked: each call once, by who paid it."""
        with self._lock:
            news, self._news = self._news, Spent()
        return news

    def drop(self, opening: Opening) -> None:
        """Close a call that cost nothing."""
        with self._lock:
            self._spent = self._without(opening)

    def _without(self, closed: Opening) -> Spent:
        left = tuple(opening for opening in self._spent.open if opening is not closed)
        return replace(self._spent, open=left)
