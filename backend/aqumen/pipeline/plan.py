"""What is fixed about a run before it starts."""

from collections.abc import Callable
from dataclasses import dataclass

from aqumen.errors import InvalidOrder
from aqumen.events import Step
from aqumen.order import Order
from aqumen.templates import Prompts

from .cast import Cast

Recall = Callable[[str], Step | None]
"""Finds the accepted step 1 that an earlier run stored for a topic."""


def _nothing(_topic: str) -> None:
    return None


def check_offered(order: Order) -> None:
    """Raise InvalidOrder for an order that is sound but that this version cannot serve."""
    if order.rigor != "single-sample":
        raise InvalidOrder(f"This server does not offer rigor={order.rigor} yet.", field="rigor")


@dataclass(frozen=True, slots=True)
class Plan:
    """An order, the models and the prompts that serve it; raises InvalidOrder."""

    order: Order
    cast: Cast
    prompts: Prompts
    simulated: bool
    recall: Recall = _nothing
    rejudged_attempt: int = 1
    """Which attempt's answers a rejudgement reads."""

    def __post_init__(self) -> None:
        check_offered(self.order)
