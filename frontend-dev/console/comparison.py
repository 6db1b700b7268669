"""Several runs side by side: which of their steps belong together, and what differs there.

A fork and a rejudgement keep the attempt numbers of the run they go on from, so that the same step
of the same attempt is the same place in all of them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .board import Board
from .parts import Evidence
from .places import SHARED, Place
from .values import StepCard
from .wire import Step
from .words import laid_out

MOST = 4
"""Runs that fit beside one another."""
JUDGING = 6

_KEY = re.compile(r'<\w+ key="([0-9a-f]{10})">')

Aspect = Literal["state", "model", "prompt", "answer", "verdict"]


@dataclass(frozen=True, slots=True)
class Aligned:
    """What several runs have at one place; None where a run has nothing."""

    place: Place
    cards: tuple[StepCard | None, ...]

    @property
    def steps(self) -> tuple[Step | None, ...]:
        """The answers that belong together."""
        return tuple(self._step(card) if card else None for card in self.cards)

    @property
    def answers(self) -> tuple[int, ...]:
        """The numbers of the answers that any of the runs has here."""
        cards = [card for card in self.cards if card is not None]
        return tuple(sorted({answer.number for card in cards for answer in card.answers}))

    @property
    def differs(self) -> tuple[Aspect, ...]:
        """In which respects any of the runs differs from the first, as far as both have come."""
        first, *others = map(_aspects, self.cards, self.steps)
        named = dict.fromkeys(aspect for each in (first, *others) for aspect in each)
        return tuple(
            aspect
            for aspect in named
            if any(
                other[aspect] != first[aspect]
                for other in others
                if aspect in other and aspect in first
            )
        )

    def _step(self, card: StepCard) -> Step | None:
        if not self.place.answer:
            return card.result
        numbered = (answer for answer in card.answers if answer.number == self.place.answer)
        return next((answer.done for answer in numbered), None)


def _aspects(card: StepCard | None, step: Step | None) -> Mapping[Aspect, object]:
    state: dict[Aspect, object] = {"state": card and card.state}
    if step is None:
        return state
    return state | {
        "model": step.model,
        "prompt": prompt_of(step),
        "answer": answer_of(step),
        "verdict": [(entry.mistake, *outcomes(entry)) for entry in step.evidence],
    }


def outcomes(entry: Evidence) -> tuple[str, str]:
    """Return what the mid-tier and the weak answer show of a mistake, a dispute called one."""
    return entry.in_mid.outcome, entry.in_weak.outcome


def prompt_of(step: Step) -> str:
    """Return a step's prompt without the keys that mark its data: those are new in every run."""
    prompt = step.prompt
    for key in set(_KEY.findall(prompt)):
        prompt = prompt.replace(key, "…")
    return prompt


def answer_of(step: Step) -> str:
    """Return a step's answer, what is data in it line by line."""
    if len(step.calls) < 2:
        return laid_out(step.response_full or step.response_preview)
    return "\n\n".join(f"### {call.label}\n{laid_out(call.response)}" for call in step.calls)


def aligned(boards: Sequence[Board], place: Place) -> Aligned:
    """Return what the runs have at a place."""
    return Aligned(place, tuple(board.cards.get(place.key) for board in boards))


def alignment(boards: Sequence[Board]) -> tuple[Aligned, ...]:
    """Return every place that any of the runs has reached, in order."""
    places = {Place(*key) for board in boards for key in board.cards}
    groundwork = {place for place in places if place.step <= SHARED}
    ordered = [*sorted(groundwork), *sorted(places - groundwork)]
    return tuple(aligned(boards, place) for place in ordered)


def first_difference(found: Sequence[Aligned]) -> Place | None:
    """Return the first place where the runs differ, else the first; None where there is none."""
    differing = (each.place for each in found if each.differs)
    return next(differing, found[0].place if found else None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one mistake in each of the runs; None where it was not judged."""

    mistake: str
    found: tuple[Evidence | None, ...]

    @property
    def changed(self) -> bool:
        """Whether two of the runs that judged it say different things."""
        said = {outcomes(entry) for entry in self.found if entry is not None}
        return len(said) > 1


def verdicts(judged: Sequence[Step | None]) -> tuple[Verdict, ...]:
    """Return what each judgement found of every mistake, in the catalogs' order."""
    by_run = [{entry.mistake: entry for entry in step.evidence} if step else {} for step in judged]
    mistakes = dict.fromkeys(mistake for found in by_run for mistake in found)
    return tuple(
        Verdict(mistake, tuple(found.get(mistake) for found in by_run)) for mistake in mistakes
    )


def last_judgement(board: Board) -> Step | None:
    """Return the judgement of the last attempt that came so far, None if none did."""
    return next(_judgements(board), None)


def _judgements(board: Board) -> Iterator[Step]:
    judged = [card for card in board.cards.values() if card.number == JUDGING]
    for card in sorted(judged, key=lambda card: -card.attempt):
        if card.result is not None:
            yield card.result
