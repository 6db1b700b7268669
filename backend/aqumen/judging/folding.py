"""Text as it is compared: without differences of writing that mean nothing, places kept."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_STRAIGHT = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"')
)
# No character before this one combines with the character in front of it.
_FIRST_COMBINING = "\u0300"


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in NFC, with straight quotes and each run of white space as one space."""

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
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        if text[start].isspace():
            if chars and chars[-1] == " ":
                ends[-1] = end
                continue
            folded = " "
        else:
            folded = unicodedata.normalize("NFC", text[start:end]).translate(_STRAIGHT)
        chars.extend(folded)
        starts.extend([start] * len(folded))
        ends.extend([end] * len(folded))
    return Folded("".join(chars), tuple(starts), tuple(ends))


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield the pieces whose NFC is independent of what stands around them."""
    if text.isascii():
        yield from pairwise(range(len(text) + 1))
        return
    start = 0
    for position in range(1, len(text)):
        if not _continues(text, start, position):
            yield start, position
            start = position
    if text:
        yield start, len(text)


def _continues(text: str, start: int, position: int) -> bool:
    char = text[position]
    if char < _FIRST_COMBINING or text[start].isspace():
        return False
    if unicodedata.combining(unicodedata.normalize("NFD", char)[0]):
        return True
    cluster = text[start:position]
    apart = unicodedata.normalize("NFC", cluster) + unicodedata.normalize("NFC", char)
    return unicodedata.normalize("NFC", cluster + char) != apart
