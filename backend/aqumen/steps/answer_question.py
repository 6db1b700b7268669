"""Ask a model to do the task; the same words for every model."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from aqumen.material import Answer, Question
from aqumen.models.request import Reply

from .checks import check
from .contract import Ask, Outcome
from .reading import completeness

_HEADING = re.compile(
    r"^[ \t]*#{2,4}[ \t]*\**(OUTPUT|RATIONALE|CONSIDERATIONS)\**:?\**[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)

_HALF = re.compile("[\ud800-\udfff]")


class _Sections(NamedTuple):
    output: str
    rationale: str
    considerations: str


@dataclass(frozen=True, slots=True)
class AnswerQuestion:
    """Steps 4 and 5."""

    topic: str
    question: Question
    temperature: float | None = None
    """None leaves it to the service."""
    any_form: bool = False
    """Whether an answer is taken without its headings: where only what it says counts."""

    def ask(self) -> Ask:
        """Return what to put to the model."""
        values = {"topic": self.topic, "question": self.question.told()}
        return Ask("answer_question", values, None, 4096, self.temperature)

    def accept(self, reply: Reply) -> Outcome[Answer]:
        """Check the answer's form; what it says is for the judge."""
        text = reply.text if _is_text(reply.text) else ""
        sections = _sections(text) or (_Sections(text, "", "") if self.any_form else None)
        checks = (
            *completeness(reply),
            check("text_given", _text_problems(text)),
            check("sections_present", _section_problems(sections)),
        )
        if sections is None or not all(each.passed for each in checks):
            return Outcome(checks, None)
        return Outcome(checks, Answer(text=text, **sections._asdict()))


def _is_text(text: str) -> bool:
    """Return False for half of a surrogate pair, which no event can carry."""
    return _HALF.search(text) is None


def _text_problems(text: str) -> list[str]:
    return [] if text.strip() else ["The answer holds no readable text."]


def _sections(text: str) -> _Sections | None:
    """Find the sections; a result may have headings like the last two, so their last ones count."""
    headings = [(found[1].upper(), found) for found in _HEADING.finditer(text)]
    output = next((found for name, found in headings if name == "OUTPUT"), None)
    last = next((found for name, found in reversed(headings) if name == "CONSIDERATIONS"), None)
    if output is None or last is None:
        return None
    between = [
        found
        for name, found in headings
        if name == "RATIONALE" and output.end() <= found.start() < last.start()
    ]
    if not between:
        return None
    middle = between[-1]
    return _Sections(
        text[output.end() : middle.start()].strip(),
        text[middle.end() : last.start()].strip(),
        text[last.end() :].strip(),
    )


def _section_problems(sections: _Sections | None) -> Iterator[str]:
    if sections is None:
        yield (
            "The answer needs three headings, each on its own line and in this order: "
            "### OUTPUT, ### RATIONALE, ### CONSIDERATIONS."
        )
    elif not sections.output:
        yield "Nothing stands under ### OUTPUT; put the whole result there."
