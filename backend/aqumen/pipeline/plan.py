"""What is fixed about a run before it starts."""

from collections.abc import Callable
from dataclasses import dataclass

from aqumen.events import Accuracy, Step
from aqumen.order import Order
from aqumen.templates import Prompts
from aqumen.terms import calls_at_once

from .cast import Cast

Recall = Callable[[str], Step | None]
"""Finds the accepted step 1 that an earlier run stored for a topic."""


Known = Callable[[], Accuracy | None]
"""Finds how often the plan's judges are right with its prompt, if that was measured."""


def _unknown() -> None:
    return None


def _nothing(_topic: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Plan:
    """An order, the models and the prompts that serve it."""

    order: Order
    cast: Cast
    prompts: Prompts
    simulated: bool
    recall: Recall = _nothing
    rejudged_attempt: int = 1
    """Which attempt's answers a rejudgement reads."""
    accuracy: Known = _unknown
    calls_at_once: int | None = None
    """Model calls that may be open together; None: as many as the rigor is worth."""

    @property
    def at_once(self) -> int:
        """How many model calls may be open together."""
        return calls_at_once(self.calls_at_once, self.order.rigor)
