"""A run without a pipeline: the real steps put to a mind, one after the other."""

import json
from dataclasses import dataclass, field
from typing import TypeVar

from aqumen.events import Assessment, Difficulty, Usage
from aqumen.judging.differentiation import Judged, judged
from aqumen.judging.findings import Findings
from aqumen.material import Aim, Answer, Catalog, Categories, EarlierAttempt, Question
from aqumen.models.request import Reply
from aqumen.simulator.mind import Asked, Mind
from aqumen.steps.answer_question import AnswerQuestion
from aqumen.steps.contract import Ask, StepKind
from aqumen.steps.difficulty_categories import DifficultyCategories
from aqumen.steps.error_catalog import ErrorCatalog
from aqumen.steps.judgement import Judgement
from aqumen.steps.rejection import rejected
from aqumen.steps.strategic_question import StrategicQuestion
from aqumen.steps.student_assessment import StudentAssessment
from aqumen.templates import Prompts

T = TypeVar("T")

STRONG, MID, WEAK = "us.strong-v1", "us.mid-v1", "us.anthropic.claude-haiku-v1:0"
KEY = "4f1d0c77ab"


@dataclass
class Attempted:
    """One attempt, as far as step 6."""

    question: Question
    mid: Answer
    weak: Answer
    verdict: Judged


@dataclass
class Play:
    """What a run on a topic comes to; `answers` counts how often each step was asked."""

    mind: Mind
    topic: str
    prompts: Prompts = field(default_factory=Prompts.shipped)
    answers: dict[str, list[int]] = field(default_factory=dict)
    earlier: list[EarlierAttempt] = field(default_factory=list)

    def categories(self) -> Categories:
        """Step 1."""
        return self.step(STRONG, DifficultyCategories(self.topic))

    def aim(self, difficulty: Difficulty = "Advanced", subtopic: str | None = None) -> Aim:
        """The aim a run would have: the subtopic given, or the level's first."""
        chosen = subtopic or self.categories().of(difficulty)[0]
        return Aim(topic=self.topic, difficulty=difficulty, subtopic=chosen)

    def catalog(self, aim: Aim) -> Catalog:
        """Step 2."""
        return self.step(STRONG, ErrorCatalog(aim))

    def attempt(self, aim: Aim, catalog: Catalog) -> Attempted:
        """Steps 3 to 6, once; what came of it is told to the next attempt."""
        question = self.step(STRONG, StrategicQuestion(aim, catalog, tuple(self.earlier)))
        kind = AnswerQuestion(self.topic, question)
        mid, weak = self.step(MID, kind), self.step(WEAK, kind)
        verdict = judged(
            catalog,
            question,
            (mid, self.judgement(question, mid, catalog)),
            (weak, self.judgement(question, weak, catalog[::-1])),
        )
        self.earlier.append(verdict.as_attempt(question.title))
        return Attempted(question, mid, weak, verdict)

    def judgement(self, question: Question, answer: Answer, entries: Catalog) -> Findings:
        """Half of step 6."""
        return self.step(STRONG, Judgement(self.topic, question, answer, entries))

    def assessment(self, aim: Aim, attempted: Attempted) -> Assessment:
        """Step 7."""
        return self.step(
            STRONG, StudentAssessment(aim, attempted.question, attempted.verdict.verified)
        )

    def step(self, model: str, kind: StepKind[T]) -> T:
        """Ask until an answer is accepted, three times at most."""
        ask = kind.ask()
        filled = self.prompts[ask.template].fill({**ask.values, "key": KEY})
        prompt = filled
        failed = []
        for answer in (1, 2, 3):
            reply = self._reply(model, prompt, ask)
            outcome = kind.accept(reply)
            if outcome.value is not None:
                self.answers.setdefault(ask.template, []).append(answer)
                return outcome.value
            failed = [each for each in outcome.checks if not each.passed]
            prompt = filled + rejected(self.prompts, KEY, outcome.checks, reply.text)
        raise AssertionError(failed)

    def _reply(self, model: str, prompt: str, ask: Ask) -> Reply:
        said = self.mind.answer(Asked(model, prompt, ask.tool.name if ask.tool else None))
        text = json.dumps(said.tool_input) if ask.tool else said.text or ""
        return Reply(
            text=text,
            tool_input=said.tool_input,
            stop_reason="tool_use" if ask.tool else "end_turn",
            usage=Usage(),
            duration_seconds=0.0,
            first_token_seconds=None,
        )
