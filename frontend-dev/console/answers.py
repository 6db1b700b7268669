"""A step's answer taken apart for reading: headings, prose, lists, code and tables."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from .parsing import parse
from .parts import Assessment
from .wire import Step


@dataclass(frozen=True, slots=True)
class Heading:
    """A line above what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """Text as it was written."""

    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Items one below the other."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Lines that keep their form."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Prose | Listing | Code | Table | Assessment

_LEVELS = ("Beginner", "Intermediate", "Advanced")
_CATALOG = {
    "Mistake": "mistake",
    "Why it is wrong": "why_wrong",
    "What it looks like": "match_hint",
    "Impact": "impact",
    "An expert avoids it": "likelihood_strong_avoids",
    "A superficial solver makes it": "likelihood_weak_makes",
}
_FINDINGS = {"Mistake": "mistake", "Made": "present", "Quote": "quote", "Reason": "reason"}

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})[ \t]*([A-Za-z0-9_+#.-]{0,20})[^`]*")
_HEADING = re.compile(r"#{1,6}[ \t]+(.*)")
_ROW = re.compile(r"[ \t]*\|(.+)\|[ \t]*")
_RULE = re.compile(r"[ \t|:-]+")


def blocks(step: Step) -> tuple[Block, ...]:
    """Return an answer for reading; empty where it does not have the form of its step's."""
    if step.step_number in {4, 5}:
        return tuple(written(step.response_full))
    try:
        return tuple(_of_tool(step))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ()


def written(text: str) -> Iterator[Block]:
    """Yield a text with its headings, fenced code and tables; everything else is prose."""
    lines = text.splitlines()
    at, prose = 0, 0
    while at < len(lines):
        found = _structure(lines, at)
        if found is None:
            at += 1
            continue
        yield from _prose(lines[prose:at])
        block, at = found
        yield block
        prose = at
    yield from _prose(lines[prose:])


def _structure(lines: Sequence[str], at: int) -> tuple[Block, int] | None:
    """Return what begins in a line and is no prose, and the line behind it."""
    if fence := _FENCE.fullmatch(lines[at]):
        return _fenced(lines, at, fence[1], fence[2])
    if heading := _HEADING.fullmatch(lines[at]):
        return Heading(heading[1].rstrip(" \t#")), at + 1
    if at + 1 < len(lines) and _ROW.fullmatch(lines[at]) and _is_rule(lines[at + 1]):
        return _table(lines, at)
    return None


def _fenced(lines: Sequence[str], at: int, fence: str, language: str) -> tuple[Block, int]:
    end = at + 1
    while end < len(lines) and not _closes(lines[end].strip(), fence):
        end += 1
    return Code("\n".join(lines[at + 1 : end]), language.lower()), min(end + 1, len(lines))


def _closes(line: str, fence: str) -> bool:
    return len(line) >= len(fence) and set(line) == {fence[0]}


def _is_rule(line: str) -> bool:
    return "-" in line and "|" in line and _RULE.fullmatch(line) is not None


def _table(lines: Sequence[str], at: int) -> tuple[Block, int]:
    end = at + 2
    while end < len(lines) and _ROW.fullmatch(lines[end]):
        end += 1
    head, *rows = (_cells(line) for line in (lines[at], *lines[at + 2 : end]))
    return Table(head, tuple(rows)), end


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))


def _prose(lines: Sequence[str]) -> Iterator[Block]:
    if text := "\n".join(lines).strip("\n"):
        yield Prose(text)


def _of_tool(step: Step) -> Iterator[Block]:
    if step.step_number == 6:
        for call in step.calls:
            yield from _judgement(call.label, parse(call.response))
        return
    forms = {1: _categories, 2: _catalog, 3: _question, 7: _exercise}
    yield from forms[step.step_number](parse(step.response_full))


def _categories(told: Any) -> Iterator[Block]:
    columns = [[_said(entry) for entry in told[level]] for level in _LEVELS]
    yield Table(_LEVELS, tuple(zip_longest(*columns, fillvalue="")))


def _catalog(told: Any) -> Iterator[Block]:
    yield _rows(_CATALOG, told["errors"])


def _question(told: Any) -> Iterator[Block]:
    yield Heading(_said(told["title"]))
    yield from written(_said(told["question_text"]))
    yield Heading("Context")
    yield from written(_said(told["context"]))
    for heading, name in (("Requirements", "requirements"), ("Done well", "success_criteria")):
        yield Heading(heading)
        yield Listing(tuple(_said(item) for item in told[name]))


def _judgement(label: str, told: Any) -> Iterator[Block]:
    yield Heading(f"{label}: quality {_said(told['quality_score'])} of 10")
    yield _rows(_FINDINGS, told["findings"])


def _exercise(told: Any) -> Iterator[Block]:
    yield Assessment.model_validate(told)


def _rows(columns: dict[str, str], entries: Iterable[Any]) -> Table:
    rows = (tuple(_said(entry.get(name, "")) for name in columns.values()) for entry in entries)
    return Table(tuple(columns), tuple(rows))


def _said(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
