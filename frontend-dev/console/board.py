"""A run as the console shows it, and what follows from its events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from . import parts, wire
from .places import SHARED, Key
from .values import Spent, StepCard, Trouble


@dataclass(frozen=True, slots=True)
class Board:
    """Everything known of one run, up to `seq`."""

    seq: int = 0
    start: wire.Start | None = None
    position: int | None = None
    """Its place in the queue, while it waits there."""
    cards: Mapping[Key, StepCard] = field(default_factory=dict)
    """In the order in which the steps began."""
    progress: wire.Progress | None = None
    samples: tuple[wire.Sample, ...] = ()
    gates: tuple[wire.Gate, ...] = ()
    final: wire.Final | None = None
    end: wire.Done | wire.Failed | None = None
    heard: str = ""
    """The server's timestamp of the last stored event."""

    @property
    def status(self) -> wire.Status:
        """How the run stands, in the API's words."""
        if isinstance(self.end, wire.Failed):
            return "cancelled" if self.end.code == "cancelled" else "failed"
        if self.end is not None:
            return "succeeded" if self.final and self.final.success else "no_question"
        return "running" if self.cards else "queued"

    @property
    def over(self) -> bool:
        """Whether the run has ended."""
        return self.end is not None

    @property
    def percent(self) -> int:
        """How far the run is, 0 to 100."""
        if isinstance(self.end, wire.Done):
            return 100
        return min(max(self.progress.percent, 0), 100) if self.progress else 0

    @property
    def attempt(self) -> int:
        """The attempt it is in, or was last in; 0 before there is one."""
        seen = [attempt for attempt, number in self.cards if number > SHARED]
        return max(seen, default=1 if self.cards else 0)

    @property
    def spent(self) -> Spent:
        """What the run has cost so far."""
        sums: wire.Failed | parts.Metadata | None
        sums = self.end if isinstance(self.end, wire.Failed) else None
        sums = sums or (self.final.metadata if self.final is not None else None)
        if sums is not None:
            return Spent(sums.usage, sums.cost_usd, sums.cost_estimated, sums.model_calls)
        total = Spent()
        for card in self.cards.values():
            total += card.spent
        return _at_least(total, self.progress)

    @property
    def trouble(self) -> Trouble | None:
        """Why there is no question; None while it runs and when there is one."""
        if isinstance(self.end, wire.Failed):
            return _broken(self, self.end)
        if self.end is not None and self.final is not None and not self.final.success:
            return _unsuccessful(self, self.final)
        return None

    def last_card(self, number: int | None) -> StepCard | None:
        """Return the latest card of a step; of any step when none is named."""
        fitting = [card for card in self.cards.values() if number in {None, card.number}]
        return fitting[-1] if fitting else None

    def seconds(self, now: datetime) -> float:
        """Return how long the run has taken at `now`, by the server's clock."""
        if isinstance(self.end, wire.Done) and self.end.total_duration_seconds:
            return self.end.total_duration_seconds
        begun = moment(self.start.timestamp) if self.start else None
        heard = moment(self.heard)
        if begun is None:
            return 0.0
        until = heard if self.over and heard else max(now, heard or now)
        return max((until - begun).total_seconds(), 0.0)


def moment(timestamp: str) -> datetime | None:
    """Return a wire timestamp as a moment, None if it is not one."""
    try:
        read = datetime.fromisoformat(timestamp)
    except ValueError:
        return None
    return read if read.tzinfo else None


def _at_least(total: Spent, progress: wire.Progress | None) -> Spent:
    """Return what the server says was spent, where it says so: calls under way count there."""
    if progress is None or progress.usage is None:
        return total
    return Spent(
        progress.usage, progress.cost_usd or 0.0, total.estimated, progress.model_calls or 0
    )


def _broken(board: Board, end: wire.Failed) -> Trouble:
    card = board.last_card(end.step_number)
    return Trouble(
        sentence=end.error or "The run ended without saying why.",
        step_number=card.number if card else end.step_number,
        step=card.description if card else "",
        attempt=card.attempt if card else None,
        code=end.code,
        retryable=end.retryable,
    )


def _unsuccessful(board: Board, final: wire.Final) -> Trouble:
    rejected = [card for card in board.cards.values() if card.state == "failed"]
    in_last = [card for card in rejected if card.attempt == board.attempt]
    card = in_last[-1] if in_last else board.last_card(final.stopped_at_step)
    failed = card.result.failed_checks if card and card.result else ()
    sentence = final.reason or "The run ended without a question."
    detail = failed[0].detail if failed else ""
    return Trouble(
        sentence=sentence,
        detail="" if detail.rstrip(".") in sentence else detail,
        step_number=card.number if card else final.stopped_at_step or None,
        step=card.description if card else "",
        attempt=card.attempt if card else final.total_attempts or None,
        check=failed[0].name if failed else "",
    )
