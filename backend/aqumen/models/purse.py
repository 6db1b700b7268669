"""What model calls are paid from."""

from typing import NamedTuple

from .cancel import Cancel


class Reserved(NamedTuple):
    """What was set aside for one call."""

    usd: float
    day: int = 0
    """The day it counts to, from 1970-01-01 in UTC, whenever the call ends."""


class Purse:
    """One that is never empty and counts nothing."""

    def reserve(self, usd: float, cancel: Cancel) -> Reserved:  # noqa: ARG002 - nothing to wait for
        """Set aside the most a call can cost, before it is made.

        Raises BudgetSpent, StoreFailed or what the call is cancelled with.
        """
        return Reserved(usd)

    def settle(self, reserved: Reserved, spent: float) -> None:
        """Say what a call has cost for which so much was set aside."""


ENDLESS = Purse()
