"""Marked spans in the lines of an assessment, as the deployed site finds them.

The site takes what `/<<([^>]+)>>/g` finds in a line. This reading is stricter, and agrees with
the site's on every text in which it finds no problem.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from .checks import shown

SHORTEST, LONGEST = 10, 120
_MARKED = re.compile(r"(?<!<)<<(?!<)([^<>\n]+)>>(?!>)")
_MARKER = re.compile(r"<<|>>")
_JOINERS = "\u200c\u200d"


class MarkedSpan(NamedTuple):
    """A marked text and the line it stands on, counted from 1."""

    text: str
    line: int


def marked(lines: tuple[str, ...]) -> tuple[MarkedSpan, ...]:
    """Return the spans of the lines, in order."""
    return tuple(
        MarkedSpan(found[1], number)
        for number, line in enumerate(lines, 1)
        for found in _MARKED.finditer(line)
    )


class BareLine(NamedTuple):
    """A line without its marks."""

    text: str
    spans: tuple[tuple[int, int], ...]
    """Where its spans begin and end in `text`, in code points."""


def bare(line: str) -> BareLine:
    """Take the marks off a line. What belongs to no span stays; see `stray_markers`."""
    text, places, end = "", [], 0
    for found in _MARKED.finditer(line):
        text += line[end : found.start()]
        places.append((len(text), len(text) + len(found[1])))
        text += found[1]
        end = found.end()
    return BareLine(text + line[end:], tuple(places))


def stray_markers(lines: tuple[str, ...]) -> Iterator[str]:
    """Yield a sentence for each line with a `<<` or `>>` that belongs to no span."""
    for number, line in enumerate(lines, 1):
        # What is left is cut apart, so that removing a span cannot make a marker of its edges.
        if _MARKER.search(_MARKED.sub("\n", line)):
            yield (
                f"Line {number} has << or >> that is not a whole span (<<, then text without < "
                "or >, then >>, all on that line, with no further < before or > after it): "
                f"{shown(line.strip())}. Write operators, heredocs and nested generics another "
                "way."
            )


def misshapen(spans: tuple[MarkedSpan, ...]) -> Iterator[str]:
    """Yield a sentence for each span of the wrong length, with blanks at its ends, or unseen."""
    for span in spans:
        if not SHORTEST <= len(span.text) <= LONGEST:
            yield (
                f"The span {shown(span.text)} on line {span.line} has {len(span.text)} characters; "
                f"mark {SHORTEST} to {LONGEST}."
            )
        elif span.text != span.text.strip():
            yield (
                f"The span {shown(span.text)} on line {span.line} begins or ends with a blank; "
                "put the markers directly around the text."
            )
        elif not any(map(str.isalnum, span.text)) or any(map(_unseen, span.text)):
            yield (
                f"The span {shown(span.text)} on line {span.line} has no letter and no digit, or "
                "holds a character that nobody sees; mark what students can read."
            )


def repeated(spans: tuple[MarkedSpan, ...], lines: tuple[str, ...]) -> Iterator[str]:
    """Yield a sentence for each span whose text stands in the lines more than once."""
    unmarked = "\n".join(bare(line).text for line in lines)
    for text in dict.fromkeys(span.text for span in spans):
        if unmarked.find(text) != unmarked.rfind(text):
            yield (
                f"The marked text {shown(text)} stands in the content more than once; mark a "
                "longer piece, or word the other place differently."
            )


def _unseen(character: str) -> bool:
    return unicodedata.category(character) == "Cf" and character not in _JOINERS
