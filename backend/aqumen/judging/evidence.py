"""Find the words a judge quotes in the answer they are said to come from."""

import re
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
_SIGNS = frozenset("!\u00ac")
# A blank line, or a line that begins with the sign of an item, a heading or a quotation.
_BEGINS_ANEW = re.compile(r"\n\s*(?:\n|[-*+#>|]+ |\d+[.)] )")


@dataclass(frozen=True, slots=True)
class _Text:
    original: str
    folded: Folded
    tokens: tuple[Token, ...]

    def before(self, position: int) -> int:
        """Return how many tokens end at or before a place of the folded text."""
        return bisect_right(self.tokens, position, key=lambda token: token.end)

    def splits_token(self, position: int) -> bool:
        """Return whether a place lies within a token."""
        following = self.before(position)
        return following < len(self.tokens) and self.tokens[following].start < position

    def between(self, start: int, end: int) -> str:
        """Return what the original has between two places of the folded text."""
        return self.original[self.folded.ends[start - 1] : self.folded.starts[end]]


# A judge's findings on one answer are verified one after the other.
@lru_cache(maxsize=16)
def _read(text: str) -> _Text:
    folded = fold(text)
    return _Text(text, folded, tuple(tokens(folded.text)))


def verify(quote: str, answer: str, question: str) -> Quote | None:
    """Return where the quote stands in the answer; None if it does not, or shows nothing.

    It shows nothing if it is shorter than 15 characters or has no letter and no digit,
    begins or ends within a word or a number, begins right after the negation or the sign of what
    it says, or stands in the question as well.
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
    return not (_signed(start, source) or _negated(start, source))


def _signed(start: int, source: _Text) -> bool:
    """Return whether a sign that stands right before is cut off: `!valid`, `-3`."""
    place = source.before(start)
    if not place or source.tokens[place - 1].end != start:
        return False
    sign = source.tokens[place - 1].text[-1]
    return sign in _SIGNS or (sign == "-" and source.folded.text[start].isnumeric())


def _negated(start: int, source: _Text) -> bool:
    """Return whether the words right before turn what follows into its opposite."""
    place = source.before(start)
    while place and (set(source.tokens[place - 1].text) <= _OPENING or _is_hyphen(place, source)):
        place -= 1
    if not place or not is_negation(source.tokens[place - 1]):
        return False
    return not _is_over(source.tokens[place - 1], start, source)


def _is_hyphen(place: int, source: _Text) -> bool:
    token, text = source.tokens[place - 1], source.folded.text
    return token.text == "-" and not text[max(token.start - 1, 0)].isspace()


def _is_over(negation: Token, start: int, source: _Text) -> bool:
    """Return whether a negation ends what it belongs to; Python's `None` ends its line."""
    gap = source.between(negation.end, start)
    return bool(_BEGINS_ANEW.search(gap)) or (negation.text == "None" and "\n" in gap)


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
