"""What one text changed in another, line by line, in bounded time."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from operator import eq

MOST_STEPS = 3_000_000
"""That difflib may take to compare what lies between the first and the last change.

Two texts of ten thousand lines, or of a few hundred that are all alike, can be such that comparing
them takes seconds or a minute. Past it, all between is told as replaced.
"""
_CONTEXT = 3
"""Lines that are told around each change."""
_LONG = 200
"""Lines from which on difflib leaves those out that a text says often."""

Change = tuple[str, int, int, int, int]
"""What becomes of a piece: `equal` or another word, its begin and end in the old and the new."""


def unified(before: str, after: str, names: tuple[str, str]) -> str:
    """Return a unified diff; empty where both have the same lines."""
    old, new = before.splitlines(), after.splitlines()
    if old == new:
        return ""
    head, tail = (max(0, same - _CONTEXT) for same in _ends(old, new))
    out, into = old[head : len(old) - tail], new[head : len(new) - tail]
    told = [f"--- {names[0]}", f"+++ {names[1]}"]
    for changes in _places(out, into):
        told += _hunk(changes, out, into, head)
    return "\n".join(told)


def _places(old: Sequence[str], new: Sequence[str]) -> Iterable[Sequence[Change]]:
    """Return the changes, those near each other together."""
    if steps(old, new) > MOST_STEPS:
        return [_as_a_whole(old, new)]
    return SequenceMatcher(None, old, new).get_grouped_opcodes(_CONTEXT)


def steps(old: Sequence[str], new: Sequence[str]) -> int:
    """Return the most steps that difflib can take to compare two texts.

    The longest piece that both have is looked for at every pair of equal lines, then again on both
    sides of what was found: at most as often as the shorter text has lines.
    """
    places = Counter(new)
    # What a long text says more often than that is no place to begin a piece at.
    often = len(new) // 100 + 1 if len(new) >= _LONG else len(new)
    pairs = sum(places[line] for line in old if places[line] <= often)
    return (pairs + len(old)) * min(len(old), len(new))


def _as_a_whole(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """Return changes in which all between the first and the last one is replaced."""
    head, tail = _ends(old, new)
    out, into = len(old) - tail, len(new) - tail
    return [
        ("equal", 0, head, 0, head),
        ("replace", head, out, head, into),
        ("equal", out, len(old), into, len(new)),
    ]


def _hunk(
    changes: Sequence[Change], old: Sequence[str], new: Sequence[str], before: int
) -> Iterator[str]:
    """Yield what is told of changes near each other, `before` lines after the texts begin."""
    (_, out, _, into, _), (_, _, out_end, _, into_end) = changes[0], changes[-1]
    place, instead = _place(before + out, out_end - out), _place(before + into, into_end - into)
    yield f"@@ -{place} +{instead} @@"
    for kind, out, out_end, into, into_end in changes:
        if kind == "equal":
            yield from _marked(" ", old[out:out_end])
        else:
            yield from _marked("-", old[out:out_end])
            yield from _marked("+", new[into:into_end])


def _marked(mark: str, lines: Iterable[str]) -> Iterator[str]:
    return (f"{mark}{line}" for line in lines)


def _ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Return how many lines both begin with, and how many of the others both end with."""
    head = _same(old, new)
    return head, _same(old[head:][::-1], new[head:][::-1])


def _same(left: Sequence[str], right: Sequence[str]) -> int:
    """Return how many lines both begin with."""
    return sum(takewhile(bool, map(eq, left, right)))


def _place(begin: int, length: int) -> str:
    # As everywhere in this form: where there is nothing, what stands before it is named.
    return f"{begin + 1 if length else begin},{length}"
