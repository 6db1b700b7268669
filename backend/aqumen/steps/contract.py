"""What every step has: something to ask and a rule for accepting the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from aqumen.events import Check
from aqumen.models.request import Reply, Tool

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Ask:
    """What a step puts to a model."""

    template: str
    """Name of the prompt text."""
    values: Mapping[str, str]
    """What goes into its placeholders; `key` is added by whoever fills it in."""
    tool: Tool | None
    max_tokens: int
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T_co]):
    """What a step makes of an answer."""

    checks: tuple[Check, ...]
    value: T_co | None
    """The answer as a value; None unless every check passed."""

    @property
    def accepted(self) -> bool:
        """Whether the answer can be used."""
        return self.value is not None


class StepKind(Protocol[T_co]):
    """A step with its inputs in it."""

    def ask(self) -> Ask:
        """Return what to put to the model."""
        ...

    def accept(self, reply: Reply) -> Outcome[T_co]:
        """Check an answer. Never raises for what a model may have written."""
        ...
