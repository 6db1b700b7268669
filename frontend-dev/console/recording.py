"""A run that is over, at any moment of it: a moment is the fold of the beginning of its log."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate

from . import wire
from .board import Board, moment
from .fold import fold
from .parts import Call
from .places import Key
from .stream import Message


class Recording:
    """The boards a run went through, and when; seconds count from its first event."""

    def __init__(self, stored: Iterable[Message]) -> None:
        """Take a run's stored events, in order."""
        messages = list(stored)
        boards = accumulate(messages, lambda board, each: fold(board, [each]), initial=Board())
        self._boards = list(boards)[1:]
        moments = [moment(board.heard) for board in self._boards]
        self._begun = next((each for each in moments if each is not None), None)
        self._times = list(accumulate(map(self._since, moments), max))
        self._answers = [
            (number, event)
            for number, message in enumerate(messages)
            if isinstance(event := wire.read(message.name, message.data), wire.Step)
        ]

    @property
    def seconds(self) -> float:
        """How long the run took, from its first event to its last."""
        return self._times[-1] if self._times else 0.0

    def at(self, seconds: float) -> Board:
        """Return the run as it stood then, with the texts that were being written.

        When each piece of a text came is not stored: it grows evenly, from its first token on.
        """
        number = bisect_right(self._times, seconds)
        if number == 0:
            return Board()
        return fold(self._boards[number - 1], self._written(number, seconds))

    def before(self, seconds: float) -> float:
        """Return when the last event before that came, 0 if none did."""
        number = bisect_left(self._times, seconds)
        return self._times[number - 1] if number else 0.0

    def after(self, seconds: float) -> float:
        """Return when the next event came, the end if none did."""
        number = bisect_right(self._times, seconds)
        return self._times[number] if number < len(self._times) else self.seconds

    def moment(self, seconds: float) -> datetime | None:
        """Return what the server's clock said then, None if that is not known."""
        return self._begun + timedelta(seconds=seconds) if self._begun else None

    def _since(self, then: datetime | None) -> float:
        return (then - self._begun).total_seconds() if then and self._begun else 0.0

    def _written(self, number: int, seconds: float) -> Iterator[Message]:
        """Yield what the answers that came next had of text, as the deltas that told of it."""
        live = {key for key, card in self._boards[number - 1].cards.items() if card.live}
        for step in self._next_answers(number, live):
            for place, call in enumerate(step.calls, start=1):
                if text := self._text(call, seconds):
                    yield _delta(step, place, text)

    def _next_answers(self, number: int, live: set[Key]) -> Iterator[wire.Step]:
        for _, step in self._answers[
            bisect_left(self._answers, number, key=lambda each: each[0]) :
        ]:
            if (key := (step.attempt, step.step_number)) in live:
                live.discard(key)
                yield step

    def _text(self, call: Call, seconds: float) -> str:
        begun = moment(call.started_at)
        if begun is None or self._begun is None:
            return ""
        first = self._since(begun) + (call.first_token_seconds or 0.0)
        length = self._since(begun) + call.duration_seconds - first
        share = (seconds - first) / length if length > 0 else 1.0
        return call.response[: max(int(share * len(call.response)), 0)] if seconds >= first else ""


def _delta(step: wire.Step, call: int, text: str) -> Message:
    place = {"step_number": step.step_number, "attempt": step.attempt, "answer": step.answer}
    return Message(0, "delta", place | {"call": call, "offset": 0, "text": text})
