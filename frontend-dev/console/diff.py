"""What several texts share and where each goes its own way: in rows, line by line and word by word.

The first text is what the others are compared with.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .matching import Match, Range, matches

ANCHOR = 4
"""Words and blanks in a row that, where they occur once in each text, hold both together."""

_WORD = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one text: shared with the others, or its own."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """The same place in every text."""

    cells: tuple[tuple[Piece, ...], ...]

    @property
    def same(self) -> bool:
        """Whether every text says the same here."""
        return not any(piece.changed for cell in self.cells for piece in cell)


def rows(texts: Sequence[str]) -> tuple[Row, ...]:
    """Return texts side by side: each text's cells, joined, are that text, character by character.

    Of two texts the unchanged pieces are the same on both sides.
    """
    if _equal(texts):
        return (_row(texts),)
    found: list[list[str]] = []
    for place in _places([text.splitlines(keepends=True) for text in texts]):
        if found and _equal(place) and _equal(found[-1]):
            found[-1] = [before + now for before, now in zip(found[-1], place, strict=True)]
        else:
            found.append(place)
    return tuple(_row(place) for place in found)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Lines that are the same in every text and are not shown."""

    lines: int


def shortened(found: Sequence[Row], context: int = 3) -> list[Row | Skipped]:
    """Return rows with no more of what is the same than some lines around each change."""
    shown: list[Row | Skipped] = []
    for number, row in enumerate(found):
        lines = _text(row.cells[0]).splitlines(keepends=True) if row.same else []
        before = context if number else 0
        after = context if number < len(found) - 1 else 0
        if len(lines) <= before + after + 1:
            shown.append(row)
            continue
        skipped = len(lines) - before - after
        shown += [_same(lines[:before], row)] if before else []
        shown.append(Skipped(skipped))
        shown += [_same(lines[-after:], row)] if after else []
    return shown


def _same(lines: Sequence[str], like: Row) -> Row:
    return Row(((Piece("".join(lines)),),) * len(like.cells))


def _text(cell: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in cell)


def _places(texts: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """Yield what stands at the same place in each text: one line each where they have as many."""
    for begins, ends in pairwise(_cuts(texts)):
        chunks = [text[a:b] for text, a, b in zip(texts, begins, ends, strict=True)]
        if len({len(chunk) for chunk in chunks}) == 1:
            yield from (list(lines) for lines in zip(*chunks, strict=True))
        else:
            yield ["".join(chunk) for chunk in chunks]


def _cuts(texts: Sequence[Sequence[str]]) -> list[tuple[int, ...]]:
    """Return where all texts can be cut so that the parts belong together, both ends included."""
    first = texts[0]
    partners = [_partners(first, other) for other in texts[1:]]
    cuts = [(0,) * len(texts)]
    for line in range(len(first) + 1):
        if all(line in partner for partner in partners):
            cuts.append((line, *(partner[line][0] for partner in partners)))
            cuts.append((line, *(partner[line][1] for partner in partners)))
    return list(dict.fromkeys([*cuts, tuple(len(text) for text in texts)]))


def _partners(left: Sequence[str], right: Sequence[str]) -> dict[int, Range]:
    """Return, for each place beside an equal line, where that is in the other text.

    Between two equal lines there may be lines of the other text alone.
    """
    partners: dict[int, Range] = {}
    for at, other, length in matches(left, right):
        for step in range(length + 1):
            begin, _ = partners.get(at + step, (other + step, 0))
            partners[at + step] = (begin, other + step)
    return partners


def _row(texts: Sequence[str]) -> Row:
    if _equal(texts):
        return Row(tuple(_pieces(text, ()) for text in texts))
    first, *others = texts
    own: list[Range] = []
    cells: list[tuple[Piece, ...]] = []
    for other in others:
        here, there = _changes(first, other)
        own += here
        cells.append(_pieces(other, there))
    return Row((_pieces(first, own), *cells))


def _changes(left: str, right: str) -> tuple[list[Range], list[Range]]:
    """Return the stretches of two texts that are not in the other, in characters."""
    ours, theirs = _WORD.findall(left), _WORD.findall(right)
    places, others = _offsets(ours), _offsets(theirs)
    here: list[Range] = []
    there: list[Range] = []
    end = other_end = 0
    for at, other, length in _telling(ours, theirs):
        here.append((end, places[at]))
        there.append((other_end, others[other]))
        end, other_end = places[at + length], others[other + length]
    return here, there


def _telling(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Match]:
    """Yield what two texts share, and their ends.

    Two changed words with nothing but a blank in common between them are one change.
    """
    ends = (len(ours), len(theirs))
    for at, other, length in matches(ours, theirs, anchor=ANCHOR):
        outermost = (at, other) == (0, 0) or (at + length, other + length) == ends
        if outermost or any(map(_says_something, ours[at : at + length])):
            yield at, other, length
    yield *ends, 0


def _says_something(token: str) -> bool:
    return any(map(str.isalnum, token))


def _offsets(tokens: Sequence[str]) -> list[int]:
    offsets = [0]
    for token in tokens:
        offsets.append(offsets[-1] + len(token))
    return offsets


def _equal(texts: Sequence[str]) -> bool:
    return len(set(texts)) == 1


def _pieces(text: str, changed: Sequence[Range]) -> tuple[Piece, ...]:
    """Cut a text into changed and unchanged pieces; the stretches may overlap."""
    found: list[Piece] = []
    end = 0
    for begin, until in sorted(changed):
        if begin > end:
            found.append(Piece(text[end:begin]))
        if until > max(end, begin):
            found.append(Piece(text[max(end, begin) : until], changed=True))
        end = max(end, until)
    return (*found, Piece(text[end:])) if end < len(text) else tuple(found)
