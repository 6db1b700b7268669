"""Every model call of a run on one line of time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from . import sampling
from .board import Board, moment
from .parts import Call
from .places import Key
from .values import Answer, StepCard
from .wire import Step


@dataclass(frozen=True, slots=True)
class Failure:
    """A try that failed; seconds since the run began."""

    start: float
    end: float
    again: float
    """When the next try began."""
    code: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One model call; seconds since the run began."""

    key: Key
    answer: int
    """0 for one of a sample's calls; its name says which."""
    name: str
    model: str
    start: float
    """Of the try that was answered, or that is under way."""
    first: float | None
    """When its first token came; None where that is not known."""
    end: float
    failures: tuple[Failure, ...] = ()
    live: bool = False
    cost_usd: float = 0.0

    @property
    def begun(self) -> float:
        """When the first try began."""
        return self.failures[0].start if self.failures else self.start


Tries = dict[int, tuple[Failure, ...]]
"""By call of an answer."""


def bars(board: Board, now: datetime) -> tuple[Bar, ...]:
    """Return every call in the order in which they began; `now` is by the server's clock.

    Calls that another run has made are not among them.
    """
    begun = moment(board.start.timestamp) if board.start else None
    if begun is None:
        return ()
    clock = _Clock(begun, board.seconds(now))
    found = [bar for card in board.cards.values() for bar in _of_card(card, clock)]
    found += [_bar(key, call, clock, 0, call.label) for key, call in sampling.calls(board)]
    return tuple(sorted(found, key=lambda bar: (bar.key[0], bar.begun, bar.key)))


@dataclass(frozen=True, slots=True)
class _Clock:
    begun: datetime
    latest: float
    """The present, or the run's end."""

    def at(self, timestamp: str) -> float:
        """Return when something was, in seconds from the run's start; `latest` if unknown."""
        when = moment(timestamp)
        return (when - self.begun).total_seconds() if when else self.latest


def _of_card(card: StepCard, clock: _Clock) -> Iterator[Bar]:
    since = clock.at(card.started)
    for answer in card.answers:
        tries = _tries(answer, since, clock)
        if answer.done is None:
            yield from _open(card, answer, since, tries, clock)
        elif not answer.done.reused_from:
            yield from _answered(card, answer.done, tries, clock)
        since = clock.at(answer.done.timestamp) if answer.done else since
    if card.live and all(answer.done for answer in card.answers):
        yield _waiting(card, since, clock)


def _answered(card: StepCard, step: Step, tries: Tries, clock: _Clock) -> Iterator[Bar]:
    key = (card.attempt, card.number)
    for number, call in enumerate(step.calls, start=1):
        bar = _bar(key, call, clock, step.answer, call.label if len(step.calls) > 1 else "")
        yield replace(bar, failures=tries.get(number, ()))


def _bar(key: Key, call: Call, clock: _Clock, answer: int, name: str) -> Bar:
    start, first = clock.at(call.started_at), call.first_token_seconds
    return Bar(
        key,
        answer,
        name,
        call.model,
        start,
        None if first is None else start + first,
        start + call.duration_seconds,
        cost_usd=call.cost_usd,
    )


def _open(
    card: StepCard, answer: Answer, since: float, tries: Tries, clock: _Clock
) -> Iterator[Bar]:
    """Yield the calls of an answer that is not in; nobody says when their first token came."""
    numbers = sorted({*answer.writing, *tries} or {1})
    for number in numbers:
        failures = tries.get(number, ())
        yield Bar(
            (card.attempt, card.number),
            answer.number,
            f"Call {number}" if len(numbers) > 1 else "",
            card.model,
            min(failures[-1].again if failures else since, clock.latest),
            None,
            clock.latest,
            failures,
            live=card.live,
        )


def _waiting(card: StepCard, since: float, clock: _Clock) -> Bar:
    key, number = (card.attempt, card.number), len(card.answers) + 1
    return Bar(key, number, "", card.model, since, None, max(since, clock.latest), live=True)


def _tries(answer: Answer, since: float, clock: _Clock) -> Tries:
    """Return the tries that failed, by call; when the first of a call began is not told.

    It is taken to have begun when its step had, or the answer before it was in.
    """
    found: Tries = {}
    for retry in answer.retries:
        before = found.get(retry.call, ())
        at = clock.at(retry.timestamp)
        start = min(before[-1].again if before else since, at)
        failure = Failure(start, at, at + retry.wait_seconds, retry.code)
        found[retry.call] = (*before, failure)
    return found
