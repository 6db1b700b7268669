"""Where a line can be clicked: found without knowing what is wrong in it."""

import re
import unicodedata
from collections.abc import Iterator

Piece = tuple[int, int]
"""Where a piece of a line begins and ends, in code points."""

ENOUGH, LONGEST = 12, 32
"""Words are put together until they have so many code points, and cut where they have more."""
_WORD = re.compile(r"\S+")
_JOINER = "\u200d"


def pieces(line: str) -> tuple[Piece, ...]:
    """Return the pieces of a line, in order: each part of it but its blanks is in one of them."""
    found: list[Piece] = []
    for word in _WORD.finditer(line):
        start, end = word.span()
        if found and _may_grow(found[-1], end):
            start, _ = found.pop()
        found.append((start, end))
    return tuple(part for piece in found for part in _cut(line, *piece))


def _may_grow(piece: Piece, end: int) -> bool:
    return piece[1] - piece[0] < ENOUGH and end - piece[0] <= LONGEST


def _cut(line: str, start: int, end: int) -> Iterator[Piece]:
    """Cut a piece that is too long: after a word if one ends there, and never inside a letter."""
    while end - start > LONGEST:
        furthest = start + LONGEST
        words = (at for at in range(furthest, start + ENOUGH, -1) if _word_ends(line, at))
        letters = (at for at in range(furthest, end) if not _joined(line, at))
        at = next(words, None) or next(letters, end)
        yield start, at
        start = at
    if start < end:
        yield start, end


def _word_ends(line: str, at: int) -> bool:
    return not (line[at - 1].isalnum() and line[at].isalnum()) and not _joined(line, at)


def _joined(line: str, at: int) -> bool:
    """Whether what stands before and after belongs to one letter: accents, joined pictures."""
    mark = unicodedata.category(line[at]).startswith("M")
    return mark or _JOINER in (line[at - 1], line[at])
