"""The order of the steps, stated once."""

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from aqumen.events import Evidence, Final, Ruling, Step, Usage, now
from aqumen.judging.blinding import shuffled
from aqumen.judging.differentiation import Judged, judged
from aqumen.judging.findings import Findings
from aqumen.judging.gate import confidence_for
from aqumen.material import (
    Aim,
    Answer,
    Catalog,
    Categories,
    EarlierAttempt,
    Question,
    VerifiedMistake,
)
from aqumen.models.cancel import Cancel
from aqumen.steps.answer_question import AnswerQuestion
from aqumen.steps.contract import StepKind
from aqumen.steps.difficulty_categories import DifficultyCategories
from aqumen.steps.error_catalog import ErrorCatalog
from aqumen.steps.judgement import Judgement
from aqumen.steps.strategic_question import StrategicQuestion
from aqumen.steps.student_assessment import StudentAssessment

from .aim import aim_of
from .asking import ANSWERS, Desk, NeverValidated, Telling, Turn
from .judges import MID, WEAK, judgements
from .ladder import Climbed, Ladder
from .plan import Plan
from .result import Result
from .sampling import TEMPERATURE, Sampler
from .together import together

T = TypeVar("T")


@dataclass(slots=True)
class Course:
    """One run on its way through the steps."""

    plan: Plan
    desk: Desk
    result: Result
    earlier: list[EarlierAttempt] = field(default_factory=list)
    rejected: NeverValidated | None = None
    """How the newest attempt ended, if a step of it was rejected every time."""
    ruling: Ruling | None = None
    """What several answers of each model came to in the newest attempt, if they were taken."""

    def full(self) -> Telling[Final]:
        """Steps 1 to 7, of which 3 to 6 as often as it takes."""
        try:
            aim = yield from self._aim()
            catalog = yield from self._asked(2, ErrorCatalog(aim))
            for _ in range(self.plan.order.max_attempts):
                self.result.attempts += 1
                found = yield from self._attempt(aim, catalog)
                if found is not None:
                    question, verified = found
                    self.result.differentiated(verified, self.plan.order.rigor, self.ruling)
                    last = StudentAssessment(aim, question, verified)
                    assessment = yield from self._asked(7, last)
                    return self.result.question(assessment)
        except NeverValidated as rejected:
            return self.result.never_validated(rejected)
        if self.rejected is not None:
            return self.result.never_validated(self.rejected)
        return self.result.not_differentiated(self.earlier[-1], self.ruling)

    def categories(self) -> Telling[Final]:
        """Step 1 alone."""
        try:
            yield from self._categories()
        except NeverValidated as rejected:
            return self.result.never_validated(rejected)
        return self.result.categories()

    def rejudged(self) -> Telling[Final]:
        """Step 6 alone, on the remembered answers of one attempt."""
        try:
            aim = yield from self._aim()
            catalog = yield from self._asked(2, ErrorCatalog(aim))
            self.result.attempts = self.plan.rejudged_attempt
            question = yield from self._asked(3, StrategicQuestion(aim, catalog))
            mid, weak = yield from self._answers(aim, question)
            verdict = yield from self._judged(aim, catalog, question, mid, weak)
        except NeverValidated as rejected:
            return self.result.never_validated(rejected)
        self.result.words += verdict.words
        self.result.differentiated(verdict.verified, "single-sample")
        return self.result.rejudged()

    def _attempt(
        self, aim: Aim, catalog: Catalog
    ) -> Telling[tuple[Question, tuple[VerifiedMistake, ...]] | None]:
        """Steps 3 to 6, once; None if they did not differentiate, and why is remembered."""
        title, self.rejected, self.ruling = "(none)", None, None
        try:
            draft = StrategicQuestion(aim, catalog, tuple(self.earlier))
            question = yield from self._asked(3, draft)
            title = question.title
            mid, weak = yield from self._answers(aim, question)
            verdict = yield from self._judged(aim, catalog, question, mid, weak)
        except NeverValidated as rejected:
            self.rejected = rejected
            self.earlier.append(rejected.as_attempt(title))
            return None
        if self.plan.order.rigor != "single-sample":
            climbed = yield from self._climbed(aim, catalog, question, verdict)
            self.ruling, words = climbed.ruling, climbed.words
            verified, earlier = climbed.verified, climbed.earlier
        else:
            verified, earlier = verdict.verified, verdict.as_attempt(title)
            words = verdict.words
        self.result.words += words
        if verified:
            return question, verified
        self.earlier.append(earlier)
        return None

    def _climbed(
        self, aim: Aim, catalog: Catalog, question: Question, first: Judged
    ) -> Telling[Climbed]:
        """Step 6, with more answers of each model than the first."""
        order, cast = self.plan.order, self.plan.cast
        sampler = Sampler(self.desk, cast, aim, catalog, question, self.result.attempts)
        ladder = Ladder(sampler, order.rigor, confidence_for(order.max_attempts))
        return (yield from ladder.climb(first))

    def _aim(self) -> Telling[Aim]:
        self.result.aim = aim = aim_of(
            self.plan.order, (yield from self._categories()), self.desk.scope.run_id
        )
        return aim

    def _categories(self) -> Telling[Categories]:
        recalled = self._recalled()
        if recalled is None:
            kind = DifficultyCategories(self.plan.order.topic)
            return (yield from self._asked(1, kind))
        yield self.desk.started(Turn(1, 1, recalled.model))
        yield recalled
        return Categories.model_validate_json(recalled.response_full)

    def _recalled(self) -> Step | None:
        """Return step 1 as it need not be asked: told by this run, or by one before it."""
        told = self.desk.memory.answered(1, 1, 1)
        if told is not None:
            return None if told.calls else told
        order = self.plan.order
        earlier = self.plan.recall(order.topic) if order.subtopic else None
        return None if earlier is None else self._told_again(earlier)

    def _told_again(self, earlier: Step) -> Step:
        return earlier.model_copy(
            update={
                "run_id": self.desk.scope.run_id,
                "seq": 0,
                "timestamp": now(),
                "answer": 1,
                "duration_seconds": 0.0,
                "calls": (),
                "usage": Usage(),
                "cost_usd": 0.0,
                "cost_estimated": False,
                "reused_from": earlier.run_id,
            }
        )

    def _answers(self, aim: Aim, question: Question) -> Telling[tuple[Answer, Answer]]:
        """Steps 4 and 5, at the same time where the run may have two calls open."""
        one = self.plan.order.rigor == "single-sample"
        kind = AnswerQuestion(aim.topic, question, None if one else TEMPERATURE)
        for number in (4, 5):
            if self.desk.memory.exhausted(number, self.result.attempts, ANSWERS):
                yield from self._asked(number, kind)  # raises: it ended the attempt
        if self.desk.calls_at_once == 1:
            mid = yield from self._asked(4, kind)
            return mid, (yield from self._asked(5, kind))
        for number in (4, 5):
            # Told before either asks: what they then keep of their calls is one write with it.
            yield self.desk.started(self._turn(number))
        parts = [partial(self._answered, number, kind) for number in (4, 5)]
        calls = self.desk.calls_at_once
        mid, weak = yield from together(self.desk.scope.cancel, parts, calls)
        return mid, weak

    def _judged(
        self, aim: Aim, catalog: Catalog, question: Question, mid: Answer, weak: Answer
    ) -> Telling[Judged]:
        """Step 6: both answers judged blind by every judge, at the same time."""
        verdicts: list[Judged] = []

        def evidence(findings: dict[str, Findings]) -> tuple[Evidence, ...]:
            ours, theirs = (
                [findings[each.label] for each in asked if each.answer == tier]
                for tier in (MID, WEAK)
            )
            verdicts.append(judged(catalog, question, (mid, *ours), (weak, *theirs)))
            return verdicts[-1].evidence

        asked = judgements(self.plan.cast)
        run_id, attempt = self.desk.scope.run_id, self.result.attempts
        answers = {MID: mid, WEAK: weak}
        kinds = {
            each.label: Judgement(
                aim.topic,
                question,
                answers[each.answer],
                shuffled(catalog, f"{run_id} {attempt} {each.label}"),
            )
            for each in asked
        }
        models = {each.label: each.model for each in asked}
        turn = self._turn(6)
        yield self.desk.started(turn)
        yield from self.desk.answers(turn, kinds, evidence, models)
        return verdicts[-1]

    def _asked(self, step_number: int, kind: StepKind[T]) -> Telling[T]:
        """A step that puts one question."""
        yield self.desk.started(self._turn(step_number))
        return (yield from self._answered(step_number, kind, self.desk.scope.cancel))

    def _answered(self, step_number: int, kind: StepKind[T], cancel: Cancel) -> Telling[T]:
        """A step that has started; `cancel` may stop it alone, where another goes on beside it."""
        desk = replace(self.desk, scope=self.desk.scope.with_cancel(cancel))
        values = yield from desk.answers(self._turn(step_number), {"": kind})
        return values[""]

    def _turn(self, step_number: int) -> Turn:
        model = self.plan.cast.of(step_number)
        return Turn(step_number, max(self.result.attempts, 1), model)
