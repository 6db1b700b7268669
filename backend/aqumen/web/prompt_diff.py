"""What one text changed in another, line by line, in bounded time."""

from collections.abc import Iterator, Sequence
from difflib import unified_diff
from itertools import takewhile
from operator import eq

MOST_CELLS = 250_000
"""Lines of one text times those of the other: past it, only where both begin and end is compared.

Two texts of ten thousand lines can be such that comparing them all takes a minute.
"""


def unified(before: str, after: str, names: tuple[str, str]) -> str:
    """Return a unified diff; empty where both have the same lines."""
    old, new = before.splitlines(), after.splitlines()
    if len(old) * len(new) <= MOST_CELLS:
        return "\n".join(unified_diff(old, new, *names, lineterm=""))
    return "\n".join(_as_a_whole(old, new, names)) if old != new else ""


def _as_a_whole(old: Sequence[str], new: Sequence[str], names: tuple[str, str]) -> Iterator[str]:
    """Yield a diff in which all between the first and the last change is replaced."""
    begin = _same(old, new)
    out, into = old[begin:], new[begin:]
    end = _same(out[::-1], into[::-1])
    out, into = out[: len(out) - end], into[: len(into) - end]
    yield from (f"--- {names[0]}", f"+++ {names[1]}")
    yield f"@@ -{_place(begin, len(out))} +{_place(begin, len(into))} @@"
    yield from (f"-{line}" for line in out)
    yield from (f"+{line}" for line in into)


def _same(left: Sequence[str], right: Sequence[str]) -> int:
    """Return how many lines both begin with."""
    return sum(takewhile(bool, map(eq, left, right)))


def _place(begin: int, length: int) -> str:
    # As everywhere in this form: where there is nothing, what stands before it is named.
    return f"{begin + 1 if length else begin},{length}"
