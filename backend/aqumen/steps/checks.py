"""How a look at an answer is told: to the model as feedback, to people as a line of a list."""

from collections.abc import Iterable
from itertools import islice

from aqumen.events import Check

_MOST_TOLD = 6
_LONGEST_SHOWN = 100


def check(name: str, problems: Iterable[str]) -> Check:
    """Return the check, passed if there are no problems; each problem is a whole sentence."""
    told = list(islice(problems, _MOST_TOLD + 1))
    if len(told) > _MOST_TOLD:
        told[_MOST_TOLD] = "There are more of this kind."
    return Check(name=name, passed=not told, detail=" ".join(told))


def shown(text: str) -> str:
    """Return text from an answer, in quotes and short enough to stand in a sentence."""
    cut = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
    return f'"{cut}"'
