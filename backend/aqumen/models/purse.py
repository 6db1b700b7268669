"""What model calls are paid from."""

from collections.abc import Callable

Settle = Callable[[float], None]
"""Takes what a call has cost, in USD, when it is over."""


class Purse:
    """One that is never empty and counts nothing."""

    def reserve(self, usd: float) -> Settle:  # noqa: ARG002
        """Set aside the most a call can cost, before it is made; raises BudgetSpent.

        Returns what puts back the part of it that was not spent.
        """
        return _forget


def _forget(_spent: float) -> None:
    pass


ENDLESS = Purse()
