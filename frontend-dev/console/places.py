"""Steps of a run as an address names them: `4.2` is step 4 of attempt 2."""

import re

Key = tuple[int, int]
"""Attempt and step number."""

_PLACE = re.compile(r"([1-7])\.([1-9]\d?)")
SHARED = 2
"""The last of the steps that all attempts share."""


def place(key: Key) -> str:
    """Return what an address calls a step."""
    attempt, number = key
    return f"{number}.{attempt}"


def key_of(place: str) -> Key | None:
    """Return the step an address names, None if it names none."""
    found = _PLACE.fullmatch(place)
    return (int(found[2]), int(found[1])) if found else None
