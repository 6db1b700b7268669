"""Ask for a task in which the catalog's mistakes can be made, without planting one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from aqumen.events import Check
from aqumen.judging.names import key
from aqumen.material import Aim, ArtifactType, Catalog, EarlierAttempt, Question
from aqumen.models.request import Reply, Tool

from . import schema
from .checks import check, shown
from .contract import Ask, Outcome
from .reading import Form, read
from .retelling import attempts_told, catalog_told

# To speak of mistakes is allowed: of bugs in a tracker, or of a program that finds some. What is
# refused has the solver look for mistakes in work that is given: by an order, which stands at the
# beginning of a sentence, or by saying that what is given is wrong.
_SENTENCE = re.compile(r"[^.!?:;\n]+")
_FAULT = r"(?:bug|mistake|flaw|error)s?\b"
_WORK = r"""(?:code|snippet|implementation|program|function|class|query|script|solution|proof
    |derivation|calculation|draft|text|passage|email|plan|manifest|sql|yaml|json|configuration
    |schema|test)\b(?!['\u2019])"""
_FAULTY = rf"(?:buggy|faulty|flawed|erroneous)\s+{_WORK}"
_SHOWN = rf"""(?:below|above|here
    |in\s+(?:it|them|(?:this|these|the|our|my)\s+(?:\w+\s+){{0,2}}?{_WORK}))\b"""
_LOOK = r"""(?:find|spot|locate|identify|hunt\s+down|point\s+out|fix|correct|debug)
    (?:\s+and\s+\w+)?\b"""
# Bugs that are open or known stand in a tracker; planted ones are not announced like that.
_COUNTED = r"(?:(?!(?:open|known|reported|filed|fixed)\b)\w+\s+){0,3}?"

_ORDER = re.compile(
    rf"""(?:please|now|then|first|next)?\s*
         (?:can\s+you|you\s+(?:must|should|have\s+to|need\s+to|are\s+to)|your\s+\w+\s+is\s+to)?\s*
         (?:(?:review|read|study|examine|inspect|check|analy[sz]e|look\s+at|go\s+through|run|test)\b
            .{{0,100}}?(?:,|\b(?:and|to))\s+(?:then\s+)?)?
         (?: {_LOOK}\s+(?:[\w'\u2019-]+\s+){{0,3}}?{_FAULT}\s+(?:that\s+\w+\s+\w+\s+)?{_SHOWN}
           | {_LOOK}\s+(?:the|all|any|every|each|this|these|its|their|both|two|three|\d+)\s+
                (?:[\w'\u2019-]+\s+){{0,2}}?{_FAULT}\s*(?:$|[,)]|and\b)
           | {_LOOK}\s+(?:\w+\s+){{0,2}}?{_FAULTY}
           | (?:(?:say|tell|state|describe|explain|show|decide|find\s+out)\s+)?
                what(?:['\u2019]s|\s+is)\s+wrong\s*(?:$|{_SHOWN}|with\s+(?:it|this|these|the)\b)
         )
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Not errors, which tasks about their handling name; bugs "to" and "of" something are a tracker's.
_SOUGHT = re.compile(
    rf"""\b{_LOOK}\s+(?:the|all|every|each|this|these|its|their|both|an?|two|three|\d+)\s+
         (?:[\w'\u2019-]+\s+){{0,2}}?(?:bug|mistake|flaw)s?\b(?!\s+(?:to|of)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_PLANTED = re.compile(
    rf"""\b(?:the|this|these|following|given)\s+(?:\w+\s+){{0,2}}?{_WORK}\s+(?:below\s+|above\s+)?
            (?:contains?|has|have)\s+{_COUNTED}{_FAULT}
       | \b{_WORK}\s+(?:below|above)\s+(?:contains?|has|have)\s+{_COUNTED}{_FAULT}
       | \bthere(?:['\u2019]s|\s+is|\s+are)\s+{_COUNTED}{_FAULT}\s+{_SHOWN}
       | \b(?:here(?:['\u2019]s|\s+is|\s+are)|this|these|following|given(?:\s+is)?)\s+
            (?:\w+\s+){{0,2}}?{_FAULTY}
       | \b{_FAULTY}\s+(?:below|above)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


class _Form(Form):
    title: str
    question_text: str
    context: str
    artifact_type: ArtifactType
    requirements: tuple[str, ...]
    success_criteria: tuple[str, ...]


TOOL = Tool(
    name="strategic_question_tool",
    description="Record the task.",
    schema=schema.record(
        title=schema.text("One line, at most 120 characters; does not name a mistake."),
        question_text=schema.text("The task itself, complete and self-contained."),
        context=schema.text("The situation, with the data, figures and limits the task needs."),
        artifact_type=schema.choice(get_args(ArtifactType), "What is to be produced."),
        requirements=schema.several(
            schema.text("One requirement that can be met or missed."), 4, 6, "Four to six."
        ),
        success_criteria=schema.several(
            schema.text("How a reader sees that the result is good."), 2, 6, "Two to six."
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class StrategicQuestion:
    """Step 3."""

    aim: Aim
    catalog: Catalog
    earlier: tuple[EarlierAttempt, ...] = ()

    def ask(self) -> Ask:
        """Return what to put to the model."""
        values = {
            **self.aim.model_dump(),
            "catalog": catalog_told(self.catalog),
            "earlier": attempts_told(self.earlier),
        }
        return Ask("strategic_question", values, TOOL, max_tokens=4096)

    def accept(self, reply: Reply) -> Outcome[Question]:
        """Check the task."""
        return read(reply, _Form, self._checks, _question)

    def _checks(self, form: _Form) -> tuple[Check, ...]:
        whole = _question(form).told()
        return (
            check("title_usable", _title_problems(form.title)),
            check("task_complete", _gaps(form)),
            check("requirements_four_to_six", _requirement_problems(form.requirements)),
            check("criteria_given", _criteria_problems(form.success_criteria)),
            check("no_markers", _marker_problems(whole)),
            check("no_planted_mistake", _planting_problems(whole)),
            check("mistakes_not_named", self._given_away(whole)),
        )

    def _given_away(self, whole: str) -> Iterator[str]:
        told = key(whole)
        for entry in self.catalog:
            if key(entry.mistake) in told:
                yield f"The task names the mistake {shown(entry.mistake)}; leave it to be made."


def _question(form: _Form) -> Question:
    return Question.model_validate(form.model_dump())


def _title_problems(title: str) -> Iterator[str]:
    if not title:
        yield "The title is empty."
    elif len(title) > 120 or not title.isprintable():
        yield f"The title {shown(title)} must be one line of at most 120 characters."


def _gaps(form: _Form) -> Iterator[str]:
    if len(form.question_text) < 60:
        yield "`question_text` has fewer than 60 characters; write the whole task."
    if not form.context:
        yield "`context` is empty; describe the situation the task comes from."


def _requirement_problems(requirements: tuple[str, ...]) -> Iterator[str]:
    if not 4 <= len(requirements) <= 6:
        yield f"There are {len(requirements)} requirements; give 4 to 6."
    if not all(requirements):
        yield "A requirement is empty."
    if len({key(each) for each in requirements}) < len(requirements):
        yield "A requirement stands there twice."


def _criteria_problems(criteria: tuple[str, ...]) -> Iterator[str]:
    if not criteria:
        yield "`success_criteria` is empty; say how a reader sees that the result is good."
    elif not all(criteria):
        yield "A success criterion is empty."


def _marker_problems(whole: str) -> Iterator[str]:
    if "<<" in whole:
        yield 'The text contains "<<", which marks errors later on; write it another way.'


def _planting_problems(whole: str) -> Iterator[str]:
    for sentence in _SENTENCE.findall(whole):
        told = sentence.strip(" \t-*#0123456789)\"'")
        if found := _ORDER.match(told) or _SOUGHT.search(told) or _PLANTED.search(told):
            yield (
                f"{shown(found[0])} asks for error spotting; ask for something to be made from "
                "scratch, without a mistake in the given material."
            )
