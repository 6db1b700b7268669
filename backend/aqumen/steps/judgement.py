"""Ask a judge, who knows nothing of its author, which mistakes one answer makes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from aqumen.events import Check
from aqumen.judging.findings import Finding, Findings
from aqumen.judging.names import key
from aqumen.material import Answer, Mistake, Question
from aqumen.models.request import Reply, Tool

from . import schema
from .checks import check, shown
from .contract import Ask, Outcome
from .reading import Form, read
from .retelling import entries_told


def _lowered(word: object) -> object:
    return word.strip().lower() if isinstance(word, str) else word


class _Finding(Form):
    mistake: str
    quote: str = ""
    reason: str
    present: Annotated[Literal["yes", "no", "unsure"], BeforeValidator(_lowered)]


class _FindingsForm(Form):
    findings: tuple[_Finding, ...]
    quality_score: int = Field(ge=1, le=10)


# The order of the fields is the order in which they are written: first what is there, then what
# it means, then the verdict.
TOOL = Tool(
    name="judge_decision_tool",
    description="Record one finding for each entry of the list.",
    schema=schema.record(
        findings={
            "type": "array",
            "description": "One finding for each entry, in the order of the list.",
            "items": schema.record(
                mistake=schema.text("The entry's name, copied from the list."),
                quote=schema.text("Words copied from the answer, or an empty text."),
                reason=schema.text("What the quoted words do or do not show; 1-2 sentences."),
                present=schema.choice(["yes", "no", "unsure"], "Whether the answer makes it."),
            ),
        },
        quality_score={
            "type": "integer",
            "minimum": 1,
            "maximum": 10,
            "description": "The answer as a whole: 1 useless, 10 excellent.",
        },
    ),
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Step 6, for one answer; `entries` come shuffled."""

    topic: str
    question: Question
    answer: Answer
    entries: tuple[Mistake, ...]

    def ask(self) -> Ask:
        """Return what to put to the model."""
        values = {
            "topic": self.topic,
            "question": self.question.told(),
            "answer": self.answer.text,
            "entries": entries_told(self.entries),
        }
        return Ask("judge_answer", values, TOOL, max_tokens=4096, temperature=0.0)

    def accept(self, reply: Reply) -> Outcome[Findings]:
        """Check that each entry has its finding; whether quotes are there is not looked at."""
        return read(reply, _FindingsForm, self._checks, self._findings)

    def _checks(self, form: _FindingsForm) -> tuple[Check, ...]:
        names = {key(entry.mistake): entry.mistake for entry in self.entries}
        found = Counter(key(finding.mistake) for finding in form.findings)
        return (
            check("entries_known", _unknown(form, names)),
            check("entries_complete", _unjudged(names, found)),
            check("entries_once", _repeated(names, found)),
            check("quotes_given", _unquoted(form)),
        )

    def _findings(self, form: _FindingsForm) -> Findings:
        names = {key(entry.mistake): entry.mistake for entry in self.entries}
        return Findings(
            findings=tuple(
                Finding(**{**each.model_dump(), "mistake": names[key(each.mistake)]})
                for each in form.findings
            ),
            quality_score=form.quality_score,
        )


def _unknown(form: _FindingsForm, names: dict[str, str]) -> Iterator[str]:
    for finding in form.findings:
        if key(finding.mistake) not in names:
            yield f"{shown(finding.mistake)} is no entry of the list; copy the names exactly."


def _unjudged(names: dict[str, str], found: Counter[str]) -> Iterator[str]:
    for each, name in names.items():
        if each not in found:
            yield f"The entry {shown(name)} has no finding; give one."


def _repeated(names: dict[str, str], found: Counter[str]) -> Iterator[str]:
    for each, name in names.items():
        if found[each] > 1:
            yield f"The entry {shown(name)} has {found[each]} findings; give one."


def _unquoted(form: _FindingsForm) -> Iterator[str]:
    for finding in form.findings:
        if finding.present == "yes" and not finding.quote:
            yield (
                f'The finding on {shown(finding.mistake)} says "yes" without a quote; copy the '
                "words of the answer that show it, or change the verdict."
            )
