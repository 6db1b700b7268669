"""What an assessment has to look like, whatever it is about."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, StringConstraints

from aqumen.events import Check

from . import spans
from .checks import check, shown
from .reading import Form

_LINES = range(24, 61)
_ERRORS = range(1, 6)
_LONGEST_DESCRIPTION = 150
# Unicode's control characters but the tab, and its separators of lines and paragraphs.
_BREAK = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
_GIVEN_AWAY = re.compile(
    r"""(?:\#|//|--|/\*|<!--|\()\s*(?:bug|mistake|wrong|incorrect|fixme|error\s+here|this\s+is\s+wrong)\b
      | \b(?:intentional|deliberate)(?:ly)?\b.{0,20}\b(?:bug|error|mistake|wrong|flaw|incorrect)
    """,
    re.IGNORECASE | re.VERBOSE,
)


_Words = Annotated[str, StringConstraints(strip_whitespace=True)]


def _unended(line: object) -> object:
    return line.rstrip("\r\n") if isinstance(line, str) else line


def _unmarked(text: object) -> object:
    """Take the markers off, where the model wrote them with the span."""
    if not isinstance(text, str):
        return text
    bare = text.strip()
    return bare[2:-2] if bare.startswith("<<") and bare.endswith(">>") else bare


class ErrorForm(Form):
    """One error as the model wrote it."""

    id: Annotated[str, BeforeValidator(_unmarked)]
    description: str
    mistake: str


class AssessmentForm(Form):
    """An assessment as the model wrote it; its difficulty is not the model's to choose."""

    # A line's indentation is part of it.
    model_config = ConfigDict(str_strip_whitespace=False)

    title: _Words
    content_type: _Words
    content: tuple[Annotated[str, BeforeValidator(_unended)], ...]
    errors: tuple[ErrorForm, ...]


def form_checks(form: AssessmentForm) -> tuple[Check, ...]:
    """Return the checks of the form alone: counts, lengths, and spans that match errors."""
    found = spans.marked(form.content)
    return (
        check("title_usable", _label_problems("title", form.title, 120)),
        check("content_type_usable", _label_problems("content_type", form.content_type, 40)),
        check("line_count", _miscounted("lines", len(form.content), _LINES)),
        check("one_line_each", _broken_lines(form.content)),
        check("errors_count", _miscounted("errors", len(form.errors), _ERRORS)),
        check("no_stray_markers", spans.stray_markers(form.content)),
        check("spans_well_formed", spans.misshapen(found)),
        check("spans_unique", spans.repeated(found, form.content)),
        check("ids_are_spans", _unmarked_ids(form, found)),
        check("spans_explained", _unexplained(form, found)),
        check("descriptions_short", _description_problems(form)),
        check("nothing_given_away", _giveaways(form.content)),
    )


def _label_problems(name: str, label: str, longest: int) -> Iterator[str]:
    if not label:
        yield f"`{name}` is empty."
    elif len(label) > longest or not label.isprintable():
        yield f"`{name}` must be one line of at most {longest} characters."


def _miscounted(what: str, count: int, allowed: range) -> Iterator[str]:
    if count not in allowed:
        yield f"There are {count} {what}; give {allowed[0]} to {allowed[-1]}."


def _broken_lines(lines: tuple[str, ...]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if _BREAK.search(line):
            yield (
                f"Line {number} holds a line break or a control character; give every line its "
                "own item of the list."
            )


def _unmarked_ids(form: AssessmentForm, found: tuple[spans.MarkedSpan, ...]) -> Iterator[str]:
    texts = {span.text for span in found}
    for error in form.errors:
        if error.id not in texts:
            yield (
                f"The id {shown(error.id)} is not the text of a span; copy what stands between "
                "<< and >>, character for character."
            )


def _unexplained(form: AssessmentForm, found: tuple[spans.MarkedSpan, ...]) -> Iterator[str]:
    explained = Counter(error.id for error in form.errors)
    for text in dict.fromkeys(span.text for span in found):
        if explained[text] != 1:
            yield f"The span {shown(text)} has {explained[text]} errors; give it exactly one."


def _description_problems(form: AssessmentForm) -> Iterator[str]:
    for error in form.errors:
        if not any(map(str.isalnum, error.description)):
            yield f"The description of {shown(error.id)} has no words."
        elif _BREAK.search(error.description.replace("\n", " ")):
            yield f"The description of {shown(error.id)} holds a control character."
        elif len(error.description) > _LONGEST_DESCRIPTION:
            yield (
                f"The description of {shown(error.id)} has {len(error.description)} characters; "
                f"use at most {_LONGEST_DESCRIPTION}."
            )


def _giveaways(lines: tuple[str, ...]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if found := _GIVEN_AWAY.search(line):
            yield f"Line {number} gives the mistake away with {shown(found[0])}; leave that out."
