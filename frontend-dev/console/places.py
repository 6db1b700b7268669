"""Places of a run as an address names them.

`4.2` is step 4 of attempt 2, `4.2.1` its answer 1; `confirm.mid.2.7` is the mid-tier model's
seventh answer of attempt 2's confirmation.
"""

import re
from typing import NamedTuple, Self

Key = tuple[int, int]
"""Attempt and step number."""

SHARED = 2
"""The last of the steps that all attempts share; they are the first attempt's."""

_PLACE = re.compile(r"([1-7])\.([1-9]\d?)(?:\.([1-9]))?", re.ASCII)
_SAMPLED = re.compile(r"([a-z]{1,20})\.([a-z]{1,20})\.([1-9]\d?)\.([1-9]\d{0,2})", re.ASCII)


class Place(NamedTuple):
    """A step of an attempt."""

    attempt: int
    step: int
    answer: int = 0
    """Which of the step's answers; 0 for the one that counts."""

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the place an address names, None if it names none."""
        found = _PLACE.fullmatch(text)
        if found is None:
            return None
        step, attempt, answer = (int(part or 0) for part in found.groups())
        return cls(attempt, step, answer)

    def __str__(self) -> str:
        whole = f"{self.step}.{self.attempt}"
        return f"{whole}.{self.answer}" if self.answer else whole

    @property
    def key(self) -> Key:
        """The step, whichever of its answers."""
        return self.attempt, self.step

    @property
    def counted(self) -> "Place":
        """The place of the answer that counts."""
        return Place(*self.key)


class Sampled(NamedTuple):
    """An answer of an attempt that asks each model several times."""

    phase: str
    tier: str
    attempt: int
    number: int

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the answer an address names, None if it names none."""
        found = _SAMPLED.fullmatch(text)
        return cls(found[1], found[2], int(found[3]), int(found[4])) if found else None

    def __str__(self) -> str:
        return ".".join(map(str, self))


def point(text: str) -> tuple[int, int | None] | None:
    """Return the step that an address names, `3` or `3.1`, and its attempt if that is named."""
    found = Place.read(text if "." in text else f"{text}.1")
    return (found.step, found.attempt if "." in text else None) if found else None
