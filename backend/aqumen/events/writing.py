"""Text on its way, while a model writes it."""

from typing import ClassVar, Literal, NamedTuple

from .vocabulary import StepNumber, Value


class Delta(Value):
    """Text as the model writes it. Not stored, has no id."""

    name: ClassVar[str] = "delta"
    type: Literal["delta"] = "delta"
    step_number: StepNumber
    attempt: int
    answer: int
    call: int
    offset: int
    """Characters of this call's text that came before; a `retry` of the call starts over at 0."""
    text: str


class Place(NamedTuple):
    """Where in a run a model call stands."""

    step_number: int
    attempt: int
    answer: int
    call: int


class Pause(NamedTuple):
    """Nothing may happen for a while: who has put off telling something tells it now."""
