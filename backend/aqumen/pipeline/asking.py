"""One step put to its model, and again until every answer is accepted."""

import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import TypeVar

from aqumen.errors import WorkerLost
from aqumen.events import (
    DESCRIPTIONS,
    Call,
    Check,
    Event,
    Evidence,
    Pause,
    Place,
    Step,
    StepStarted,
    Usage,
)
from aqumen.material import EarlierAttempt
from aqumen.models.asking import Asker, RunScope
from aqumen.models.cancel import Cancel
from aqumen.models.known import public_id
from aqumen.models.request import Request
from aqumen.steps.contract import StepKind
from aqumen.templates import Prompts

from .draft import Draft
from .memory import Memory
from .together import together

T = TypeVar("T")
Item = Event | Pause
Telling = Generator[Item, None, T]
"""A generator of what happens, whose value is what came of it."""

ANSWERS = 3
"""How many answers a step gets before it counts as failed."""

UNFIT = "What is stored of this run does not fit this version of the server. Start the run again."


class NeverValidated(Exception):
    """A step's last answer was rejected like those before."""

    def __init__(self, step_number: int, checks: tuple[Check, ...]) -> None:
        super().__init__(step_number)
        self.step_number = step_number
        failed = next((check for check in checks if not check.passed), None)
        self.check = failed.name if failed else "usable"
        self.detail = failed.detail if failed else ""

    @property
    def sentence(self) -> str:
        """What happened, for people."""
        step = f"Step {self.step_number} ({DESCRIPTIONS[self.step_number]})"
        return f"{step} was rejected {ANSWERS} times; the last answer failed {self.check!r}."

    def as_attempt(self, title: str) -> EarlierAttempt:
        """What step 3 is told about the attempt that ended so."""
        return EarlierAttempt(
            title=title, outcome="no_evidence", detail=f"{self.sentence} {self.detail}".strip()
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """Which step is asked, in which attempt, of whom, for which answer."""

    step_number: int
    attempt: int
    model: str
    answer: int = 1
    sample: str = ""
    """Which of several answers of the same model it is for, beyond the first."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What it takes to put a step to a model, within one run."""

    asker: Asker
    prompts: Prompts
    scope: RunScope
    calls_at_once: int
    memory: Memory = field(default_factory=Memory)

    def answers(
        self,
        turn: Turn,
        kinds: Mapping[str, StepKind[T]],
        evidence: Callable[[dict[str, T]], tuple[Evidence, ...]] = lambda _: (),
        models: Mapping[str, str] = MappingProxyType({}),
    ) -> Telling[dict[str, T]]:
        """Ask a step's questions at the same time, each until its answer is accepted.

        That the step has started is told before. `kinds` and the value are by label; so are
        `models`, of those who are asked in place of the turn's. Raises NeverValidated after
        `ANSWERS` answers, ModelFailed, what the run was stopped with, or WorkerLost where it does
        not follow what it told before.
        """
        drafts = [
            Draft(label, kind, self.prompts, self.scope.run_id, turn.attempt)
            for label, kind in kinds.items()
        ]
        for answer in range(1, ANSWERS + 1):
            open_drafts = [draft for draft in drafts if not draft.accepted]
            began = time.monotonic()
            turn = replace(turn, answer=answer)
            told = self.memory.answered(turn.step_number, turn.attempt, answer)
            if told is not None and not _fits(told, open_drafts):
                raise WorkerLost(UNFIT)
            calls = told.calls if told else (yield from self._round(turn, open_drafts, models))
            for draft, call in zip(open_drafts, calls, strict=True):
                draft.answered(call, self.scope.cancel)
            if told is not None and told.success != all(draft.accepted for draft in open_drafts):
                # Another release judged it otherwise: to ask again would be to tell a run twice.
                raise WorkerLost(UNFIT)
            values = _values(drafts)
            found = evidence(values) if len(values) == len(drafts) else ()
            yield told or self._step(turn, open_drafts, calls, found, time.monotonic() - began)
            if len(values) == len(drafts):
                return values
        raise NeverValidated(turn.step_number, _checks(drafts))

    def _round(
        self, turn: Turn, drafts: list[Draft[T]], models: Mapping[str, str]
    ) -> Telling[tuple[Call, ...]]:
        """Ask every draft once; return the calls in the drafts' order."""
        turns = [replace(turn, model=models.get(draft.label, turn.model)) for draft in drafts]
        parts = [
            partial(self.ask, each, call, draft)
            for call, (each, draft) in enumerate(zip(turns, drafts, strict=True), start=1)
        ]
        if len(parts) == 1:
            answers = [(yield from parts[0](self.scope.cancel))]
        else:
            answers = yield from together(self.scope.cancel, parts, self.calls_at_once)
        return tuple(answers)

    def ask(self, turn: Turn, call: int, draft: Draft[T], cancel: Cancel) -> Telling[Call]:
        """Put what a draft says to the turn's model, once."""
        place = Place(turn.step_number, turn.attempt, turn.answer, call)
        request = Request(
            model=turn.model,
            prompt=draft.prompt,
            tool=draft.ask.tool,
            max_tokens=draft.max_tokens,
            temperature=draft.ask.temperature,
            label=draft.label,
            metadata={"sample": turn.sample} if turn.sample else {},
            # Further answers are asked for in the same words; each judgement is about another.
            repeated=bool(turn.sample) and turn.step_number in (4, 5),
        )
        return (yield from self.asker.ask(request, place, self.scope.with_cancel(cancel)))

    def started(self, turn: Turn) -> StepStarted:
        """The event that a step begins."""
        return self.memory.started(turn.step_number, turn.attempt) or StepStarted(
            run_id=self.scope.run_id,
            step_number=turn.step_number,
            description=DESCRIPTIONS[turn.step_number],
            model=public_id(turn.model),
            attempt=turn.attempt,
        )

    def _step(
        self,
        turn: Turn,
        drafts: list[Draft[T]],
        calls: tuple[Call, ...],
        evidence: tuple[Evidence, ...],
        seconds: float,
    ) -> Step:
        response = _joined([(call.label, call.response) for call in calls])
        return Step(
            run_id=self.scope.run_id,
            step_number=turn.step_number,
            attempt=turn.attempt,
            answer=turn.answer,
            description=DESCRIPTIONS[turn.step_number],
            model=public_id(turn.model),
            success=all(draft.accepted for draft in drafts),
            duration_seconds=round(seconds, 3),
            prompt=_joined([(call.label, call.prompt) for call in calls]),
            response_preview=response[:500],
            response_full=response,
            checks=_checks(drafts),
            usage=sum((call.usage for call in calls), Usage()),
            cost_usd=sum(call.cost_usd for call in calls),
            cost_estimated=any(call.cost_estimated for call in calls),
            calls=calls,
            evidence=evidence,
        )


def _fits(told: Step, drafts: list[Draft[T]]) -> bool:
    return [call.label for call in told.calls] == [draft.label for draft in drafts]


def _values(drafts: list[Draft[T]]) -> dict[str, T]:
    return {draft.label: draft.value for draft in drafts if draft.accepted}


def _checks(drafts: list[Draft[T]]) -> tuple[Check, ...]:
    """Every draft's checks; told apart by label where there are several drafts."""
    if len(drafts) == 1:
        return drafts[0].checks
    return tuple(
        check.model_copy(update={"name": f"{draft.label}: {check.name}"})
        for draft in drafts
        for check in draft.checks
    )


def _joined(texts: list[tuple[str, str]]) -> str:
    if len(texts) == 1:
        return texts[0][1]
    return "\n\n".join(f"### {label}\n{text}" for label, text in texts)
