"""Text as it is compared: without differences of writing that mean nothing, places kept."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_APOSTROPHES = "\u2018\u2019\u201a\u201b\u2032\u00b4\u02bc\uff07"
# Joiners, marks of direction, soft hyphens and variants of signs: nobody sees or quotes them.
_UNSEEN = "".join(
    chr(code)
    for first, last in (
        (0x00AD, 0x00AD),
        (0x061C, 0x061C),
        (0x180E, 0x180E),
        (0x200B, 0x200F),
        (0x202A, 0x202E),
        (0x2060, 0x2064),
        (0x2066, 0x206F),
        (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF),
        (0xE0000, 0xE007F),
    )
    for code in range(first, last + 1)
)
_STRAIGHT = str.maketrans(
    dict.fromkeys(_APOSTROPHES, "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"')
    | dict.fromkeys(_UNSEEN, "")
)
# White space combines with nothing.
_RUNS = re.compile(r"\s+|\S+")
# No character before this one combines with the character in front of it.
_FIRST_COMBINING = "\u0300"


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in NFC, with straight quotes, each run of white space as one space, nothing unseen."""

    text: str
    starts: tuple[int, ...]
    """Of each folded character: where it begins in the original text."""
    ends: tuple[int, ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where the folded text from `start` to `end` stands in the original."""
        return self.starts[start], self.ends[end - 1]

    def cuts_at(self, position: int) -> bool:
        """Return whether the original, too, can be cut in front of this folded character."""
        if position in {0, len(self.text)}:
            return True
        return self.starts[position] != self.starts[position - 1]


def fold(text: str) -> Folded:
    """Return the text folded."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for run in _RUNS.finditer(text):
        start, end = run.span()
        if not text[start].isspace():
            for piece, firsts, lasts in _folded(run[0], start):
                pieces.append(piece)
                starts.extend(firsts)
                ends.extend(lasts)
        elif pieces and pieces[-1] == " ":
            ends[-1] = end  # what stands between is not seen
        else:
            pieces.append(" ")
            starts.append(start)
            ends.append(end)
    return Folded("".join(pieces), tuple(starts), tuple(ends))


def _folded(run: str, at: int) -> Iterator[tuple[str, Sequence[int], Sequence[int]]]:
    """Yield what a run without white space folds to, and where that begins and ends."""
    if run.isascii():
        yield run, range(at, at + len(run)), range(at + 1, at + len(run) + 1)
        return
    for start, end in _clusters(run):
        piece = unicodedata.normalize("NFC", run[start:end]).translate(_STRAIGHT)
        if piece:
            yield piece, [at + start] * len(piece), [at + end] * len(piece)


def _clusters(run: str) -> Iterator[tuple[int, int]]:
    """Yield the pieces whose NFC is independent of what stands around them."""
    start = 0
    for position in range(1, len(run)):
        if not _continues(run, start, position):
            yield start, position
            start = position
    yield start, len(run)


def _continues(run: str, start: int, position: int) -> bool:
    char = run[position]
    if char < _FIRST_COMBINING:
        return False
    if unicodedata.combining(unicodedata.normalize("NFD", char)[0]):
        return True
    cluster = run[start:position]
    apart = unicodedata.normalize("NFC", cluster) + unicodedata.normalize("NFC", char)
    return unicodedata.normalize("NFC", cluster + char) != apart
