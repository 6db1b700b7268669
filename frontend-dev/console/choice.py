"""Which runs an address asks to compare."""

from dataclasses import dataclass

from .comparison import MOST


@dataclass(frozen=True, slots=True)
class Choice:
    """Runs to put side by side, and what was asked for besides."""

    runs: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    """Named more than once; each stands once in `runs`."""
    too_many: tuple[str, ...] = ()
    """Past the most that fit."""


def read(text: str) -> Choice:
    """Return the choice that `id,id,…` stands for."""
    named = [part.strip() for part in text.split(",") if part.strip()]
    once = tuple(dict.fromkeys(named))
    twice = tuple(each for each in once if named.count(each) > 1)
    return Choice(once[:MOST], twice, once[MOST:])


def written(runs: list[str]) -> str:
    """Return runs as they stand in an address."""
    return ",".join(runs)
