"""What answers behind the simulated wire."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from aqumen.models.request import JsonObject


@dataclass(frozen=True, slots=True)
class Asked:
    """One model call, as the service sees it."""

    model_id: str
    prompt: str
    """The text of the user's message."""
    tool_name: str | None
    """The tool offered, if any."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """`requestMetadata`: run, step, attempt, answer, call."""
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What the model says: text, the tool's input, or a text before the tool's input."""

    text: str | None = None
    tool_input: JsonObject | None = None


class Mind(Protocol):
    """Answers any prompt."""

    def answer(self, asked: Asked) -> Said:
        """Return the answer, at once: waiting is the wire's part. Never raises."""
        ...
