"""What model calls are paid from."""


class Purse:
    """One that is never empty and counts nothing."""

    def reserve(self, usd: float) -> None:
        """Set aside the most a call can cost, before it is made; raises BudgetSpent."""

    def settle(self, reserved: float, spent: float) -> None:
        """Say what a call has cost for which so much was set aside."""


ENDLESS = Purse()
