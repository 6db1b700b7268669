"""Answers labelled by people, read from a file of JSON Lines.

Each line holds what a judge sees, and a verdict on every entry of the catalog:

    {"topic": "...", "question": {...}, "answer": "...",
     "catalog": [{"mistake": "...", "why_wrong": "...", "made": true}, ...]}

`question` has the fields of step 3's answer. `made` is true, false, or null where people could not
decide: such an entry is judged and not counted. An entry has one label for each answer: the same
again would count one answer as two.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints, ValidationError

from aqumen.judging.names import key
from aqumen.material import Answer, Mistake, Question
from aqumen.pipeline.calibrating import Labelled

from .failure import LaunchFailed

_MOST_BYTES = 64 * 1024 * 1024
_MOST_SHOWN = 10
"""Faults that are listed; the others are counted."""

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Entry(_Form):
    mistake: _Text
    why_wrong: _Text
    made: StrictBool | None


class _Line(_Form):
    topic: _Text
    question: Question
    answer: Annotated[str, StringConstraints(min_length=1, max_length=200_000)]
    catalog: Annotated[list[_Entry], Field(min_length=1, max_length=50)]


def read(file: Path) -> list[Labelled]:
    """Return the answers of a file; raises LaunchFailed with what is wrong, line by line."""
    items: list[Labelled] = []
    faults: list[str] = []
    labels: dict[tuple[str, str, str], int] = {}
    for number, line in _lines(file):
        try:
            item = _item(_Line.model_validate_json(line))
            items.append(item)
            faults += _labelled_before(item, number, labels)
        except ValidationError as wrong:
            faults += [f"Line {number}: {fault}" for fault in _said(wrong)]
        except _Twice as twice:
            faults.append(f"Line {number}: the catalog has {str(twice)!r} twice.")
    if faults:
        more = len(faults) - _MOST_SHOWN
        shown = faults[:_MOST_SHOWN] + ([f"And {more} more."] if more > 0 else [])
        raise LaunchFailed("\n".join(shown))
    if not items:
        raise LaunchFailed(f"{file} holds no labelled answer.")
    return items


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Return the lines that are not blank, with their numbers from 1."""
    try:
        with file.open("rb") as opened:
            # The size of a pipe or a device is not known before it is read.
            held = opened.read(_MOST_BYTES + 1)
    except OSError as unread:
        raise LaunchFailed(f"{file} cannot be read: {unread.strerror}.") from unread
    if len(held) > _MOST_BYTES:
        raise LaunchFailed(f"{file} is larger than {_MOST_BYTES // 1024**2} MB.")
    lines = held.removeprefix(codecs.BOM_UTF8).split(b"\n")
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())


class _Twice(Exception):
    """Two entries of a catalog have the same name."""


def _said(wrong: ValidationError) -> Iterator[str]:
    for fault in wrong.errors(include_url=False, include_input=False, include_context=False):
        where = ".".join(map(str, fault["loc"]))
        yield f"{where}: {fault['msg']}." if where else f"{fault['msg']}."


def _labelled_before(
    item: Labelled, number: int, labels: dict[tuple[str, str, str], int]
) -> Iterator[str]:
    """Yield a sentence for each label that an earlier line has given; remember the others."""
    for name in item.made:
        label = item.question.told(), item.answer.text, key(name)
        before = labels.setdefault(label, number)
        if before != number:
            yield f"Line {number}: line {before} labels {name!r} in the same answer already."


def _item(line: _Line) -> Labelled:
    names = [key(entry.mistake) for entry in line.catalog]
    for place, entry in enumerate(line.catalog):
        if names[place] in names[:place]:
            raise _Twice(entry.mistake)
    return Labelled(
        topic=line.topic,
        question=line.question,
        answer=Answer(text=line.answer, output="", rationale="", considerations=""),
        entries=tuple(map(_mistake, line.catalog)),
        made={entry.mistake: entry.made for entry in line.catalog if entry.made is not None},
    )


def _mistake(entry: _Entry) -> Mistake:
    """Return an entry; what is made up of it is nothing that a judge is told."""
    return Mistake(
        mistake=entry.mistake,
        why_wrong=entry.why_wrong,
        match_hint="",
        impact="Moderate",
        domain_specific=True,
        likelihood_strong_avoids=0.5,
        likelihood_weak_makes=0.5,
    )
