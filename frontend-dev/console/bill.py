"""What a run's money went to, step by step, up to the sum the API names."""

from dataclasses import dataclass

from . import sampling
from .board import Board
from .parts import Usage
from .values import Spent

_DIGITS = 9
"""Digits of a dollar that sums of floats are good for."""


@dataclass(frozen=True, slots=True)
class Item:
    """What one step took, in all attempts."""

    number: int | None
    """None for what belongs to no answer: calls under way, cut off, or tried in vain."""
    spent: Spent
    share: float
    """Of the run's dollars, 0 to 1."""


def items(board: Board) -> tuple[Item, ...]:
    """Return what was paid for; the items together are what the API says the run has spent."""
    total, by_step = board.spent, _by_step(board)
    lines: list[tuple[int | None, Spent]] = [
        (number, spent) for number, spent in sorted(by_step.items()) if spent.calls
    ]
    rest = _rest(total, sum(by_step.values(), Spent()))
    if rest.usage.total or rest.cost_usd:
        lines.append((None, rest))
    whole = total.cost_usd or 1.0
    return tuple(Item(number, spent, spent.cost_usd / whole) for number, spent in lines)


def _by_step(board: Board) -> dict[int, Spent]:
    sums: dict[int, Spent] = {}
    for card in board.cards.values():
        sums[card.number] = sums.get(card.number, Spent()) + card.spent
    for (_, number), call in sampling.calls(board):
        paid = Spent(call.usage, call.cost_usd, call.cost_estimated, 1)
        sums[number] = sums.get(number, Spent()) + paid
    return sums


def _rest(total: Spent, answered: Spent) -> Spent:
    """Return what is left of the sum; nothing, where the sum is behind the answers."""
    usage = {
        name: max(value - getattr(answered.usage, name), 0)
        for name, value in total.usage.model_dump().items()
    }
    return Spent(
        Usage(**usage),
        max(round(total.cost_usd - answered.cost_usd, _DIGITS), 0.0),
        total.estimated and not answered.estimated,
        max(total.calls - answered.calls, 0),
    )
