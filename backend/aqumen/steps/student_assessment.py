"""Ask for the exercise in which students spot the mistakes that were really made."""

from collections.abc import Iterator
from dataclasses import dataclass

from aqumen.events import Assessment, Check, Span
from aqumen.judging.names import key
from aqumen.material import Aim, Question, VerifiedMistake
from aqumen.models.request import Reply, Tool

from . import schema
from .assessment_form import AssessmentForm, form_checks
from .checks import check, shown
from .contract import Ask, Outcome
from .reading import read
from .relevance import shows
from .retelling import verified_told
from .spans import marked

TOOL = Tool(
    name="student_assessment_tool",
    description="Record the exercise.",
    schema=schema.record(
        title=schema.text("One line, at most 120 characters; does not give a mistake away."),
        difficulty=schema.choice(
            ["Beginner", "Intermediate", "Advanced", "Expert"], "As given in the task."
        ),
        content_type=schema.text("What the content is: code, prose, math, table, query, ..."),
        content=schema.several(
            schema.text("One line, without a line break."), 24, 60, "The lines, in order."
        ),
        errors=schema.several(
            schema.record(
                id=schema.text("The exact text between << and >> of one span."),
                description=schema.text("What is wrong there; at most 150 characters."),
                mistake=schema.text("The name of the mistake it is, copied from the list."),
            ),
            1,
            5,
            "One for each span.",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class StudentAssessment:
    """Step 7."""

    aim: Aim
    question: Question
    verified: tuple[VerifiedMistake, ...]

    def ask(self) -> Ask:
        """Return what to put to the model."""
        values = {
            **self.aim.model_dump(),
            "question": self.question.told(),
            "mistakes": verified_told(self.verified),
        }
        return Ask("student_assessment", values, TOOL, max_tokens=6144)

    def accept(self, reply: Reply) -> Outcome[Assessment]:
        """Check the exercise's form, and that each error is a mistake that was really made."""
        return read(reply, AssessmentForm, self._checks, self._assessment)

    def _checks(self, form: AssessmentForm) -> tuple[Check, ...]:
        return (
            *form_checks(form),
            check("mistakes_verified", self._unverified(form)),
            check("mistakes_shown", self._unrelated(form)),
        )

    def _mistakes(self) -> dict[str, VerifiedMistake]:
        return {key(each.mistake.mistake): each for each in self.verified}

    def _unverified(self, form: AssessmentForm) -> Iterator[str]:
        known = self._mistakes()
        for error in form.errors:
            if key(error.mistake) not in known:
                names = "; ".join(each.mistake.mistake for each in self.verified)
                yield (
                    f"The error {shown(error.id)} names {shown(error.mistake)}, which is not in "
                    f"the list; `mistake` must be one of: {names}."
                )

    def _unrelated(self, form: AssessmentForm) -> Iterator[str]:
        known = self._mistakes()
        for error in form.errors:
            verified = known.get(key(error.mistake))
            if verified and not shows((error.id, error.description), verified):
                yield (
                    f"Neither the span nor the description of {shown(error.id)} shares two words "
                    f"with the mistake {shown(verified.mistake.mistake)}, its look or its quote; "
                    "say in its words what is wrong, or mark the place where it is made."
                )

    def _assessment(self, form: AssessmentForm) -> Assessment:
        known = self._mistakes()
        lines = {span.text: span.line for span in marked(form.content)}
        return Assessment(
            title=form.title,
            difficulty=self.aim.difficulty,
            content_type=form.content_type,
            code=form.content,
            content=form.content,
            errors=tuple(
                Span(
                    id=error.id,
                    description=error.description,
                    mistake=known[key(error.mistake)].mistake.mistake,
                    line=lines[error.id],
                )
                for error in form.errors
            ),
        )
