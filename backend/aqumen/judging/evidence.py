"""Find the words a judge quotes in the answer they are said to come from."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from rapidfuzz import fuzz

from aqumen.events import Quote

from .folding import Folded, fold
from .sense import is_negation, same_sense
from .tokens import Token, tokens

SHORTEST = 15
"""Characters a quote needs, after folding, to show anything."""
_LIKENESS = 90.0
_LONGEST_NEAR = 1000
"""Characters up to which a quote is looked for if it is not there exactly."""
_MOST_SLACK = 40
_MOST_WINDOWS = 20
_OPENING = frozenset("\"'`([{*_")


@dataclass(frozen=True, slots=True)
class _Text:
    folded: Folded
    tokens: tuple[Token, ...]

    def before(self, position: int) -> int:
        """Return how many tokens end at or before a place of the folded text."""
        return bisect_right(self.tokens, position, key=lambda token: token.end)

    def splits_token(self, position: int) -> bool:
        """Return whether a place lies within a token."""
        following = self.before(position)
        return following < len(self.tokens) and self.tokens[following].start < position


# A judge's findings on one answer are verified one after the other.
@lru_cache(maxsize=16)
def _read(text: str) -> _Text:
    folded = fold(text)
    return _Text(folded, tuple(tokens(folded.text)))


def verify(quote: str, answer: str, question: str) -> Quote | None:
    """Return where the quote stands in the answer; None if it does not, or shows nothing.

    It shows nothing if it is shorter than 15 characters or has no letter and no digit,
    begins or ends within a word or a number, begins right after the negation of what it says, or
    stands in the question as well.
    """
    wanted = fold(quote).text.strip()
    if len(wanted) < SHORTEST or not any(map(str.isalnum, wanted)):
        return None
    if _place(wanted, _read(question)):
        return None
    source = _read(answer)
    found = _place(wanted, source)
    if found is None or source.folded.text[slice(*found)] in _read(question).folded.text:
        return None
    start, end = source.folded.place(*found)
    return Quote(start=start, end=end, text=answer[start:end])


def _place(wanted: str, source: _Text) -> tuple[int, int] | None:
    """Return the first exact place of the words in the folded text, else the nearest one."""
    for start, end in _exact(wanted, source):
        if _stands_alone(start, end, source):
            return start, end
    return _near(wanted, source)


def _exact(wanted: str, source: _Text) -> Iterator[tuple[int, int]]:
    start = source.folded.text.find(wanted)
    while start >= 0:
        yield start, start + len(wanted)
        start = source.folded.text.find(wanted, start + 1)


def _stands_alone(start: int, end: int, source: _Text) -> bool:
    """Return whether nothing is cut apart at either end, and no negation is cut off."""
    if not (source.folded.cuts_at(start) and source.folded.cuts_at(end)):
        return False
    if source.splits_token(start) or source.splits_token(end):
        return False
    place = source.before(start)
    while place and set(source.tokens[place - 1].text) <= _OPENING:
        place -= 1
    return not (place and is_negation(source.tokens[place - 1]))


def _near(wanted: str, source: _Text) -> tuple[int, int] | None:
    text = source.folded.text
    if len(wanted) > _LONGEST_NEAR:
        return None
    found = fuzz.partial_ratio_alignment(wanted, text, score_cutoff=_LIKENESS)
    if found is None:
        return None
    slack = min(len(wanted) // 10, _MOST_SLACK)
    windows = [
        (fuzz.ratio(wanted, text[start:end]), -start, -end)
        for start, end in _windows(source, found.dest_start, found.dest_end, max(slack, 3))
        if abs(end - start - len(wanted)) <= slack
    ]
    for likeness, start, end in sorted(windows, reverse=True)[:_MOST_WINDOWS]:
        if likeness < _LIKENESS:
            break
        if same_sense(wanted, text[-start:-end]) and _stands_alone(-start, -end, source):
            return -start, -end
    return None


def _windows(source: _Text, start: int, end: int, reach: int) -> Iterator[tuple[int, int]]:
    """Yield the pieces of the text, from token to token, that begin and end near these places."""
    starts = [each.start for each in source.tokens if abs(each.start - start) <= reach]
    ends = [each.end for each in source.tokens if abs(each.end - end) <= reach]
    return ((first, last) for first, last in product(starts, ends) if first < last)
