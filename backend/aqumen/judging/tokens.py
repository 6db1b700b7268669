"""The smallest pieces of a text that carry meaning: words, numbers, operators.

Scripts that put no spaces between words (Han, Kana, Thai, ...) give one token a character.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["word", "number", "character", "operator", "mark"]

_UNSPACED = (
    (0x0E00, 0x0FFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
# Over the letters that `_letter` gives characters, so that every script obeys the same grammar.
_GRAMMAR = re.compile(
    r"(?P<number>d[dw]*(?:[.,]d[dw]*)*)"
    r"|(?P<word>w[dw]*(?:qw[dw]*)*)"
    r"|(?P<character>c)"
    r"|(?P<operator>o+)"
    r"|(?P<mark>[pq.,])"
)
_KINDS: tuple[Kind, ...] = ("number", "word", "character", "operator", "mark")


class Token(NamedTuple):
    """A piece of a text and where it stands in it."""

    kind: Kind
    text: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the text's tokens in order; white space separates and is none."""
    for found in _GRAMMAR.finditer(text.translate(_GRAMMAR_OF)):
        start, end = found.span()
        # Every alternative is one group, so the last that matched is the only one.
        yield Token(_KINDS[(found.lastindex or 1) - 1], text[start:end], start, end)


class _Letters(dict[int, str]):
    """The grammar's letter for every character, remembered for those of the first plane."""

    def __missing__(self, code: int) -> str:
        letter = _letter(chr(code))
        if code < _REMEMBERED:
            self[code] = letter
        return letter


_REMEMBERED = 0x10000
_GRAMMAR_OF = _Letters()


def _letter(char: str) -> str:
    if char.isspace():
        return " "
    if char in "'.,":
        return "q" if char == "'" else char
    category = unicodedata.category(char)
    if category[0] == "N":
        return "d"
    if category[0] in "LM" or char == "_":
        return "c" if _is_unspaced(char) else "w"
    return "o" if category == "Sm" or char in "-*/%&!^" else "p"


def _is_unspaced(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _UNSPACED)
