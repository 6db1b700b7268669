"""Long text in passages: a browser lays out and draws only those that are in view."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

LENGTH = 4000
"""Characters after which a passage ends with its line."""


class Piece(NamedTuple):
    """Text, and the HTML that shows it where it is more than text."""

    text: str
    html: str = ""


def as_html(pieces: Iterable[Piece]) -> str:
    """Return the pieces one after another as HTML that keeps lines; long ones in passages.

    A passage ends between two lines of plain text, never within what has HTML of its own.
    """
    found = list(_passages(pieces))
    return found[0] if len(found) == 1 else gathered(found)


def gathered(passages: Iterable[str]) -> str:
    """Return passages that are HTML already as elements of their own."""
    return "".join(f'<div class="aq-passage">{passage}</div>' for passage in passages)


def cut(text: str) -> Iterator[str]:
    """Yield groups of lines that make up the text when joined by line ends; passages in length."""
    group: list[str] = []
    length = 0
    for line in text.split("\n"):
        if length > LENGTH:
            yield "\n".join(group)
            group, length = [], 0
        group.append(line)
        length += len(line)
    yield "\n".join(group)


def _passages(pieces: Iterable[Piece]) -> Iterator[str]:
    passage, length = "", 0
    for piece in pieces:
        for number, line in enumerate([piece.text] if piece.html else piece.text.split("\n")):
            if number and length > LENGTH and not passage.endswith("\n"):
                yield passage
                passage, length = "", 0
            elif number:
                passage += "\n"
            passage += piece.html or escape(line)
            length += len(line)
    yield passage
