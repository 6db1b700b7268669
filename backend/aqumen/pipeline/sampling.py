"""One more answer to an attempt's question, judged like the first one."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from aqumen.errors import ModelFailed
from aqumen.events import Call, Check, Phase, Reading, Sample, Tier
from aqumen.judging import panel, screen
from aqumen.judging.blinding import shuffled
from aqumen.judging.findings import Findings
from aqumen.material import Aim, Answer, Catalog, Question
from aqumen.models.cancel import Cancel
from aqumen.models.processor import PROCESSOR
from aqumen.steps.answer_question import AnswerQuestion
from aqumen.steps.contract import StepKind
from aqumen.steps.judgement import Judgement

from .asking import ANSWERS, Desk, Item, Telling, Turn
from .cast import JUDGES, JUDGING, Cast
from .draft import Draft
from .judges import judged_by

T = TypeVar("T")

TEMPERATURE = 1.0
"""Of answers that are taken several times, where the model takes one: they are to differ."""

_STEPS: dict[Tier, int] = {"mid": 4, "weak": 5}


@dataclass(frozen=True, slots=True)
class Spot:
    """Which of an attempt's answers it is."""

    phase: Phase
    tier: Tier
    index: int
    """1-based, of this model's answers in this phase."""

    @property
    def number(self) -> int:
        """1-based, of this model's answers in the attempt."""
        return self.index if self.phase == "screen" else screen.ANSWERS + self.index

    @property
    def step(self) -> int:
        """The step such an answer belongs to."""
        return _STEPS[self.tier]

    def judged_as(self, judge: int) -> int:
        """Return the number of a judgement among the calls of step 6; judges count from 0.

        Of each model's first answer it is the number that step 6 itself gives: no two judgements
        of an attempt share one, however many judges there are.
        """
        of_answer = len(JUDGES) * (self.number - 1) + judge
        return len(_STEPS) * of_answer + (1 if self.tier == "mid" else 2)

    @property
    def label(self) -> str:
        """It, in words."""
        return f"{self.tier}-tier answer, {self.phase} {self.index}"


def spot_of(sample: Sample) -> Spot:
    """Return which answer an event is about."""
    return Spot(sample.phase, sample.tier, sample.index)


def calls_of(sample: Sample) -> Iterator[tuple[int, int, int]]:
    """Yield step, attempt and number of the calls it may have been answered in, and judged in."""
    spot = spot_of(sample)
    yield spot.step, sample.attempt, spot.number
    for judge in range(len(JUDGES)):
        yield JUDGING, sample.attempt, spot.judged_as(judge)


def numbered_calls(sample: Sample) -> Iterator[tuple[int, Call]]:
    """Yield the calls that were made for it, each with the step it belongs to."""
    answered = spot_of(sample).step
    for place, call in enumerate(sample.calls):
        yield JUDGING if place else answered, call


class Taken(NamedTuple):
    """An answer that was taken, and what its judgement shows."""

    spot: Spot
    readings: tuple[Reading, ...]
    why_missing: str
    """Why it shows nothing; empty where it does."""
    calls: tuple[Call, ...]


class _Missing(Exception):
    """The answer says nothing."""


@dataclass(frozen=True, slots=True)
class Sampler:
    """Takes answers to one question."""

    desk: Desk
    cast: Cast
    aim: Aim
    catalog: Catalog
    question: Question
    attempt: int

    def take(self, spot: Spot, cancel: Cancel) -> Generator[Item | Taken]:
        """Ask for an answer and have it judged by each judge; the last item is what came of it.

        Answers that are cut short, refused or never come, and judgements that are never in form,
        show nothing. Raises a ModelFailed that other answers would meet as well.
        """
        calls: list[Call] = []
        readings: tuple[Reading, ...] = ()
        why = ""
        try:
            answer = yield from self._answer(spot, cancel, calls)
            opinions = yield from self._opinions(spot, answer, cancel, calls)
            readings = self._read(answer, opinions, cancel)
        except _Missing as missing:
            why = str(missing)
        except ModelFailed as failed:
            cancel.check()
            if not failed.retryable:
                raise
            why = failed.text
        yield Taken(spot, readings, why, tuple(calls))

    def _answer(self, spot: Spot, cancel: Cancel, calls: list[Call]) -> Telling[Answer]:
        kind = AnswerQuestion(self.aim.topic, self.question, TEMPERATURE, any_form=True)
        draft = self._draft(spot, kind)
        turn = Turn(spot.step, self.attempt, self.cast.of(spot.step), sample=spot.label)
        calls.append((yield from self.desk.ask(turn, spot.number, draft, cancel)))
        draft.answered(calls[-1], cancel)
        if not draft.accepted:
            # To ask again with what was wrong would not be the same question any more.
            raise _Missing(_told(draft.checks))
        return draft.value

    def _opinions(
        self, spot: Spot, answer: Answer, cancel: Cancel, calls: list[Call]
    ) -> Telling[list[Findings]]:
        # One after the other: an answer takes one of the run's places, whoever judges it.
        opinions: list[Findings] = []
        for judge in range(len(self.cast.judges)):
            opinions += [(yield from self._findings(spot, judge, answer, cancel, calls))]
        return opinions

    def _findings(
        self, spot: Spot, judge: int, answer: Answer, cancel: Cancel, calls: list[Call]
    ) -> Telling[Findings]:
        label = judged_by(judge, spot.label)
        entries = shuffled(self.catalog, f"{self.desk.scope.run_id} {self.attempt} {label}")
        kind = Judgement(self.aim.topic, self.question, answer, entries)
        draft = self._draft(spot, kind, label)
        for number in range(1, ANSWERS + 1):
            turn = Turn(JUDGING, self.attempt, self.cast.judges[judge], number, spot.label)
            calls.append((yield from self.desk.ask(turn, spot.judged_as(judge), draft, cancel)))
            draft.answered(calls[-1], cancel)
            if draft.accepted:
                return draft.value
        raise _Missing(f"Its judgement was rejected {ANSWERS} times. {_told(draft.checks)}")

    def _draft(self, spot: Spot, kind: StepKind[T], label: str = "") -> Draft[T]:
        desk = self.desk
        return Draft(label or spot.label, kind, desk.prompts, desk.scope.run_id, self.attempt)

    def _read(
        self, answer: Answer, opinions: list[Findings], cancel: Cancel
    ) -> tuple[Reading, ...]:
        with PROCESSOR.turn(cancel):
            return tuple(self._reading(entry.mistake, answer, opinions) for entry in self.catalog)

    def _reading(self, mistake: str, answer: Answer, opinions: list[Findings]) -> Reading:
        found = panel.found(mistake, opinions, answer, self.question)
        return Reading(
            mistake=mistake,
            presence=found.presence,
            quote=found.quote,
            reason=found.reason,
            judges=found.judges,
            disputed=found.disputed,
        )


def _told(checks: tuple[Check, ...]) -> str:
    """Return the first sentence of what was wrong; the rest is advice for the model."""
    detail = next((check.detail for check in checks if not check.passed), "It cannot be used.")
    return f"{detail.partition('. ')[0].rstrip('.')}."
