"""A text with the places in it that somebody quotes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .parts import Quote


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the text."""

    text: str
    numbers: tuple[int, ...] = ()
    """Of the quotes it belongs to; none where nobody quotes it."""


def marked(text: str, quotes: Sequence[Quote | None]) -> tuple[Stretch, ...]:
    """Return the text in stretches, in order and whole; quotes are numbered from 1.

    A quote counts where it says it stands, or else where its words stand first; one whose words
    are not there marks nothing. Quotes may overlap.
    """
    found = [
        (number, *spot)
        for number, quote in enumerate(quotes, start=1)
        if quote is not None and (spot := _spot(text, quote)) is not None
    ]
    edges = sorted({0, len(text), *_edges(found)})
    return tuple(
        Stretch(text[start:end], tuple(n for n, at, until in found if at <= start and end <= until))
        for start, end in pairwise(edges)
    )


def _spot(text: str, quote: Quote) -> tuple[int, int] | None:
    if not quote.text:
        return None
    if text[quote.start : quote.end] == quote.text:
        return quote.start, quote.end
    start = text.find(quote.text)
    return (start, start + len(quote.text)) if start >= 0 else None


def _edges(found: Iterable[tuple[int, int, int]]) -> Iterable[int]:
    for _, start, end in found:
        yield from (start, end)
