"""Which tokens two texts share: in bounded time, however long the texts.

Tokens that occur once in each text hold both together, as in a patience diff; what stands between
those is short as a rule, and is matched by difflib. Matching all at once would take minutes.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

MOST_CELLS = 60_000
"""Tokens of one stretch times those of its counterpart: past it, no common ones are looked for."""

Match = tuple[int, int, int]
"""Where equal tokens are in one text and in the other, and how many they are."""
Range = tuple[int, int]
"""Begin and end of a stretch."""


def matches(left: Sequence[str], right: Sequence[str], *, anchor: int = 1) -> list[Match]:
    """Return runs of equal tokens, in order; `anchor` tokens in a row hold the texts together."""
    found: list[Match] = []
    end = other_end = 0
    for at, other in [*_anchors(left, right, anchor), (len(left), len(right))]:
        found += _between(left, right, (end, at), (other_end, other))
        end, other_end = at + 1, other + 1
        found.append((at, other, 1))
    return _joined(found[:-1])


def _anchors(left: Sequence[str], right: Sequence[str], width: int) -> list[tuple[int, int]]:
    """Return the places of tokens that hold both texts together, as patience diff finds them."""
    theirs = _once(right, width)
    pairs = [(at, theirs[key]) for key, at in _once(left, width).items() if key in theirs]
    return _increasing(pairs)


def _once(tokens: Sequence[str], width: int) -> dict[tuple[str, ...], int]:
    """Return the places of what occurs once, in order."""
    runs = [tuple(tokens[at : at + width]) for at in range(len(tokens) - width + 1)]
    counts = Counter(runs)
    return {run: at for at, run in enumerate(runs) if counts[run] == 1}


def _increasing(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest selection in which both sides increase; the first side does already."""
    lasts: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for number, (_, other) in enumerate(pairs):
        length = bisect_left(lasts, other)
        before.append(ends[length - 1] if length else None)
        lasts[length : length + 1] = [other]
        ends[length : length + 1] = [number]
    found: list[tuple[int, int]] = []
    at = ends[-1] if ends else None
    while at is not None:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _between(
    left: Sequence[str], right: Sequence[str], ours: Range, theirs: Range
) -> Iterator[Match]:
    here, there = left[slice(*ours)], right[slice(*theirs)]
    if here and there and len(here) * len(there) <= MOST_CELLS:
        matcher = SequenceMatcher(None, here, there, autojunk=False)
        for at, other, length in matcher.get_matching_blocks()[:-1]:
            yield ours[0] + at, theirs[0] + other, length


def _joined(matches: Sequence[Match]) -> list[Match]:
    """Return matches with those joined that go on from one another on both sides."""
    found: list[Match] = []
    for at, other, length in matches:
        if found and found[-1][0] + found[-1][2] == at and found[-1][1] + found[-1][2] == other:
            found[-1] = (*found[-1][:2], found[-1][2] + length)
        else:
            found.append((at, other, length))
    return found
