"""What was found in the two answers of an attempt."""

from typing import Literal

from .vocabulary import Value


class Quote(Value):
    """Words of an answer that were found in it."""

    start: int
    """Characters (code points) of the answer's text before it."""
    end: int
    text: str
    """The answer's own text from `start` to `end`."""


Presence = Literal["present", "absent", "missing"]
"""Whether an answer makes a mistake; `missing` where the judgement cannot be relied on."""


class Said(Value):
    """What one of two judges says of an entry, after its quote was looked for."""

    presence: Presence
    quote: Quote | None = None
    reason: str = ""


class Evidence(Value):
    """What is known of one entry of the catalog after both answers were judged."""

    mistake: str
    mid: Presence
    weak: Presence
    mid_quote: Quote | None = None
    """The verified place; there is one exactly where the mistake is present."""
    weak_quote: Quote | None = None
    mid_reason: str = ""
    """The judge's reason, in its own words; where two judges differ, that they do."""
    weak_reason: str = ""
    mid_judges: tuple[Said, ...] = ()
    """Of each of two judges; empty where there is one."""
    weak_judges: tuple[Said, ...] = ()
    mid_disputed: bool = False
    """Whether it is missing because one judge shows the mistake and the other finds none."""
    weak_disputed: bool = False
