"""An assessment's lines, taken apart and written as HTML in which nothing of theirs is markup."""

import re
from dataclasses import dataclass
from html import escape

from .parts import Assessment, Span

_SPAN = re.compile(r"<<([^<>]+)>>")

NUMBERED = {"code", "pseudo", "query", "math", "table", "diagram"}
"""The kinds of text whose lines are counted."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line: plain text, or one of the errors."""

    text: str
    number: int | None = None
    """1-based number of the error it is, None for plain text."""


def pieces(line: str, errors: tuple[Span, ...]) -> list[Piece]:
    """Split a line at its marked spans, which lose their marks; a span no error names is plain."""
    numbers = {error.id: number for number, error in enumerate(errors, start=1)}
    found: list[Piece] = []
    end = 0
    for match in _SPAN.finditer(line):
        found += [Piece(line[end : match.start()])] if match.start() > end else []
        found.append(Piece(match[1], numbers.get(match[1])))
        end = match.end()
    return [*found, Piece(line[end:])] if end < len(line) or not found else found


def unmarked(assessment: Assessment) -> str:
    """Return the text a student is given: no span is marked."""
    lines = (pieces(line, ()) for line in assessment.lines)
    return "\n".join("".join(piece.text for piece in line) for line in lines)


def as_html(assessment: Assessment, *, marked: bool) -> str:
    """Return the exercise's text as HTML: numbered lines of code, or running text."""
    rows = [_line(line, assessment.errors if marked else ()) for line in assessment.lines]
    if assessment.content_type in NUMBERED:
        numbered = enumerate(rows, start=1)
        body = "".join(f"<div><i>{at}</i><code>{row or ' '}</code></div>" for at, row in numbered)
        return f'<div class="aq-code">{body}</div>'
    body = "".join(f"<div>{row}</div>" for row in rows)
    return f'<div class="aq-prose">{body}</div>'


def explanations_html(assessment: Assessment) -> str:
    """Return the errors with what is wrong about each, as HTML."""
    rows = [_explanation(number, error) for number, error in enumerate(assessment.errors, start=1)]
    return f'<div class="aq-errors">{"".join(rows)}</div>' if rows else ""


def _line(line: str, errors: tuple[Span, ...]) -> str:
    return "".join(_piece(piece) for piece in pieces(line, errors))


def _piece(piece: Piece) -> str:
    text = escape(piece.text)
    if piece.number is None:
        return text
    return f'<mark>{text}<sup aria-label="error {piece.number}">{piece.number}</sup></mark>'


def _explanation(number: int, error: Span) -> str:
    place = f"<small>line {error.line}</small>" if error.line else ""
    mistake = f"<small>{escape(error.mistake)}</small>" if error.mistake else ""
    return (
        f"<div><b>{number}</b><div><code>{escape(error.id)}</code> {place}"
        f"<div>{escape(error.description)}</div>{mistake}</div></div>"
    )
